// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One query for rows behind an address per page.
#include "hooks/lease_pages.h"

#include "hooks/dhcp4/translation.h"
#include "hooks/dhcp6/translation.h"
// Compatibility first.
#include <asiolink/addr_utilities.h>
#include <dhcpsrv/lease_mgr.h>
#include <dhcpsrv/lease_mgr_factory.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "core/instant.h"

namespace mobility {

using isc::asiolink::IOAddress;
using isc::dhcp::Lease;

namespace {

constexpr std::size_t kLeastRows = 16;
constexpr std::size_t kMostRows = 256;
constexpr std::chrono::microseconds kQuick{400};
constexpr std::chrono::microseconds kSlow{1200};

/// Kea gives what lies behind an address, so a prefix is read from the address before it.
IOAddress before(const IpAddress& address) {
    const auto own = kea_address(address);
    if (address.is_unspecified()) return own;
    if (own.isV4()) return IOAddress(own.toUint32() - 1);
    return IOAddress::subtract(own, IOAddress("::1"));
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

/// What is left of a lease; nothing of one that has ended.
std::optional<Seconds> left_of(const Lease& lease, std::time_t now) {
    const auto left = lease.cltt_ + lease.valid_lft_ - now;
    if (lease.state_ != Lease::STATE_DEFAULT || left <= 0) return std::nullopt;
    return Seconds(left);
}

void add(const isc::dhcp::Lease4& lease, Seconds left, std::vector<LeaseEntry>& leases) {
    const auto client = dhcp4::client_of(lease);
    if (client) leases.push_back({client->mn, {client->iaid, dhcp4::prefix_of(lease), left}});
}

void add(const isc::dhcp::Lease6& lease, Seconds left, std::vector<LeaseEntry>& leases) {
    const auto mn = dhcp6::mn_of(lease);
    const auto prefix = dhcp6::prefix_of(lease);
    if (mn && prefix) leases.push_back({*mn, {lease.iaid_, *prefix, left}});
}

/// The page of those `rows` that lie inside `prefix`. It ends at the last of them, or behind the
/// prefix where nothing of it is left.
template <typename Rows>
LeasePage page_of(const Rows& rows, const Prefix& prefix, std::size_t most) {
    const auto now = std::time(nullptr);
    LeasePage page;
    for (const auto& lease : rows) {
        const auto address = address_of(lease->addr_);
        if (!prefix.contains(address)) break;
        if (const auto left = left_of(*lease, now)) add(*lease, *left, page.leases);
        page.next_after = Prefix::host(address);
    }
    const bool more = rows.size() == most && prefix.contains(address_of(rows.back()->addr_));
    if (!more) page.next_after = Prefix::host(last_of(prefix));
    return page;
}

/// Of all rows those that lie inside one of the `prefixes`. The order is the database's own.
template <typename Rows>
LeasePage page_of_any(const Rows& rows, const std::vector<Prefix>& prefixes, std::size_t most) {
    const auto now = std::time(nullptr);
    LeasePage page;
    for (const auto& lease : rows) {
        const auto address = address_of(lease->addr_);
        const auto left = left_of(*lease, now);
        const bool ours = std::any_of(prefixes.begin(), prefixes.end(), [&](const Prefix& prefix) {
            return prefix.contains(address);
        });
        if (ours && left) add(*lease, *left, page.leases);
    }
    if (rows.size() == most) page.next_after = Prefix::host(address_of(rows.back()->addr_));
    return page;
}

/// Gives `use` the rows behind an address.
template <typename Use>
LeasePage with_rows_behind(const IOAddress& address, std::size_t most, Use use) {
    const auto& database = isc::dhcp::LeaseMgrFactory::instance();
    const isc::dhcp::LeasePageSize size(most);
    if (address.isV4()) return use(database.getLeases4(address, size));
    return use(database.getLeases6(address, size));
}

bool in_order_of_addresses() {
    return isc::dhcp::LeaseMgrFactory::instance().getType() == "memfile";
}

LeasePage read_all(const std::vector<Prefix>& prefixes, const std::optional<Prefix>& after,
                   std::size_t most) {
    const bool v4 = prefixes.front().address().family() == Family::kIpv4;
    const auto from = after
                          ? kea_address(after->address())
                          : (v4 ? IOAddress::IPV4_ZERO_ADDRESS() : IOAddress::IPV6_ZERO_ADDRESS());
    return with_rows_behind(from, most,
                            [&](const auto& rows) { return page_of_any(rows, prefixes, most); });
}

}  // namespace

LeasePage LeasePages::read(const std::vector<Prefix>& prefixes,
                           const std::optional<Prefix>& after) {
    if (prefixes.empty()) return {};
    const auto began = std::chrono::steady_clock::now();
    auto page =
        in_order_of_addresses() ? read_prefixes(prefixes, after) : read_all(prefixes, after, rows_);
    const auto took = std::chrono::steady_clock::now() - began;
    if (took < kQuick) rows_ = std::min(rows_ * 2, kMostRows);
    if (took > kSlow) rows_ = std::max(rows_ / 2, kLeastRows);
    return page;
}

LeasePage LeasePages::read_prefixes(std::vector<Prefix> prefixes,
                                    const std::optional<Prefix>& after) const {
    std::sort(prefixes.begin(), prefixes.end());
    const auto prefix = next_prefix(prefixes, after);
    if (!prefix) return {};
    const bool inside = after && prefix->contains(*after);
    const auto from = inside ? kea_address(after->address()) : before(prefix->address());
    auto page = with_rows_behind(from, rows_,
                                 [&](const auto& rows) { return page_of(rows, *prefix, rows_); });
    if (!next_prefix(prefixes, page.next_after)) page.next_after.reset();
    return page;
}

}  // namespace mobility
