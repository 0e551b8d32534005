// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads this machine's addresses by getifaddrs(3).
#include "relay-agent/own_addresses.h"

#include <ifaddrs.h>
#include <net/if.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "relay-agent/socket_address.h"

namespace mobility {
namespace {

/// Calls `take` with each entry that has an address of this family.
template <typename Take>
Result<void> for_each_address(int family, Take&& take) {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        return Error{std::string("getifaddrs: ") + std::strerror(errno)};
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
    for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
        if (entry->ifa_addr && entry->ifa_addr->sa_family == family) {
            take(*entry);
        }
    }
    return {};
}

}  // namespace

Result<std::vector<OwnAddress>> read_own_addresses() {
    std::vector<OwnAddress> addresses;
    const auto read = for_each_address(AF_INET6, [&](const ifaddrs& entry) {
        sockaddr_in6 address;
        std::memcpy(&address, entry.ifa_addr, sizeof address);
        addresses.push_back({from_in6_addr(address.sin6_addr), entry.ifa_name});
    });
    return read ? Result(std::move(addresses)) : Error{read.error()};
}

Result<std::vector<IpAddress>> read_own_ipv4_addresses() {
    std::vector<IpAddress> addresses;
    const auto read = for_each_address(AF_INET, [&](const ifaddrs& entry) {
        sockaddr_in address;
        std::memcpy(&address, entry.ifa_addr, sizeof address);
        addresses.push_back(from_in_addr(address.sin_addr));
    });
    return read ? Result(std::move(addresses)) : Error{read.error()};
}

Result<Machine> read_machine() {
    const auto ipv6 = read_own_addresses();
    const auto ipv4 = read_own_ipv4_addresses();
    const std::unique_ptr<struct if_nameindex[], decltype(&if_freenameindex)> names(
        if_nameindex(), &if_freenameindex);
    if (!ipv6 || !ipv4 || !names) {
        return Error{!ipv6 ? ipv6.error() : !ipv4 ? ipv4.error() : "if_nameindex failed"};
    }
    Machine machine;
    for (const auto* each = names.get(); each->if_name; ++each) {
        machine.interfaces.insert(each->if_name);
    }
    for (const OwnAddress& each : *ipv6) {
        machine.addresses.insert(each.address);
    }
    machine.addresses.insert(ipv4->begin(), ipv4->end());
    return machine;
}

}  // namespace mobility
