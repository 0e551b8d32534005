// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Claims and their indexes.
#include "core/inventory.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mobility {
namespace {

Result<void> check_access_routers(const std::vector<AccessRouterClaim>& claims) {
    std::set<std::string> identities;
    std::map<IpAddress, std::string> addresses, links, tunnels;
    const auto claim_once = [](auto& taken, const IpAddress& address, const std::string& what,
                               const std::string& identity) -> Result<void> {
        const auto [entry, fresh] = taken.emplace(address, identity);
        if (fresh) return {};
        return Error{what + " " + address.text() + " is claimed by " + entry->second + " and by " +
                     identity};
    };
    for (const auto& claim : claims) {
        if (!identities.insert(claim.identity).second) {
            return Error{"access router " + claim.identity + " is named twice"};
        }
        for (const auto& address : claim.addresses) {
            if (auto r = claim_once(addresses, address, "address", claim.identity); !r) return r;
        }
        for (const auto& link : claim.link_addresses) {
            if (!link.is_global()) {
                return Error{"link-address " + link.text() + " of " + claim.identity +
                             " is not a global address"};
            }
            if (auto r = claim_once(links, link, "link-address", claim.identity); !r) return r;
        }
        if (auto r = claim_once(tunnels, claim.tunnel_address, "tunnel address", claim.identity);
            !r) {
            return r;
        }
    }
    return {};
}

}  // namespace

Result<void> Inventory::replace(std::vector<AccessRouterClaim> access_routers,
                                std::vector<SourceClaim> sources, MnPolicy mns) {
    if (auto checked = check_access_routers(access_routers); !checked) return checked;
    std::set<std::string> domains;
    for (const auto& source : sources) {
        if (!domains.insert(source.lease_domain).second) {
            return Error{"lease domain " + source.lease_domain + " is named twice"};
        }
    }
    access_routers_ = std::move(access_routers);
    sources_ = std::move(sources);
    mns_ = std::move(mns);
    by_link_address_.clear();
    by_tunnel_address_.clear();
    for (auto& node : nodes_) node.claim.reset();
    for (std::size_t i = 0; i < access_routers_.size(); ++i) {
        const auto& claim = access_routers_[i];
        const auto [entry, fresh] =
            by_identity_.emplace(claim.identity, static_cast<NodeId>(nodes_.size()));
        if (fresh) nodes_.push_back({claim.identity, claim.tunnel_address, {}});
        nodes_[static_cast<std::size_t>(entry->second)].claim = i;
        for (const auto& link : claim.link_addresses) by_link_address_.emplace(link, entry->second);
        by_tunnel_address_.emplace(claim.tunnel_address, entry->second);
    }
    return {};
}

std::optional<NodeId> Inventory::ar_by_identity(const std::string& identity) const {
    const auto found = by_identity_.find(identity);
    if (found == by_identity_.end() || !ar(found->second)) return std::nullopt;
    return found->second;
}

std::optional<NodeId> Inventory::ar_by_link_address(const IpAddress& link_address) const {
    const auto found = by_link_address_.find(link_address);
    if (found == by_link_address_.end()) return std::nullopt;
    return found->second;
}

std::optional<NodeId> Inventory::ar_by_tunnel_address(const IpAddress& address) const {
    const auto found = by_tunnel_address_.find(address);
    if (found == by_tunnel_address_.end()) return std::nullopt;
    return found->second;
}

const AccessRouterClaim* Inventory::ar(NodeId id) const {
    const auto& node = nodes_.at(static_cast<std::size_t>(id));
    return node.claim ? &access_routers_[*node.claim] : nullptr;
}

IpAddress Inventory::tunnel_address(NodeId id) const {
    return nodes_.at(static_cast<std::size_t>(id)).tunnel_address;
}

bool Inventory::follow_tunnel_address(NodeId id) {
    const auto& claimed = ar(id)->tunnel_address;
    return std::exchange(nodes_.at(static_cast<std::size_t>(id)).tunnel_address, claimed) !=
           claimed;
}

std::string Inventory::name(NodeId id) const {
    return nodes_.at(static_cast<std::size_t>(id)).identity;
}

DomainId Inventory::domain(const std::string& lease_domain) {
    const auto found = std::find(domains_.begin(), domains_.end(), lease_domain);
    const auto index = static_cast<std::size_t>(found - domains_.begin());
    if (found == domains_.end()) domains_.push_back(lease_domain);
    return static_cast<DomainId>(index);
}

std::string Inventory::name(DomainId id) const { return domains_.at(static_cast<std::size_t>(id)); }

const SourceClaim* Inventory::source(DomainId id) const {
    const auto found =
        std::find_if(sources_.begin(), sources_.end(),
                     [name = name(id)](const auto& source) { return source.lease_domain == name; });
    return found == sources_.end() ? nullptr : &*found;
}

}  // namespace mobility
