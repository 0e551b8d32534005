// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A netlink socket: batches of requests with one answer each, and dumps. The only place that sends
// and receives.
#pragma once

#include <linux/netlink.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"

struct nl_msg;
struct nl_sock;

namespace mobility {

struct FreeMessage {
    void operator()(nl_msg* message) const;
};
/// One request; libnl's attribute functions write into it.
using NetlinkMessage = std::unique_ptr<nl_msg, FreeMessage>;

/// With room for 512 bytes, enough for any request of ours. `flags` without NLM_F_REQUEST.
NetlinkMessage make_netlink_message(int type, int flags);

/// What the kernel said of one request.
struct KernelAnswer {
    int error = 0;     ///< errno, 0 is done
    std::string text;  ///< its extended acknowledgement, may be empty

    /// "No such device", with the extended acknowledgement if there is one.
    std::string reason() const;
};

class NetlinkSocket {
public:
    /// `protocol` is NETLINK_ROUTE or NETLINK_GENERIC; the socket belongs to the thread's present
    /// network namespace for ever.
    static Result<NetlinkSocket> open(int protocol);

    /// Sends all in one system call (at most 256 messages) and returns an answer for each, in
    /// order. Only the last is acknowledged by the kernel; the others speak up when they fail.
    std::vector<KernelAnswer> request(std::span<const NetlinkMessage> messages);
    KernelAnswer request(const NetlinkMessage& message);

    using Visitor = std::function<void(const nlmsghdr&)>;
    /// Sends a request that is answered by messages (NLM_F_DUMP or a get) and shows each to
    /// `visit`. The value is false when the table changed while it was read (NLM_F_DUMP_INTR): what
    /// was shown may lack something, start again.
    Result<bool> read(const NetlinkMessage& message, const Visitor& visit);

    /// The same in parts of some hundred messages: begin, then read_part until it is not kMore.
    /// Nothing else may be asked of this socket in between.
    enum class Part { kMore, kWhole, kChanged };
    Result<void> begin_read(const NetlinkMessage& message);
    Result<Part> read_part(const Visitor& visit);

private:
    struct Close {
        void operator()(nl_sock* socket) const;
    };
    explicit NetlinkSocket(nl_sock* socket);
    int send(std::span<const NetlinkMessage> messages, bool acknowledge_last);
    /// Bytes received into buffer_, or -errno.
    int receive();

    std::unique_ptr<nl_sock, Close> socket_;
    std::vector<std::uint8_t> buffer_;
    std::vector<std::uint8_t> batch_;
    std::uint32_t next_sequence_ = 1;
    std::uint32_t reading_ = 0;  ///< sequence number of the request that is being answered
    bool read_is_whole_ = true;
};

}  // namespace mobility
