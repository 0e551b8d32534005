// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The boundary to a kernel: what is installed, and operations that change it.
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/forwarding_state.h"
#include "core/result.h"

namespace mobility {

/// Adds or replaces in one step: at no moment is the prefix without a route.
struct SetRoute {
    Prefix prefix;
    Forwarding forwarding;
    bool operator==(const SetRoute&) const = default;
};
struct RemoveRoute {
    Prefix prefix;
    bool operator==(const RemoveRoute&) const = default;
};
struct AddDecapsulation {
    Decapsulation decapsulation;
    bool operator==(const AddDecapsulation&) const = default;
};
struct RemoveDecapsulation {
    Decapsulation decapsulation;
    bool operator==(const RemoveDecapsulation&) const = default;
};
struct AddReversePath {
    ReversePath path;
    bool operator==(const AddReversePath&) const = default;
};
struct RemoveReversePath {
    ReversePath path;
    bool operator==(const RemoveReversePath&) const = default;
};
struct AddDirectPath {
    DirectPath path;
    bool operator==(const AddDirectPath&) const = default;
};
struct RemoveDirectPath {
    DirectPath path;
    bool operator==(const RemoveDirectPath&) const = default;
};
using Operation = std::variant<SetRoute, RemoveRoute, AddDecapsulation, RemoveDecapsulation,
                               AddReversePath, RemoveReversePath, AddDirectPath, RemoveDirectPath>;

/// What became of one operation.
struct Outcome {
    enum class Kind {
        kDone,       ///< the kernel has confirmed it (removing what is not there is done)
        kTransient,  ///< ENOMEM and its like, after the forwarder's own retries: try again later
        kFailed      ///< will not work as asked; `reason` has the kernel's own words
    };
    Kind kind = Kind::kDone;
    std::string reason;
};

/// One node's forwarding. Idempotent; touches nothing that does not carry our own rtm_protocol.
/// Neighbour entries and tunnels that no route uses any more are removed with the last such route.
class Forwarder {
public:
    virtual ~Forwarder() = default;

    /// Reads everything back (a full dump). The error is the kernel's.
    virtual Result<ForwardingState> installed() = 0;
    /// Carries out the operations in order as far as dependencies matter (a batch may overlap);
    /// returns one outcome for each. Blocks for the kernel's answer: microseconds each.
    virtual std::vector<Outcome> apply(std::span<const Operation> operations) = 0;
    /// Removes what is ours and forwards nothing: tunnels and neighbour entries that no route uses.
    /// Only when the owner's state is final: after recovery. Returns how many went.
    virtual Result<std::size_t> purge() = 0;

    /// Whether the node still holds what this forwarder confirmed last, looked at a slice at a time
    /// (some ten microseconds; the whole takes half a second for a million routes). What was
    /// applied meanwhile is not judged. An error is the kernel's; the next call begins again.
    enum class Audit {
        kMore,    ///< call again
        kAgrees,  ///< nobody has changed anything; the next call begins again
        kDiffers  ///< somebody has: read back; the next call begins again
    };
    virtual Result<Audit> audit() = 0;
};

}  // namespace mobility
