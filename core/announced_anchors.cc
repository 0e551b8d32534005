// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Announcements judged.
#include "core/announced_anchors.h"

#include <algorithm>

#include "core/wire.h"

namespace mobility {

AnnouncedAnchors::AnnouncedAnchors(std::vector<Anchor> anchors) {
    for (auto& anchor : anchors) {
        Known known;
        known.anchor = std::move(anchor);
        anchors_.push_back(std::move(known));
    }
}

std::optional<AnnouncedAnchors::Dial> AnnouncedAnchors::hear(const std::string& datagram,
                                                             Instant now) {
    ++counters_.heard;
    const auto announcement = wire::decode_announcement(datagram);
    if (!announcement) {
        ++counters_.garbage;
        return std::nullopt;
    }
    const auto known = std::find_if(anchors_.begin(), anchors_.end(), [&](const Known& each) {
        return each.anchor.name == announcement->identity;
    });
    if (known == anchors_.end()) {
        ++counters_.unknown;
        return std::nullopt;
    }
    if (known->associated || (known->dialled && now - *known->dialled < kPause)) {
        ++counters_.needless;
        return std::nullopt;
    }
    known->dialled = now;
    ++counters_.dialled;
    const auto which = static_cast<std::size_t>(known - anchors_.begin());
    if (known->anchor.has_address) return Dial{which, std::nullopt};
    known->last = choose(*known, {announcement->address, announcement->port});
    return Dial{which, known->last};
}

AnnouncedAddress AnnouncedAnchors::choose(Known& known, const AnnouncedAddress& announced) {
    const bool proven_was_last = known.proven == known.last;
    if (!known.proven || proven_was_last) return announced;
    return *known.proven;
}

void AnnouncedAnchors::associated(std::size_t anchor) {
    auto& known = anchors_.at(anchor);
    known.associated = true;
    known.proven = known.last;
}

void AnnouncedAnchors::lost(std::size_t anchor) { anchors_.at(anchor).associated = false; }

}  // namespace mobility
