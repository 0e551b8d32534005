// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Opens the sockets and sets what sockets.h promises.
#include "relay-agent/sockets.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <linux/in6.h>
#include <linux/sock_diag.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <span>
#include <string>

#include "dhcp-wire/dhcp6_codes.h"
#include "relay-agent/socket_address.h"

namespace mobility {
namespace {

Error failed(const std::string& what) { return {what + ": " + std::strerror(errno)}; }

constexpr std::uint32_t kGroupFirst = 0xff020000;  // ff02::1:2 is this, eight bytes of 0,
constexpr std::uint32_t kGroupLast = 0x00010002;   // and this.
constexpr int kUdp = 17;

/// Offsets from the IPv6 header. A frame for another host (a card in promiscuous mode, a VLAN that
/// is not ours) or one that we send has a packet type of 3 or more.
sock_filter kClientMessages[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(SKF_AD_OFF + SKF_AD_PKTTYPE)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, PACKET_OTHERHOST, 13, 0),
    BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 6),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kUdp, 0, 11),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 24),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGroupFirst, 0, 9),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 28),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 7),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 32),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, 36),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGroupLast, 0, 3),
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 42),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kDhcp6ServerPort, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

/// Nobody fragments what fits the smallest MTU of IPv6, 1280 bytes: all that is shorter is for the
/// packet sockets. Offsets from the UDP header; the destination from the IPv6 header.
sock_filter kLongMulticast[] = {
    BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 2),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kDhcp6ServerPort, 0, 5),
    BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0),
    BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 1280 - 40, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, static_cast<unsigned>(SKF_NET_OFF + 24)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, kGroupFirst, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, 0xffffffff),
    BPF_STMT(BPF_RET | BPF_K, 0),
};

bool set(int fd, int level, int option, int value) {
    return setsockopt(fd, level, option, &value, sizeof value) == 0;
}

bool attach(int fd, std::span<sock_filter> filter) {
    const sock_fprog program{static_cast<unsigned short>(filter.size()), filter.data()};
    return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

ipv6_mreq membership(unsigned interface_index) {
    return {to_in6_addr(*IpAddress::parse(kAllDhcpRelayAgentsAndServers)), interface_index};
}

}  // namespace

void enlarge_buffers(int fd) {
    if (!set(fd, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer)) {
        set(fd, SOL_SOCKET, SO_RCVBUF, kReceiveBuffer);
    }
    if (!set(fd, SOL_SOCKET, SO_SNDBUFFORCE, kReceiveBuffer)) {
        set(fd, SOL_SOCKET, SO_SNDBUF, kReceiveBuffer);
    }
}

Result<Descriptor> claim_network_namespace() {
    Descriptor claim(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (claim.get() < 0) {
        return failed("socket");
    }
    static constexpr char kName[] = "\0mobility-relay-agent";
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, kName, sizeof kName - 1);
    const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + sizeof kName - 1);
    if (bind(claim.get(), reinterpret_cast<sockaddr*>(&address), length) != 0) {
        return errno == EADDRINUSE
                   ? Error{"another relay agent already runs in this network namespace"}
                   : failed("bind");
    }
    return claim;
}

Result<UdpSocket> open_udp_socket() {
    UdpSocket udp{Descriptor(socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)),
                  false};
    const int fd = udp.descriptor.get();
    if (fd < 0) {
        return failed("cannot open a UDP socket");
    }
    if (!set(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) || !set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) ||
        !set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0)) {
        return failed("cannot set up the UDP socket");
    }
    enlarge_buffers(fd);
    const sockaddr_in6 any = to_socket_address(IpAddress(), kDhcp6ServerPort, 0);
    const auto* const address = reinterpret_cast<const sockaddr*>(&any);
    if (bind(fd, address, sizeof any) == 0) {
        // A server in the same box may start later, at addresses of its own.
        set(fd, SOL_SOCKET, SO_REUSEADDR, 1);
        return udp;
    }
    udp.port_shared = true;
    if (errno != EADDRINUSE || !set(fd, SOL_SOCKET, SO_REUSEADDR, 1) ||
        bind(fd, address, sizeof any) != 0) {
        return failed("cannot bind UDP port 547");
    }
    return udp;
}

Result<Descriptor> open_fragments_socket() {
    Descriptor raw(socket(AF_INET6, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_UDP));
    const int fd = raw.get();
    if (fd < 0) {
        return failed("cannot open a raw socket");
    }
    if (!attach(fd, kLongMulticast) || !set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) ||
        !set(fd, IPPROTO_IPV6, IPV6_RECVFRAGSIZE, 1) ||
        !set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0)) {
        return failed("cannot set up the raw socket");
    }
    return raw;
}

Result<Descriptor> open_packet_socket() { return open_packet_socket(kClientMessages); }

Result<Descriptor> open_packet_socket(std::span<sock_filter> filter) {
    Descriptor packet(socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int fd = packet.get();
    if (fd < 0) {
        return failed("cannot open a packet socket");
    }
    if (!attach(fd, filter) || !set(fd, SOL_PACKET, PACKET_AUXDATA, 1)) {
        return failed("cannot set up a packet socket");
    }
    enlarge_buffers(fd);
    return packet;
}

Result<void> listen_on(int packet_socket, unsigned interface_index, std::uint16_t protocol) {
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(protocol);
    address.sll_ifindex = static_cast<int>(interface_index);
    if (bind(packet_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
        return failed("cannot listen");
    }
    return {};
}

Result<void> join_relay_agents(int fragments_socket, unsigned interface_index) {
    const ipv6_mreq group = membership(interface_index);
    if (setsockopt(fragments_socket, IPPROTO_IPV6, IPV6_ADD_MEMBERSHIP, &group, sizeof group) !=
            0 &&
        errno != EADDRINUSE) {
        return failed("cannot join ff02::1:2");
    }
    return {};
}

void leave_relay_agents(int fragments_socket, unsigned interface_index) {
    const ipv6_mreq group = membership(interface_index);
    setsockopt(fragments_socket, IPPROTO_IPV6, IPV6_DROP_MEMBERSHIP, &group, sizeof group);
}

unsigned interface_index(int fd, const char* name) {
    ifreq request{};
    std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
    return ioctl(fd, SIOCGIFINDEX, &request) == 0 ? static_cast<unsigned>(request.ifr_ifindex) : 0;
}

int receive_buffer(int fd) {
    int size = 0;
    socklen_t length = sizeof size;
    getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, &length);
    return size;
}

std::uint64_t packets_dropped(int packet_socket) {
    tpacket_stats statistics{};
    socklen_t length = sizeof statistics;
    getsockopt(packet_socket, SOL_PACKET, PACKET_STATISTICS, &statistics, &length);
    return statistics.tp_drops;
}

std::uint64_t datagrams_dropped(int udp_socket) {
    std::uint32_t memory[SK_MEMINFO_VARS]{};
    socklen_t length = sizeof memory;
    getsockopt(udp_socket, SOL_SOCKET, SO_MEMINFO, memory, &length);
    return memory[SK_MEMINFO_DROPS];
}

}  // namespace mobility
