// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What becomes of each binding, for an operator who follows an MN through the log. Nobody does as a
// rule: an Anchor without a diary makes no text and calls nobody.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "core/binding_table.h"
#include "core/clock.h"
#include "core/inventory.h"
#include "core/notice.h"
#include "core/prefix_map.h"

namespace mobility {

enum class EndReason : std::uint8_t {
    kReleased,
    kDeclined,
    kExpired,
    kDeleted,           ///< the lease, by a command
    kNotListed,         ///< its source's list is complete without it
    kRemovalConfirmed,  ///< likewise, and an operator has confirmed what was too much to believe
    kSourceGone,        ///< keep-bindings
    kReassigned,        ///< the prefix is another MN's
    kMadeRoom,          ///< over-limit: remove-oldest
    kProhibited
};
EndReason end_reason(DetachReason reason);

/// Owner: AnchorNode; its thread. Each is called before the binding is changed, but for
/// installed().
class AnchorDiary {
public:
    AnchorDiary(const Inventory& inventory, const Clock& clock,
                std::function<void(const Notice&)> tell);

    /// `from`: nothing: this MN had no place. Without a session (`reachable`) the AR hears of it
    /// later.
    void attached(const Binding& binding, const Place* from, const Place& to, const Attached& event,
                  bool reachable);
    /// By the AR, which has it already.
    void reported(const Binding& binding, const Place& to);
    /// By the journal, and not in the kernel.
    void recovered(const Prefix& prefix);
    /// The AR of its place has it.
    void acknowledged(const Prefix& prefix);
    /// `back`: where it stays instead, if anywhere.
    void refused(const Binding& binding, const Place* back, const std::string& reason);
    /// The AR of its place says so.
    void gone(const Binding& binding);
    void ended(const Binding& binding, EndReason reason);
    /// Both tables lead to its place; often told of what was so before.
    void installed(const Binding& binding);

private:
    struct Underway {
        Instant since;  ///< its source had the message
        Instant heard;  ///< here
        std::optional<Instant> at_ar{};
    };

    std::string at(const Place& place) const;
    void tell(const char* id, const Binding& binding, const std::string& text) const;
    void tell_place(const Binding& binding, const Place* from, const Place& to,
                    const std::string& why) const;

    const Inventory& inventory_;
    const Clock& clock_;
    std::function<void(const Notice&)> tell_;
    PrefixMap<Underway> underway_;  ///< placed while this diary was kept, and not installed yet
};

}  // namespace mobility
