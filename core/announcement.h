// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an anchor says of itself to ARs that have no session with it: one datagram, which anybody
// may have sent. And who is told so, when.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "core/ip_address.h"

namespace mobility {

/// A datagram is never longer than this (octets): it fits every link unfragmented.
inline constexpr std::size_t kMaxAnnouncement = 1200;

struct Announcement {
    std::string identity;  ///< the name in the anchor's certificate
    IpAddress address;     ///< where it listens
    std::uint16_t port = 0;
    std::vector<Prefix> prefixes;  ///< that it owns; for display

    bool operator==(const Announcement&) const = default;
};

/// When an anchor announces itself, and to whom: in rounds, the first at once, and of a round only
/// so many at a time, so that ARs do not all come in the same moment. Owner: the agent's one
/// thread.
class AnnouncementRounds {
public:
    explicit AnnouncementRounds(Milliseconds every) : every_(every) {}

    /// A round begins now: say which addresses have no session.
    bool due(Instant now);
    void begin(std::vector<IpAddress> without_session);
    /// Whom to tell now. Call it every 50 ms or so.
    std::vector<IpAddress> next();

    static constexpr std::size_t kAtOnce = 50;

private:
    Milliseconds every_;
    std::optional<Instant> begun_;
    std::deque<IpAddress> waiting_;
};

}  // namespace mobility
