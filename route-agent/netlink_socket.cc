// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// rtnetlink works in the sender's own system call: when send() returns, everything is done and the
// answers wait in the receive queue. So nothing here waits for an event, and the receive timeout is
// only a guard.
#include "route-agent/netlink_socket.h"

#include <netlink/attr.h>
#include <netlink/errno.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <new>
#include <optional>
#include <system_error>

namespace mobility {
namespace {

constexpr std::size_t kMessageRoom = 512;
constexpr std::size_t kReceiveRoom = 256 * 1024;  // the kernel fills a dump's message to 32 KB
constexpr int kQueueBytes = 4 * 1024 * 1024;      // answers of a batch in which everything fails
constexpr int kGuardSeconds = 10;

std::string errno_text(int error) { return std::generic_category().message(error); }

/// The answer that an NLMSG_ERROR or NLMSG_DONE message carries.
KernelAnswer answer_in(nlmsghdr* message) {
    KernelAnswer answer;
    if (nlmsg_datalen(message) < static_cast<int>(sizeof(int))) return answer;
    int error = 0;
    std::memcpy(&error, nlmsg_data(message), sizeof error);
    answer.error = error < 0 ? -error : 0;
    if (message->nlmsg_type != NLMSG_ERROR || !(message->nlmsg_flags & NLM_F_ACK_TLVS)) {
        return answer;
    }
    // With NETLINK_CAP_ACK only the header of the request stands before the attributes.
    const int offset = static_cast<int>(sizeof(nlmsgerr));
    std::array<nlattr*, NLMSGERR_ATTR_MAX + 1> attributes{};
    auto* const first = reinterpret_cast<nlattr*>(static_cast<char*>(nlmsg_data(message)) + offset);
    if (nla_parse(attributes.data(), NLMSGERR_ATTR_MAX, first, nlmsg_datalen(message) - offset,
                  nullptr) == 0 &&
        attributes[NLMSGERR_ATTR_MSG]) {
        const auto* const text = attributes[NLMSGERR_ATTR_MSG];
        const auto* const begin = static_cast<const char*>(nla_data(text));
        answer.text.assign(begin, ::strnlen(begin, static_cast<std::size_t>(nla_len(text))));
    }
    return answer;
}

}  // namespace

void FreeMessage::operator()(nl_msg* message) const { nlmsg_free(message); }

NetlinkMessage make_netlink_message(int type, int flags) {
    NetlinkMessage message(nlmsg_alloc_size(kMessageRoom));
    if (!message || !nlmsg_put(message.get(), NL_AUTO_PORT, 0, type, 0, NLM_F_REQUEST | flags)) {
        throw std::bad_alloc();
    }
    return message;
}

std::string KernelAnswer::reason() const {
    const auto words =
        error == EPERM ? errno_text(error) + ": needs CAP_NET_ADMIN" : errno_text(error);
    return text.empty() ? words : words + ": " + text;
}

void NetlinkSocket::Close::operator()(nl_sock* socket) const { nl_socket_free(socket); }

NetlinkSocket::NetlinkSocket(nl_sock* socket) : socket_(socket), buffer_(kReceiveRoom) {}

Result<NetlinkSocket> NetlinkSocket::open(int protocol) {
    NetlinkSocket socket(nl_socket_alloc());
    if (!socket.socket_) throw std::bad_alloc();
    if (const int error = nl_connect(socket.socket_.get(), protocol); error < 0) {
        return Error{std::string("cannot open a netlink socket: ") + nl_geterror(error)};
    }
    const int descriptor = nl_socket_get_fd(socket.socket_.get());
    const int on = 1;
    const timeval guard{kGuardSeconds, 0};
    for (const int option : {NETLINK_EXT_ACK, NETLINK_CAP_ACK, NETLINK_GET_STRICT_CHK}) {
        if (::setsockopt(descriptor, SOL_NETLINK, option, &on, sizeof on) != 0) {
            return Error{"netlink option " + std::to_string(option) +
                         " is missing (Linux 4.20 has it): " + errno_text(errno)};
        }
    }
    ::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &guard, sizeof guard);
    // The forced size needs CAP_NET_ADMIN; without it the limit of the system applies.
    if (::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &kQueueBytes, sizeof kQueueBytes)) {
        ::setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &kQueueBytes, sizeof kQueueBytes);
    }
    return socket;
}

