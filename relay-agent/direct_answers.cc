// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// packet(7) sockets, addressed by hand.
#include "relay-agent/direct_answers.h"

#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <sys/socket.h>

#include <cstring>

#include "dhcp-wire/dhcp6_message.h"
#include "relay-agent/udp6_packet.h"

namespace mobility {
namespace {
constexpr std::size_t kMaxUnfragmented = 1280 - 48;  // every IPv6 link carries it with its headers
}

void DirectAnswers::heard(const FromAccess& message, Instant now) {
    const auto& link_layer = message.link_layer_source;
    if (link_layer && link_layer->hardware_type == ARPHRD_ETHER &&
        link_layer->address.size() == ETH_ALEN) {
        clients_.learn(message.access_interface, message.source, link_layer->address, now);
    }
}

void DirectAnswers::set_own_addresses(const std::vector<OwnAddress>& addresses) {
    link_locals_.clear();
    for (const auto& own : addresses) {
        if (own.address.is_link_local()) {
            link_locals_.emplace(own.interface, own.address);
        }
    }
}

bool DirectAnswers::send(const ToAccess& to, const std::string& interface, unsigned interface_index,
                         int packet_socket) {
    if (to.port != kDhcp6ClientPort || to.message.size() > kMaxUnfragmented) {
        return false;
    }
    const std::string* const link_layer = clients_.find(*to.access_interface, to.peer);
    const auto own = link_locals_.find(interface);
    if (!link_layer || own == link_locals_.end()) {
        return false;
    }
    write_udp6_packet(own->second, kDhcp6ServerPort, to.peer, to.port, to.message, packet_);
    sockaddr_ll destination{};
    destination.sll_family = AF_PACKET;
    destination.sll_protocol = htons(ETH_P_IPV6);
    destination.sll_ifindex = static_cast<int>(interface_index);
    destination.sll_halen = ETH_ALEN;
    std::memcpy(destination.sll_addr, link_layer->data(), ETH_ALEN);
    const auto sent = sendto(packet_socket, packet_.data(), packet_.size(), MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&destination), sizeof destination);
    return sent == static_cast<ssize_t>(packet_.size());
}

}  // namespace mobility
