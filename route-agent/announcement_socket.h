// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Announcements as UDP datagrams: an anchor's to its ARs, and an AR's ear for them. What cannot be
// sent is sent again with the next round.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/announcement.h"
#include "transport/socket_address.h"

namespace boost::asio {
class io_context;
}

namespace mobility {

/// An IPv6 multicast group on one interface.
struct MulticastGroup {
    IpAddress address;
    std::string interface;
};

/// Thread: that of `io`.
class AnnouncementListener {
public:
    using Hear = std::function<void(const std::string& datagram)>;

    /// Throws std::runtime_error naming the address, or group and interface.
    AnnouncementListener(boost::asio::io_context& io, const SocketAddress& address,
                         const std::optional<MulticastGroup>& group, Hear hear);
    ~AnnouncementListener();
    AnnouncementListener(const AnnouncementListener&) = delete;
    AnnouncementListener& operator=(const AnnouncementListener&) = delete;

private:
    class Receiving;
    std::unique_ptr<Receiving> receiving_;
};

struct AnnouncerSettings {
    Milliseconds every{10'000};
    std::uint16_t port = 0;  ///< UDP, where ARs listen
    std::optional<MulticastGroup> group;
    Announcement announcement;
};

/// Thread: that of `io`.
class Announcer {
public:
    /// Throws std::runtime_error naming the interface.
    Announcer(boost::asio::io_context& io, AnnouncerSettings settings);
    ~Announcer();
    Announcer(const Announcer&) = delete;
    Announcer& operator=(const Announcer&) = delete;

    /// Announces what is due. `without_session` tells the addresses of ARs that have none. Call it
    /// every 50 ms or so.
    void work(Instant now, const std::function<std::vector<IpAddress>()>& without_session);
    /// Datagrams that the kernel has taken.
    std::uint64_t sent() const { return sent_; }

private:
    class Sending;
    void send(const IpAddress& to);

    AnnouncerSettings settings_;
    std::string datagram_;
    AnnouncementRounds rounds_;
    std::unique_ptr<Sending> sending_;
    std::uint64_t sent_ = 0;
};

}  // namespace mobility
