// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Reply that waits for the network: what the service thread knows of a packet of Kea's.
#pragma once

#include <vector>

#include "core/source.h"

namespace mobility {

/// Holds references into Kea until send() or discard() has been called or it is destroyed; both
/// happen in Kea's turn only (KeaTurn). Destruction alone lets go of the packet and answers nobody:
/// the client retransmits.
class HeldReply {
public:
    virtual ~HeldReply() = default;
    /// Before send(): says of these items that they are refused, instead of granting them.
    virtual void refuse(const std::vector<RefusedItem>& items) = 0;
    virtual void send() = 0;
    virtual void discard() = 0;
};

}  // namespace mobility
