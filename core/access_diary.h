// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What an AR's kernel is given and loses, for an operator who follows an MN through the log. As
// anchor_diary.h: nobody does as a rule.
#pragma once

#include <functional>
#include <optional>

#include "core/binding_record.h"
#include "core/clock.h"
#include "core/forwarding_state.h"
#include "core/notice.h"
#include "core/prefix_map.h"

namespace mobility {

/// Owner: AccessNode; its thread.
class AccessDiary {
public:
    AccessDiary(const Clock& clock, std::function<void(const Notice&)> tell);

    /// Its anchor wants it here, as before or anew.
    void wanted(const Prefix& prefix);
    /// It does no longer.
    void forgotten(const BindingRecord& record);
    /// The kernel has been changed (null: it has nothing). `record`: who wants it now, if anybody.
    void written(const Prefix& prefix, const Forwarding* forwarding, const BindingRecord* record);
    /// The kernel is as it is wanted now.
    void settled(const Prefix& prefix) { underway_.erase(prefix); }

private:
    struct Underway {
        Instant since;
        std::optional<BindingRecord> was{};  ///< nothing: it is wanted
    };

    const Clock& clock_;
    std::function<void(const Notice&)> tell_;
    PrefixMap<Underway> underway_;
};

}  // namespace mobility
