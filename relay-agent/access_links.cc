// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Follows the access interfaces by asking for their index: four questions a second cost less than
// the machinery of being told.
#include "relay-agent/access_links.h"

#include <net/ethernet.h>

#include <algorithm>

#include "relay-agent/relay_messages.h"
#include "relay-agent/sockets.h"

namespace mobility {

/// A link that `known` has gets no socket: it keeps the one it has.
Result<std::vector<AccessLinks::Link>> AccessLinks::open_links(
    const std::vector<AccessInterface>& interfaces, const std::vector<Link>& known) {
    std::vector<Link> links;
    for (const AccessInterface& interface : interfaces) {
        Link link;
        link.name = interface.name;
        if (std::ranges::find(known, interface.name, &Link::name) == known.end()) {
            auto socket = open_packet_socket();
            if (!socket) {
                return Error{"interface " + interface.name + ": " + socket.error()};
            }
            link.socket = std::move(*socket);
        }
        links.push_back(std::move(link));
    }
    return links;
}

Result<AccessLinks> AccessLinks::open(const std::vector<AccessInterface>& interfaces,
                                      int fragments_socket) {
    auto opened = open_links(interfaces, {});
    if (!opened) {
        return Error{opened.error()};
    }
    AccessLinks links(fragments_socket);
    links.links_ = std::move(*opened);
    return links;
}

Result<void> AccessLinks::reconfigure(const std::vector<AccessInterface>& interfaces) {
    auto links = open_links(interfaces, links_);
    if (!links) {
        return Error{links.error()};
    }
    for (Link& link : *links) {
        const auto known = std::ranges::find(links_, link.name, &Link::name);
        if (known != links_.end()) {
            std::swap(link, *known);
        }
    }
    links_.swap(*links);
    for (Link& old : *links) {
        lose(old);  // no longer configured, or moved from and without an index
    }
    return {};
}

void AccessLinks::look(Log& log) {
    for (Link& link : links_) {
        const unsigned index = interface_index(fragments_socket_, link.name.c_str());
        if (index == link.index && index != 0) {
            continue;
        }
        lose(link);
        if (index == 0) {
            tell(link, log, kRelayInterfaceLost, "does not exist");
        } else if (const auto listening = listen(link, index); !listening) {
            tell(link, log, kRelayInterfaceUnusable, listening.error());
        } else {
            tell(link, log, kRelayInterfacePresent, "index " + std::to_string(index));
        }
    }
}

std::optional<std::size_t> AccessLinks::find(unsigned index) const {
    const auto found = std::ranges::find(links_, index, &Link::index);
    return index == 0 || found == links_.end()
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - links_.begin()));
}

std::uint64_t AccessLinks::take_dropped() {
    std::uint64_t dropped = 0;
    for (const Link& link : links_) {
        dropped += packets_dropped(link.socket.get());
    }
    return dropped;
}

void AccessLinks::lose(Link& link) {
    if (link.index != 0) {
        // Else the memberships of vanished interfaces would add up until the kernel refuses more.
        leave_relay_agents(fragments_socket_, link.index);
        link.index = 0;
    }
}

Result<void> AccessLinks::listen(Link& link, unsigned index) {
    if (const auto joined = join_relay_agents(fragments_socket_, index); !joined) {
        return joined;
    }
    if (const auto listening = listen_on(link.socket.get(), index, ETHERTYPE_IPV6); !listening) {
        leave_relay_agents(fragments_socket_, index);
        return listening;
    }
    link.index = index;
    return {};
}

void AccessLinks::tell(Link& link, Log& log, const LogMessage& message, const std::string& why) {
    if (link.told != &message) {
        link.told = &message;
        log.write(message, link.name + ": " + why);
    }
}

}  // namespace mobility
