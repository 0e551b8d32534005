// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who may be what in this domain: the claims of access routers and sources, reloadable at any time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/ip_address.h"
#include "core/mobility_event.h"

namespace mobility {

/// An access router's short name inside this process; the same identity keeps it over reloads.
enum class NodeId : std::uint32_t {};
/// A source's lease domain, likewise.
enum class DomainId : std::uint32_t {};

struct AccessRouterClaim {
    std::string identity;                   ///< DNS or URI name in its certificate
    std::vector<IpAddress> addresses;       ///< where its relay sends from
    std::vector<IpAddress> link_addresses;  ///< its access links; global, no other AR has them
    IpAddress tunnel_address;               ///< outer destination of its tunnel
    std::optional<std::string> prohibited = std::nullopt;  ///< the reason: no MN may come here
};

struct SourceClaim {
    std::string identity;
    std::string lease_domain;      ///< e.g. "metro/6"
    std::vector<Prefix> prefixes;  ///< whose leases it may speak for
};

/// Which MNs are served, by the operator's explicit word.
struct MnPolicy {
    std::unordered_set<MnId> prohibited;
    std::optional<std::unordered_set<MnId>> authorized;  ///< nothing: every MN is
    /// Names in certificates of those who may say so besides; with one, not every MN is.
    std::set<std::string> authorities = {};
};

class Inventory {
public:
    /// Replaces all claims. Fails, and changes nothing, when two ARs claim one address,
    /// link-address or tunnel address, or a lease domain or AR is named twice; the error names
    /// both.
    Result<void> replace(std::vector<AccessRouterClaim> access_routers,
                         std::vector<SourceClaim> sources, MnPolicy mns = {});

    std::optional<NodeId> ar_by_identity(const std::string& identity) const;
    std::optional<NodeId> ar_by_link_address(const IpAddress& link_address) const;
    std::optional<NodeId> ar_by_tunnel_address(const IpAddress& address) const;
    const std::vector<AccessRouterClaim>& access_routers() const { return access_routers_; }
    /// Nothing when its claim has been revoked.
    const AccessRouterClaim* ar(NodeId id) const;
    /// Where its packets are sent to, also of a revoked one: what its claim said when it became
    /// known, or at the last follow_tunnel_address().
    IpAddress tunnel_address(NodeId id) const;
    /// The AR serves the tunnel address of its claim now. True: that is another one than before.
    bool follow_tunnel_address(NodeId id);
    std::string name(NodeId id) const;

    /// The id of a lease domain; given at first use, claimed or not.
    DomainId domain(const std::string& lease_domain);
    std::string name(DomainId id) const;
    /// All ids given so far are below this number.
    std::size_t domains() const { return domains_.size(); }
    const SourceClaim* source(DomainId id) const;
    const std::vector<SourceClaim>& sources() const { return sources_; }
    const MnPolicy& mns() const { return mns_; }

private:
    struct Node {
        std::string identity;
        IpAddress tunnel_address;
        std::optional<std::size_t> claim;  ///< index in access_routers_
    };

    std::vector<AccessRouterClaim> access_routers_;
    std::vector<SourceClaim> sources_;
    MnPolicy mns_;
    std::vector<Node> nodes_;
    std::vector<std::string> domains_;
    std::map<std::string, NodeId> by_identity_;
    std::unordered_map<IpAddress, NodeId> by_link_address_;
    std::unordered_map<IpAddress, NodeId> by_tunnel_address_;
};

}  // namespace mobility
