// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Counters and bindings as JSON.
#include "route-agent/status.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

namespace mobility {
namespace {

using nlohmann::json;

json kernel_json(const Reconciler& reconciler, const KernelWatch& watch) {
    const auto& counters = reconciler.counters();
    return {{"installed", reconciler.installed().size()},
            {"written", counters.written},
            {"unchanged", counters.unchanged},
            {"failed", counters.failed},
            {"retried", counters.retried},
            {"idle", reconciler.idle()},
            {"looks", watch.counters().looks},
            {"repaired", watch.counters().repaired}};
}

/// {"over-ip-address-limit": 3, ...}: every code, whether it has occurred or not.
json refusals_json(const std::map<Refusal, std::uint64_t>& counted) {
    json refusals;
    for (const auto refusal : kAllRefusals) {
        std::string name = text(refusal);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
            return c == ' ' ? '-' : static_cast<char>(std::tolower(c));
        });
        const auto found = counted.find(refusal);
        refusals[name] = found == counted.end() ? 0 : found->second;
    }
    return refusals;
}

json authorities_json(const AnchorNode& node) {
    const auto& said = node.anchor().allocations();
    json authorities = json::array();
    for (const auto& identity : node.authorities()) {
        authorities.push_back({{"identity", identity},
                               {"heard", said.heard(identity)},
                               {"granted", said.granted(identity)}});
    }
    return authorities;
}

json anchor_json(const AnchorNode& node) {
    const auto& counters = node.anchor().counters();
    json sessions = json::array();
    for (const auto& state : node.sessions().states()) {
        sessions.push_back(
            {{"identity", state.identity}, {"role", state.role}, {"address", state.address}});
    }
    return {{"bindings", node.anchor().bindings().size()},
            {"placed", node.anchor().bindings().placed()},
            {"listed", node.anchor().listed()},
            {"sessions", std::move(sessions)},
            {"authorities", authorities_json(node)},
            {"counters",
             {{"attached", counters.attached},
              {"installed", counters.installed},
              {"unchanged", counters.unchanged},
              {"deferred", counters.deferred},
              {"superseded", counters.superseded},
              {"refused", counters.refused},
              {"moves", counters.moves},
              {"copies", counters.copies},
              {"detached", counters.detached},
              {"foreign-detached", counters.foreign_detached},
              {"oldest-removed", counters.oldest_removed}}},
            {"refusals", refusals_json(counters.refusals)},
            {"kernel", kernel_json(node.reconciler(), node.watch())}};
}

json access_json(const AccessNode& node) {
    json anchors = json::array();
    for (std::size_t i = 0; i < node.anchors(); ++i) {
        const auto& session = node.session(i);
        anchors.push_back({{"name", session.anchor_name()}, {"associated", session.associated()}});
    }
    return {{"anchors", std::move(anchors)},
            {"records", node.router().size()},
            {"listed", node.router().listed()},
            {"kernel", kernel_json(node.reconciler(), node.watch())}};
}

json authority_json(const Authority& authority) {
    json anchors = json::array();
    for (std::size_t i = 0; i < authority.anchors(); ++i) {
        const auto& session = authority.session(i);
        anchors.push_back({{"name", session.anchor_name()},
                           {"associated", session.associated()},
                           {"told", session.told()}});
    }
    return {{"anchors", std::move(anchors)}, {"granted", authority.granted()}};
}

json announced_json(const AnnouncedAnchors::Counters& counters) {
    return {{"heard", counters.heard},
            {"garbage", counters.garbage},
            {"unknown", counters.unknown},
            {"needless", counters.needless},
            {"dialled", counters.dialled}};
}

}  // namespace

std::string status_json(const Roles& roles) {
    json status;
    if (roles.anchor) status["anchor"] = anchor_json(*roles.anchor);
    if (roles.announcements) status["anchor"]["announcements"] = *roles.announcements;
    if (roles.access) status["access"] = access_json(*roles.access);
    if (roles.announced) {
        status["access"]["announcements"] = announced_json(roles.announced->counters());
    }
    if (roles.authority) status["authority"] = authority_json(*roles.authority);
    return status.dump();
}

std::string bindings_json(const AnchorNode& anchor, const Inventory& inventory, Instant now,
                          std::size_t most) {
    const auto& all = anchor.anchor().bindings().all();
    json bindings = json::array();
    for (const auto& [prefix, binding] : all) {
        if (bindings.size() >= most) break;
        if (binding.ended) continue;
        const auto remaining = std::chrono::duration_cast<Seconds>(binding.expires - now);
        const auto name = [&](const PlacePtr& place) {
            return place ? json(inventory.name(place->ar)) : json();
        };
        bindings.push_back({{"prefix", prefix.text()},
                            {"mn", binding.mn.text()},
                            {"iaid", binding.iaid},
                            {"owner", inventory.name(binding.owner)},
                            {"ar", name(binding.where)},
                            {"routed", name(binding.routed)},
                            {"sequence", binding.where ? binding.where->sequence : 0},
                            {"remaining", std::max<std::int64_t>(remaining.count(), 0)}});
    }
    return json{{"bindings", std::move(bindings)}, {"total", all.size()}}.dump();
}

std::string gone_json(AccessNode& access, const std::string& whom) {
    const auto address = IpAddress::parse(whom);
    const auto gone = access.gone([&](const BindingRecord& record) {
        return whom == "all" || (address && record.prefix.contains(*address)) ||
               record.attachment.link_layer.text() == whom;
    });
    return json{{"told", gone.told}, {"not-told", gone.not_told}}.dump();
}

}  // namespace mobility
