// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads this machine's addresses by getifaddrs(3).
#include "relay-agent/own_addresses.h"

#include <ifaddrs.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "relay-agent/socket_address.h"

namespace mobility {

Result<std::vector<OwnAddress>> read_own_addresses() {
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        return Error{std::string("getifaddrs: ") + std::strerror(errno)};
    }
    const std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
    std::vector<OwnAddress> addresses;
    for (const ifaddrs* entry = list; entry; entry = entry->ifa_next) {
        if (entry->ifa_addr && entry->ifa_addr->sa_family == AF_INET6) {
            sockaddr_in6 address;
            std::memcpy(&address, entry->ifa_addr, sizeof address);
            addresses.push_back({from_in6_addr(address.sin6_addr), entry->ifa_name});
        } else if (entry->ifa_addr && entry->ifa_addr->sa_family == AF_INET) {
            sockaddr_in address;
            std::memcpy(&address, entry->ifa_addr, sizeof address);
            addresses.push_back({from_in_addr(address.sin_addr), entry->ifa_name});
        }
    }
    return addresses;
}

}  // namespace mobility
