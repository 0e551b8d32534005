// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any datagram to an AR that hears announcements: it dials an anchor of its configuration, at most
// once a second, or does nothing.
#include <cstdint>
#include <string>

#include "core/announced_anchors.h"
#include "core/wire.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

void fuzz(const std::string& datagram) {
    AnnouncedAnchors anchors({{"anchor.example", true}, {"anchor2.example", false}});
    const Instant now{std::chrono::hours{1000}};
    const auto dial = anchors.hear(datagram, now);
    require(!anchors.hear(datagram, now + Milliseconds{999}), "not twice in a second");
    const auto& counters = anchors.counters();
    require(counters.heard == 2 && counters.heard == counters.garbage + counters.unknown +
                                                         counters.needless + counters.dialled,
            "each is counted once");
    const auto announcement = wire::decode_announcement(datagram);
    require(announcement || (!dial && counters.garbage == 2), "garbage dials nobody");
    if (!announcement) return;
    require(announcement->address.is_global() && announcement->port > 0, "it can be dialled");
    const auto again = wire::decode_announcement(wire::encode(*announcement));
    require(!again || again->address == announcement->address, "what is written is what was read");
    if (!dial) return;
    require(dial->anchor < 2, "an anchor of the configuration is dialled");
    require(dial->at.has_value() == (dial->anchor == 1), "a configured address stays");
    require(!dial->at || dial->at->address == announcement->address, "where it was announced");
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    google::protobuf::SetLogHandler(nullptr);  // it would tell of every bad string
    mobility::fuzz(std::string(data, data + size));
    return 0;
}
