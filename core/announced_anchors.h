// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an AR makes of announcements: an anchor of its configuration is dialled at once. Anybody may
// have sent them, so they do nothing else, and not often.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/announcement.h"

namespace mobility {

/// Where to dial.
struct AnnouncedAddress {
    IpAddress address;
    std::uint16_t port = 0;

    bool operator==(const AnnouncedAddress&) const = default;
};

/// Owner: the agent's one thread.
class AnnouncedAnchors {
public:
    struct Anchor {
        std::string name;
        bool has_address;  ///< configured: what is announced never overrides it
    };
    explicit AnnouncedAnchors(std::vector<Anchor> anchors);

    struct Dial {
        std::size_t anchor;
        std::optional<AnnouncedAddress> at;  ///< nothing: where it is dialled anyway
    };
    /// The anchor that should be dialled now.
    std::optional<Dial> hear(const std::string& datagram, Instant now);
    /// It has a session now: what is announced until that is lost() means nothing, and where it
    /// was dialled last has been proven.
    void associated(std::size_t anchor);
    void lost(std::size_t anchor);

    struct Counters {
        std::uint64_t heard = 0;     ///< datagrams
        std::uint64_t garbage = 0;   ///< of them: no announcement
        std::uint64_t unknown = 0;   ///< by no anchor of the configuration
        std::uint64_t needless = 0;  ///< it has a session, or was dialled a moment ago
        std::uint64_t dialled = 0;
    };
    const Counters& counters() const { return counters_; }

    /// From one dial of an anchor for an announcement to the next.
    static constexpr Milliseconds kPause{1000};

private:
    struct Known {
        Anchor anchor;
        bool associated = false;
        std::optional<Instant> dialled;
        std::optional<AnnouncedAddress> last;    ///< where it was sent last
        std::optional<AnnouncedAddress> proven;  ///< a session has been there
    };
    /// Who announces other addresses in an anchor's name cannot keep an AR from the one that was
    /// proven: they take turns.
    static AnnouncedAddress choose(Known& known, const AnnouncedAddress& announced);

    std::vector<Known> anchors_;
    Counters counters_;
};

}  // namespace mobility
