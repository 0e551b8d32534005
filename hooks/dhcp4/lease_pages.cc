// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One query for rows behind an address per page.
#include "hooks/dhcp4/lease_pages.h"

#include "hooks/dhcp4/translation.h"
// Compatibility first.
#include <asiolink/addr_utilities.h>
#include <dhcpsrv/lease_mgr.h>
#include <dhcpsrv/lease_mgr_factory.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "core/instant.h"

namespace mobility::dhcp4 {
namespace {

constexpr std::size_t kLeastRows = 16;
constexpr std::size_t kMostRows = 256;
constexpr std::chrono::microseconds kQuick{400};
constexpr std::chrono::microseconds kSlow{1200};

/// Kea gives what lies behind an address, so a prefix is read from the address before it.
isc::asiolink::IOAddress before(const IpAddress& address) {
    const auto own = kea_address(address);
    return own.isV4Zero() ? own : isc::asiolink::IOAddress(own.toUint32() - 1);
}

bool live(const isc::dhcp::Lease4& lease, std::time_t now) {
    return lease.state_ == isc::dhcp::Lease::STATE_DEFAULT && lease.cltt_ + lease.valid_lft_ > now;
}

void add(const isc::dhcp::Lease4& lease, std::time_t now, std::vector<LeaseEntry>& leases) {
    const auto client = client_of(lease);
    if (!live(lease, now) || !client) return;
    const auto left = lease.cltt_ + lease.valid_lft_ - now;
    leases.push_back({client->mn, {client->iaid, prefix_of(lease), Seconds(left)}});
}

IpAddress last_of(const Prefix& prefix) {
    return address_of(isc::asiolink::lastAddrInPrefix(kea_address(prefix.address()),
                                                      static_cast<std::uint8_t>(prefix.length())));
}

/// The first prefix with an address behind `after`.
std::optional<Prefix> next_prefix(const std::vector<Prefix>& ordered,
                                  const std::optional<Prefix>& after) {
    for (const auto& prefix : ordered) {
        if (!after || after->address() < last_of(prefix)) return prefix;
    }
    return std::nullopt;
}

}  // namespace

LeasePage LeasePages::read(const std::vector<Prefix>& prefixes,
                           const std::optional<Prefix>& after) {
    auto ordered = prefixes;
    std::sort(ordered.begin(), ordered.end());
    const auto prefix = next_prefix(ordered, after);
    if (!prefix) return {};
    const bool inside = after && prefix->contains(*after);
    const auto from = inside ? kea_address(after->address()) : before(prefix->address());

    const auto began = std::chrono::steady_clock::now();
    const auto rows =
        isc::dhcp::LeaseMgrFactory::instance().getLeases4(from, isc::dhcp::LeasePageSize(rows_));
    const auto now = std::time(nullptr);
    LeasePage page;
    bool beyond = rows.size() < rows_;  // nothing of this prefix is left
    for (const auto& lease : rows) {
        if (!prefix->contains(address_of(lease->addr_))) {
            beyond = true;
            break;
        }
        add(*lease, now, page.leases);
        page.next_after = Prefix::host(address_of(lease->addr_));
    }
    if (beyond) {
        const auto end = Prefix::host(last_of(*prefix));
        page.next_after = next_prefix(ordered, end) ? std::optional(end) : std::nullopt;
    }
    const auto took = std::chrono::steady_clock::now() - began;
    if (took < kQuick) rows_ = std::min(rows_ * 2, kMostRows);
    if (took > kSlow) rows_ = std::max(rows_ / 2, kLeastRows);
    return page;
}

}  // namespace mobility::dhcp4
