// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv6 packets and leases, translated.
#include "hooks/dhcp6/translation.h"

#include <dhcp/dhcp6.h>

#include <algorithm>
#include <string>
#include <utility>

namespace mobility::dhcp6 {

using isc::dhcp::Lease;
using isc::dhcp::Lease6;
using isc::dhcp::Pkt6;

namespace {

constexpr Milliseconds kLongestElapsed{60'000};
/// Longer ones are nobody's: what relays say is kept for each client.
constexpr std::size_t kLongestInterfaceId = 255;
constexpr std::size_t kLongestLinkLayer = 32;

std::string octets(const isc::dhcp::OptionBuffer& data) { return {data.begin(), data.end()}; }

const isc::dhcp::OptionPtr* find(const isc::dhcp::OptionCollection& options, std::uint16_t code) {
    const auto found = options.find(code);
    return found == options.end() ? nullptr : &found->second;
}

/// Behind the hardware type (RFC 6939 section 4).
LinkLayerAddress link_layer_of(const isc::dhcp::Option& option) {
    const auto data = option.toBinary();
    if (data.size() <= 2 || data.size() > 2 + kLongestLinkLayer) return {};
    return {octets(data).substr(2)};
}

bool held_by_client(const Lease6& lease) {
    return lease.state_ == Lease::STATE_DEFAULT && lease.valid_lft_ > 0;
}

}  // namespace

std::optional<Attachment> attachment_of(const Pkt6& query) {
    const auto& relays = query.relay_info_;
    // Kea also takes a Relay-reply for an encapsulation; nobody may report a place by one.
    if (std::any_of(relays.begin(), relays.end(),
                    [](const auto& relay) { return relay.msg_type_ != DHCPV6_RELAY_FORW; })) {
        return std::nullopt;
    }
    const auto selecting = std::find_if(relays.rbegin(), relays.rend(), [](const auto& relay) {
        return !relay.linkaddr_.isV6Zero() && !relay.linkaddr_.isV6LinkLocal();
    });
    if (selecting == relays.rend()) return std::nullopt;
    Attachment attachment;
    attachment.relay_source = address_of(query.getRemoteAddr());
    attachment.link_address = address_of(selecting->linkaddr_);
    if (const auto* option = find(selecting->options_, D6O_INTERFACE_ID)) {
        attachment.interface_id = octets((*option)->toBinary());
        if (attachment.interface_id.size() > kLongestInterfaceId) return std::nullopt;
    }
    if (const auto* option = find(selecting->options_, D6O_CLIENT_LINKLAYER_ADDR)) {
        attachment.link_layer = link_layer_of(**option);
    }
    attachment.link_local = address_of(relays.back().peeraddr_);
    return attachment;
}

std::optional<MnId> mn_of(const Pkt6& query) {
    const auto duid = query.getClientId();
    if (!duid) return std::nullopt;
    return MnId{octets(duid->getDuid())};
}

MessageOrder order_of(const Pkt6& query, Instant arrived) {
    MessageOrder order;
    order.transaction = query.getTransid();
    order.arrived = arrived;
    if (const auto* option = find(query.options_, D6O_ELAPSED_TIME)) {
        const auto data = (*option)->toBinary();
        if (data.size() == 2) {
            const auto hundredths = data[0] << 8 | data[1];
            order.elapsed = std::min(Milliseconds(hundredths * 10), kLongestElapsed);
        }
    }
    return order;
}

std::optional<Prefix> prefix_of(const Lease6& lease) {
    const auto address = address_of(lease.addr_);
    if (lease.type_ != Lease::TYPE_PD) return Prefix::host(address);
    const auto prefix = Prefix::make(address, lease.prefixlen_);
    return prefix ? std::optional(*prefix) : std::nullopt;
}

std::optional<MnId> mn_of(const Lease6& lease) {
    if (!lease.duid_ || lease.state_ == Lease::STATE_DECLINED) return std::nullopt;
    return MnId{octets(lease.duid_->getDuid())};
}

Changes changes_of(const Pkt6& query, const isc::dhcp::Lease6Collection& leases,
                   const isc::dhcp::Lease6Collection& deleted, const Domain& domain,
                   Instant arrived) {
    Changes changes;
    const auto inside = [&](const std::optional<Prefix>& prefix) {
        const bool owned = prefix && domain.anchor_of(*prefix);
        if (!owned) ++changes.outside_anchors;
        return owned;
    };
    Attached attached;
    Detached declined{std::nullopt, {}, DetachReason::kDeclined};
    for (const auto& lease : leases) {
        const auto prefix = prefix_of(*lease);
        if (!inside(prefix)) continue;
        if (lease->state_ == Lease::STATE_DECLINED) {
            declined.prefixes.push_back(*prefix);
        } else if (held_by_client(*lease)) {
            attached.items.push_back({lease->iaid_, *prefix, Seconds(lease->valid_lft_)});
        }
    }
    const auto mn = mn_of(query);
    const bool released = query.getType() == DHCPV6_RELEASE;
    Detached ended{mn, {}, released ? DetachReason::kReleased : DetachReason::kDeleted};
    for (const auto& lease : deleted) {
        const auto prefix = prefix_of(*lease);
        if (inside(prefix)) ended.prefixes.push_back(*prefix);
    }
    if (!ended.prefixes.empty()) changes.detached.push_back(std::move(ended));
    if (!declined.prefixes.empty()) changes.detached.push_back(std::move(declined));
    if (attached.items.empty() || !mn) return changes;
    auto attachment = attachment_of(query);
    changes.unplaced = !attachment;
    if (attachment) {
        attached.mn = *mn;
        attached.attachment = std::move(*attachment);
        attached.proof = Proof::kCommit;
        attached.order = order_of(query, arrived);
        changes.attached = std::move(attached);
    }
    return changes;
}

}  // namespace mobility::dhcp6
