// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What callouts tell the anchors, and whether a Reply waits for them; the same for every kind of
// message in either server. All is counted here.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "core/mobility_event.h"
#include "hooks/held_reply.h"
#include "hooks/running.h"

namespace mobility {

/// No Reply waits.
void report(Attached event, Running& running);
void report(Detached event, Running& running);

enum class Reported : std::uint8_t {
    kCopy,  ///< nothing was told: the Reply to the same message waits already
    kHeld,
    kUnheld  ///< the Reply may leave at once
};

/// Called once all speaks for a hold. Nothing: the Reply follows in a ReplyLetter. Throws when this
/// Reply cannot wait: then it does not.
using MakeReply = std::function<std::shared_ptr<HeldReply>(HoldId)>;

/// A Reply waits if an anchor of one of the items would answer now, and as many as that may wait.
/// `client`: who asks, as a retransmission will name it.
Reported report(const MnId& client, Attached event, Running& running, const MakeReply& make_reply);

}  // namespace mobility
