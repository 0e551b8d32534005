// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// DHCPv4 packets and leases, translated.
#include "hooks/dhcp4/translation.h"

#include <dhcp/dhcp4.h>

#include <string>
#include <utility>
#include <vector>

namespace mobility::dhcp4 {

using isc::dhcp::Lease;
using isc::dhcp::Lease4;
using isc::dhcp::Pkt4;

namespace {

constexpr std::size_t kLongestLinkLayer = 32;

using Octets = std::vector<std::uint8_t>;

std::string as_string(const Octets& data) { return {data.begin(), data.end()}; }

std::optional<Dhcp4ClientName> client_of(const Octets& identifier,
                                         const isc::dhcp::HWAddr* hardware) {
    if (!hardware) return name_dhcp4_client(identifier, 0, {});
    return name_dhcp4_client(identifier, static_cast<std::uint8_t>(hardware->htype_),
                             hardware->hwaddr_);
}

}  // namespace

isc::dhcp::OptionPtr relay_says(const Pkt4& query, std::uint16_t code) {
    const auto found = query.options_.find(isc::dhcp::DHO_DHCP_AGENT_OPTIONS);
    return found == query.options_.end() ? nullptr : found->second->getOption(code);
}

std::optional<Dhcp4ClientName> client_of(const Pkt4& query) {
    const auto found = query.options_.find(isc::dhcp::DHO_DHCP_CLIENT_IDENTIFIER);
    return client_of(found == query.options_.end() ? Octets() : found->second->getData(),
                     query.getHWAddr().get());
}

std::optional<Dhcp4ClientName> client_of(const Lease4& lease) {
    if (lease.state_ == Lease::STATE_DECLINED) return std::nullopt;
    return client_of(lease.client_id_ ? lease.client_id_->getClientId() : Octets(),
                     lease.hwaddr_.get());
}

std::optional<Attachment> attachment_of(const Pkt4& query) {
    if (query.getGiaddr().isV4Zero()) return std::nullopt;
    Attachment attachment;
    attachment.relay_source = address_of(query.getRemoteAddr());
    attachment.link_address = address_of(query.getGiaddr());
    if (const auto selected = relay_says(query, isc::dhcp::RAI_OPTION_LINK_SELECTION)) {
        const auto link = IpAddress::from_bytes(selected->getData());
        if (!link || link->family() != Family::kIpv4) return std::nullopt;
        attachment.link_address = *link;
    }
    if (!attachment.link_address.is_global()) return std::nullopt;
    if (const auto circuit = relay_says(query, isc::dhcp::RAI_OPTION_AGENT_CIRCUIT_ID)) {
        attachment.interface_id = as_string(circuit->getData());
    }
    const auto hardware = query.getHWAddr();
    if (hardware && hardware->hwaddr_.size() <= kLongestLinkLayer) {
        attachment.link_layer.bytes = as_string(hardware->hwaddr_);
    }
    return attachment;
}

MessageOrder order_of(const Pkt4& query, Instant arrived) {
    return {query.getTransid(), dhcp4_elapsed(query.getSecs()), arrived, true};
}

Prefix prefix_of(const Lease4& lease) { return Prefix::host(address_of(lease.addr_)); }

Changes changes_of(const Pkt4& query, const isc::dhcp::Lease4Collection& leases,
                   const isc::dhcp::Lease4Collection& deleted, const Domain& domain,
                   Instant arrived) {
    Changes changes;
    const auto inside = [&](const Prefix& prefix) {
        const bool owned = domain.anchor_of(prefix).has_value();
        if (!owned) ++changes.outside_anchors;
        return owned;
    };
    const auto mn_of = [](const Lease4& lease) {
        auto client = client_of(lease);
        return client ? std::optional(std::move(client->mn)) : std::nullopt;
    };
    const bool released = query.getType() == isc::dhcp::DHCPRELEASE;
    for (const auto& lease : deleted) {
        const auto prefix = prefix_of(*lease);
        if (!inside(prefix)) continue;
        changes.detached.push_back(
            {mn_of(*lease), {prefix}, released ? DetachReason::kReleased : DetachReason::kDeleted});
    }
    for (const auto& lease : leases) {
        const auto prefix = prefix_of(*lease);
        if (!inside(prefix)) continue;
        if (lease->state_ == Lease::STATE_DECLINED) {
            changes.detached.push_back({std::nullopt, {prefix}, DetachReason::kDeclined});
            continue;
        }
        const auto client = client_of(*lease);
        if (lease->state_ != Lease::STATE_DEFAULT || lease->valid_lft_ == 0 || !client) continue;
        auto attachment = attachment_of(query);
        changes.unplaced = !attachment;
        if (!attachment) continue;
        changes.attached = {client->mn,
                            std::move(*attachment),
                            {{client->iaid, prefix, Seconds(lease->valid_lft_)}},
                            Proof::kCommit,
                            order_of(query, arrived)};
    }
    return changes;
}

}  // namespace mobility::dhcp4