int NetlinkSocket::send(std::span<const NetlinkMessage> messages, bool acknowledge_last) {
    batch_.clear();
    for (const auto& message : messages) {
        auto* const header = nlmsg_hdr(message.get());
        header->nlmsg_seq = next_sequence_++;
        if (acknowledge_last && &message == &messages.back()) header->nlmsg_flags |= NLM_F_ACK;
        const auto* const bytes = reinterpret_cast<const std::uint8_t*>(header);
        batch_.insert(batch_.end(), bytes, bytes + header->nlmsg_len);
        batch_.resize(NLMSG_ALIGN(batch_.size()));
    }
    const int descriptor = nl_socket_get_fd(socket_.get());
    for (;;) {
        if (::send(descriptor, batch_.data(), batch_.size(), 0) >= 0) return 0;
        if (errno != EINTR) return errno;
    }
}

int NetlinkSocket::receive() {
    const int descriptor = nl_socket_get_fd(socket_.get());
    for (;;) {
        const auto got = ::recv(descriptor, buffer_.data(), buffer_.size(), 0);
        if (got > 0) return static_cast<int>(got);
        if (got == 0) return -ECONNRESET;
        if (errno != EINTR) return -errno;
    }
}

std::vector<KernelAnswer> NetlinkSocket::request(std::span<const NetlinkMessage> messages) {
    std::vector<KernelAnswer> answers(messages.size());
    if (messages.empty()) return answers;
    const std::uint32_t first = next_sequence_;
    const auto fail_all = [&](int error) {
        answers.assign(messages.size(), KernelAnswer{error, "no answer from the kernel"});
        return answers;
    };
    if (const int error = send(messages, true)) return fail_all(error);
    for (;;) {
        int left = receive();
        // An overrun queue (ENOBUFS) or the guard: nobody knows what was done, all is to be
        // repeated, which is harmless.
        if (left < 0) return fail_all(ENOBUFS);
        for (auto* message = reinterpret_cast<nlmsghdr*>(buffer_.data()); nlmsg_ok(message, left);
             message = nlmsg_next(message, &left)) {
            const std::uint32_t which = message->nlmsg_seq - first;
            if (message->nlmsg_type != NLMSG_ERROR || which >= messages.size()) continue;
            answers[which] = answer_in(message);
            if (which == messages.size() - 1) return answers;
        }
    }
}

KernelAnswer NetlinkSocket::request(const NetlinkMessage& message) {
    return request(std::span(&message, 1)).front();
}

Result<bool> NetlinkSocket::read(const NetlinkMessage& message, const Visitor& visit) {
    if (auto begun = begin_read(message); !begun) return Error{begun.error()};
    for (;;) {
        const auto part = read_part(visit);
        if (!part) return Error{part.error()};
        if (*part != Part::kMore) return *part == Part::kWhole;
    }
}

Result<void> NetlinkSocket::begin_read(const NetlinkMessage& message) {
    reading_ = next_sequence_;
    read_is_whole_ = true;
    const bool dump = (nlmsg_hdr(message.get())->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    if (const int error = send(std::span(&message, 1), !dump)) return Error{errno_text(error)};
    return {};
}

Result<NetlinkSocket::Part> NetlinkSocket::read_part(const Visitor& visit) {
    int left = receive();
    if (left < 0) return Error{"reading the kernel's tables: " + errno_text(-left)};
    for (auto* part = reinterpret_cast<nlmsghdr*>(buffer_.data()); nlmsg_ok(part, left);
         part = nlmsg_next(part, &left)) {
        if (part->nlmsg_seq != reading_) continue;
        if (part->nlmsg_flags & NLM_F_DUMP_INTR) read_is_whole_ = false;
        if (part->nlmsg_type != NLMSG_ERROR && part->nlmsg_type != NLMSG_DONE) {
            visit(*part);
            continue;
        }
        const auto answer = answer_in(part);
        if (answer.error) return Error{answer.reason()};
        return read_is_whole_ ? Part::kWhole : Part::kChanged;
    }
    return Part::kMore;
}

}  // namespace mobility
