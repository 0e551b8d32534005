// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Opens the sockets and sets what dhcp4_sockets.h promises.
#include "relay-agent/dhcp4_sockets.h"

#include <linux/filter.h>
#include <linux/if_packet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "dhcp-wire/dhcp4_codes.h"
#include "relay-agent/socket_address.h"
#include "relay-agent/sockets.h"

namespace mobility {
namespace {

constexpr int kUdp = 17;
constexpr std::uint32_t kBroadcast = 0xffffffff;
constexpr std::uint16_t kFragment = 0x3fff;  // more fragments, or an offset

/// Offsets from the IPv4 header. A frame for another host or one that we send has a packet type of
/// 3 or more.
sock_filter kBroadcastMessages[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, PACKET_OTHERHOST, 10, 0),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 9),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kUdp, 0, 8),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 6),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, kFragment, 6, 0),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 16),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kBroadcast, 0, 4),
    BPF_STMT(BPF_LDX | BPF_B | BPF_MSH, 0),
    BPF_STMT(BPF_LD | BPF_H | BPF_IND, 2),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kDhcp4ServerPort, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

Error failed(const std::string& what) { return {what + ": " + std::strerror(errno)}; }

bool set(int fd, int option, int value) {
    return setsockopt(fd, IPPROTO_IP, option, &value, sizeof value) == 0;
}

}  // namespace

Result<Descriptor> open_dhcp4_packet_socket() { return open_packet_socket(kBroadcastMessages); }

Result<Descriptor> open_dhcp4_udp_socket(const IpAddress& address) {
    Descriptor udp(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int fd = udp.get();
    if (fd < 0) {
        return failed("cannot open a UDP socket");
    }
    if (!set(fd, IP_PKTINFO, 1) || !set(fd, IP_FREEBIND, 1)) {
        return failed("cannot set up a UDP socket");
    }
    enlarge_buffers(fd);
    const sockaddr_in own = to_ipv4_socket_address(address, kDhcp4ServerPort);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&own), sizeof own) != 0) {
        return failed("cannot bind UDP port 67 of " + address.text());
    }
    return udp;
}

}  // namespace mobility
