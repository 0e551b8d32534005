// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// packet(7) with a filter in the kernel, many frames to a system call.
#include "dhcp-player/packet_socket.h"

#include <arpa/inet.h>
#include <linux/filter.h>
#include <linux/if_ether.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace mobility::player {
namespace {

constexpr int kReceiveBuffer = 32 << 20;

/// UDP to port 546 and Neighbour Solicitations; with `data` all UDP and echo requests too.
std::array<sock_filter, 11> filter(bool data) {
    constexpr std::uint32_t kNextHeader = 20, kUdpPort = 56, kIcmpType = 54, kAll = 0x40000;
    const auto any_udp = static_cast<std::uint32_t>(data ? 0 : 0xffff);
    const std::uint32_t echo = data ? 128 : 135;
    return {{
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kNextHeader),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 58, 4, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 17, 0, 7),
        BPF_STMT(BPF_LD | BPF_H | BPF_ABS, kUdpPort),
        BPF_STMT(BPF_ALU | BPF_AND | BPF_K, any_udp),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 546 & any_udp, 3, 4),
        BPF_STMT(BPF_LD | BPF_B | BPF_ABS, kIcmpType),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 135, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, echo, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, kAll),
        BPF_STMT(BPF_RET | BPF_K, 0),
    }};
}

[[noreturn]] void refuse(const std::string& interface, const std::string& what) {
    throw std::runtime_error("interface " + interface + ": " + what);
}

[[noreturn]] void refuse_errno(const std::string& interface, const std::string& what) {
    refuse(interface, what + ": " + std::strerror(errno));
}

ifreq request_for(const std::string& interface) {
    ifreq request{};
    if (interface.size() >= sizeof request.ifr_name) {
        refuse(interface, "a name of more than 15 letters");
    }
    std::strcpy(request.ifr_name, interface.c_str());
    return request;
}

/// Returns the interface's index.
int check_usable(int fd, const std::string& interface) {
    ifreq request = request_for(interface);
    if (ioctl(fd, SIOCGIFHWADDR, &request) != 0) {
        refuse_errno(interface, "no such interface in this network namespace");
    }
    if (request.ifr_hwaddr.sa_family != ARPHRD_ETHER) {
        refuse(interface, "is not Ethernet");
    }
    if (ioctl(fd, SIOCGIFFLAGS, &request) != 0) {
        refuse_errno(interface, "SIOCGIFFLAGS");
    }
    if (!(request.ifr_flags & IFF_UP) || !(request.ifr_flags & IFF_RUNNING)) {
        refuse(interface, request.ifr_flags & IFF_UP ? "has no carrier" : "is down");
    }
    if (ioctl(fd, SIOCGIFINDEX, &request) != 0) {
        refuse_errno(interface, "SIOCGIFINDEX");
    }
    return request.ifr_ifindex;
}

template <typename Value>
void set_option(int fd, const std::string& interface, int level, int option, const Value& value,
                const char* name) {
    if (setsockopt(fd, level, option, &value, sizeof value) != 0) {
        refuse_errno(interface, name);
    }
}

void configure(int fd, const std::string& interface, int index, bool data) {
    auto program = filter(data);
    const sock_fprog attached{static_cast<unsigned short>(program.size()), program.data()};
    set_option(fd, interface, SOL_SOCKET, SO_ATTACH_FILTER, attached, "SO_ATTACH_FILTER");
    set_option(fd, interface, SOL_SOCKET, SO_RCVBUFFORCE, kReceiveBuffer, "SO_RCVBUFFORCE");
    set_option(fd, interface, SOL_PACKET, PACKET_AUXDATA, 1, "PACKET_AUXDATA");
    const packet_mreq all{index, PACKET_MR_PROMISC, 0, {}};
    set_option(fd, interface, SOL_PACKET, PACKET_ADD_MEMBERSHIP, all, "PACKET_MR_PROMISC");
    if (const auto enabled = ReceiveClock::enable(fd); !enabled) {
        refuse(interface, enabled.error());
    }
    sockaddr_ll address{};
    address.sll_family = AF_PACKET;
    address.sll_protocol = htons(ETH_P_IPV6);
    address.sll_ifindex = index;
    if (bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        refuse_errno(interface, "bind");
    }
}

bool checksum_is_set(msghdr& header) {
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA) {
            tpacket_auxdata auxiliary{};
            std::memcpy(&auxiliary, CMSG_DATA(part), sizeof auxiliary);
            return !(auxiliary.tp_status & TP_STATUS_CSUMNOTREADY);
        }
    }
    return true;
}

}  // namespace

PacketSocket::PacketSocket(const std::string& interface, bool data)
    : interface_(interface), queue_(kBatch) {
    // Protocol 0: nothing arrives before the filter stands and bind() names the protocol.
    fd_ = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) {
        refuse_errno(interface, "a packet socket (needs CAP_NET_RAW)");
    }
    try {
        configure(fd_, interface, check_usable(fd_, interface), data);
    } catch (...) {
        close(fd_);
        throw;
    }
}

PacketSocket::~PacketSocket() { close(fd_); }

std::vector<std::uint8_t>& PacketSocket::next_frame() {
    if (queued_ == queue_.size()) {
        queue_.emplace_back();
    }
    return queue_[queued_++];
}

Result<void> PacketSocket::flush() {
    std::array<mmsghdr, kBatch> headers{};
    std::array<iovec, kBatch> parts{};
    std::size_t lost = 0;
    int reason = 0;
    for (std::size_t done = 0; done < queued_;) {
        const std::size_t count = std::min(kBatch, queued_ - done);
        for (std::size_t i = 0; i < count; ++i) {
            parts[i] = {queue_[done + i].data(), queue_[done + i].size()};
            headers[i].msg_hdr = {};
            headers[i].msg_hdr.msg_iov = &parts[i];
            headers[i].msg_hdr.msg_iovlen = 1;
        }
        const int sent = sendmmsg(fd_, headers.data(), static_cast<unsigned>(count), 0);
        if (sent < 0 && errno == EINTR) {
            continue;
        }
        if (sent < 0) {
            reason = errno;
            ++lost;
        }
        done += static_cast<std::size_t>(std::max(sent, 1));
    }
    const std::size_t all = std::exchange(queued_, 0);
    if (lost != 0) {
        return Error{"interface " + interface_ + " did not take " + std::to_string(lost) + " of " +
                     std::to_string(all) + " frames: " + std::strerror(reason)};
    }
    return {};
}

std::size_t PacketSocket::receive(const std::function<void(const ReceivedFrame&)>& take) {
    return received_.receive(fd_, clock_, [&](Bytes frame, msghdr& header, Instant at) {
        take({.bytes = frame, .checksum_is_set = checksum_is_set(header), .at = at});
    });
}

}  // namespace mobility::player
