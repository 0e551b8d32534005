// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// recvmmsg(2) and sendmmsg(2) with their ancillary data.
#include "relay-agent/datagrams.h"

#include <linux/if_packet.h>
#include <linux/in6.h>
#include <poll.h>

#include <cerrno>
#include <cstring>

#include "relay-agent/socket_address.h"

namespace mobility {
namespace {

constexpr std::size_t kControl = 128;
/// How long a full send buffer is waited for; it empties at the speed of the link.
constexpr int kSendBufferMs = 20;

template <typename T>
T ancillary(const cmsghdr* header) {
    T value;
    std::memcpy(&value, CMSG_DATA(header), sizeof value);
    return value;
}

bool is_trusted(const tpacket_auxdata& auxdata) {
    return (auxdata.tp_status & (TP_STATUS_CSUMNOTREADY | TP_STATUS_CSUM_VALID)) != 0;
}

}  // namespace

struct ReceiveBatch::Slot {
    iovec vector{};
    sockaddr_storage from{};
    alignas(cmsghdr) std::uint8_t control[kControl];
};

ReceiveBatch::ReceiveBatch()
    : bytes_(new std::uint8_t[kBatch * kSize]), slots_(std::make_unique<Slot[]>(kBatch)) {
    for (std::size_t i = 0; i < kBatch; ++i) {
        slots_[i].vector = {&bytes_[i * kSize], kSize};
        headers_[i].msg_hdr.msg_iov = &slots_[i].vector;
        headers_[i].msg_hdr.msg_iovlen = 1;
        headers_[i].msg_hdr.msg_name = &slots_[i].from;
        headers_[i].msg_hdr.msg_control = slots_[i].control;
    }
}

ReceiveBatch::~ReceiveBatch() = default;

std::size_t ReceiveBatch::receive(int fd) {
    for (auto& header : headers_) {
        header.msg_hdr.msg_namelen = sizeof(sockaddr_storage);
        header.msg_hdr.msg_controllen = kControl;
    }
    const int count = recvmmsg(fd, headers_.data(), kBatch, MSG_DONTWAIT, nullptr);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

Received ReceiveBatch::operator[](std::size_t i) const {
    const msghdr& header = headers_[i].msg_hdr;
    Received received;
    received.bytes = {&bytes_[i * kSize], headers_[i].msg_len};
    received.from = &slots_[i].from;
    received.truncated = (header.msg_flags & MSG_TRUNC) != 0;
    auto* const first = const_cast<msghdr*>(&header);
    for (cmsghdr* part = CMSG_FIRSTHDR(first); part; part = CMSG_NXTHDR(first, part)) {
        if (part->cmsg_level == SOL_PACKET && part->cmsg_type == PACKET_AUXDATA) {
            received.checksum_trusted = is_trusted(ancillary<tpacket_auxdata>(part));
        } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO) {
            received.interface_index = ancillary<in6_pktinfo>(part).ipi6_ifindex;
        } else if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO) {
            received.interface_index =
                static_cast<unsigned>(ancillary<in_pktinfo>(part).ipi_ifindex);
        } else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVFRAGSIZE) {
            received.fragmented = true;
        }
    }
    return received;
}

struct SendBatch::Slot {
    iovec vector{};
    sockaddr_in6 to{};
    alignas(cmsghdr) std::uint8_t control[CMSG_SPACE(sizeof(in6_pktinfo))];

    /// The one part of the ancillary data: IPV6_PKTINFO.
    cmsghdr* part() { return reinterpret_cast<cmsghdr*>(control); }
};

SendBatch::SendBatch(int fd, OnRefused on_refused)
    : fd_(fd), on_refused_(std::move(on_refused)), slots_(std::make_unique<Slot[]>(kBatch)) {
    for (std::size_t i = 0; i < kBatch; ++i) {
        msghdr& header = headers_[i].msg_hdr;
        header.msg_iov = &slots_[i].vector;
        header.msg_iovlen = 1;
        header.msg_name = &slots_[i].to;
        header.msg_namelen = sizeof(sockaddr_in6);
        header.msg_control = slots_[i].control;
        header.msg_controllen = sizeof slots_[i].control;
        cmsghdr* const part = slots_[i].part();
        part->cmsg_level = IPPROTO_IPV6;
        part->cmsg_type = IPV6_PKTINFO;
        part->cmsg_len = CMSG_LEN(sizeof(in6_pktinfo));
    }
}

SendBatch::~SendBatch() = default;

void SendBatch::add(Bytes payload, const Destination& to) {
    if (waiting_ == kBatch) {
        flush();
    }
    Slot& slot = slots_[waiting_];
    slot.vector = {const_cast<std::uint8_t*>(payload.data()), payload.size()};
    slot.to = to_socket_address(to.address, to.port, to.interface_index);
    const in6_pktinfo from{to_in6_addr(to.source), to.interface_index};
    std::memcpy(CMSG_DATA(slot.part()), &from, sizeof from);
    ++waiting_;
}

void SendBatch::refuse(std::size_t i, int error) {
    on_refused_(from_in6_addr(slots_[i].to.sin6_addr), error);
}

void SendBatch::flush() {
    bool waited = false;
    for (std::size_t done = 0; done < waiting_;) {
        const int sent = sendmmsg(fd_, &headers_[done], static_cast<unsigned>(waiting_ - done), 0);
        if (sent > 0) {
            done += static_cast<std::size_t>(sent);
            sent_ += static_cast<std::uint64_t>(sent);
            waited = false;
        } else if (errno == EAGAIN && !waited) {
            pollfd writable{fd_, POLLOUT, 0};
            poll(&writable, 1, kSendBufferMs);
            waited = true;
        } else if (errno != EINTR) {
            // The error is that of the first datagram; those behind it are tried by themselves.
            refuse(done, errno);
            ++done;
            waited = false;
        }
    }
    waiting_ = 0;
}

}  // namespace mobility
