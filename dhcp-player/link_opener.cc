// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Opens sockets in the namespaces that links ask for.
#include "dhcp-player/link_opener.h"

#include <optional>
#include <stdexcept>

#include "dhcp-player/access_link.h"
#include "dhcp-player/network_namespace.h"
#include "dhcp-player/packet_socket.h"
#include "dhcp-player/relay_link.h"

namespace mobility::player {

void LinkOpener::check_name(const std::string& name) const {
    if (player_.link(name)) {
        throw std::runtime_error("there is a link \"" + name + "\" already");
    }
}

void LinkOpener::open(const AccessLinkRequest& request) {
    check_name(request.name);
    std::unique_ptr<PacketSocket> socket;
    {
        std::optional<InNetworkNamespace> inside;
        if (request.netns) {
            inside.emplace(*request.netns);
        }
        socket = std::make_unique<PacketSocket>(request.interface, request.data);
    }
    auto link = std::make_unique<AccessLink>(request.name, std::move(socket));
    AccessLink& port = *link;
    [[maybe_unused]] const auto added = player_.add(std::move(link));
    opened_(port);
}

void LinkOpener::open(const RelayLinkRequest& request) {
    check_name(request.name);
    RelayPort& port = port_for(request);
    [[maybe_unused]] const auto added =
        player_.add(std::make_unique<RelayLink>(request.name, port, request.path, request.chain));
}

RelayPort& LinkOpener::port_for(const RelayLinkRequest& request) {
    std::unique_ptr<RelayPort>& port = ports_[{request.netns.value_or(""), request.port}];
    if (!port) {
        std::optional<InNetworkNamespace> inside;
        if (request.netns) {
            inside.emplace(*request.netns);
        }
        port = std::make_unique<RelayPort>(request.port);
        opened_(*port);
    }
    return *port;
}

}  // namespace mobility::player
