// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What access routers say to their anchor.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {

void Anchor::ar_connected(NodeId ar) {
    connected_.insert(ar);
    drop_proven(ar);
    if (inventory_.follow_tunnel_address(ar)) retunnelled_.push_back({ar, 0});
}

Answer Anchor::ar_deregistered(NodeId ar, const Prefix& prefix, std::uint64_t sequence) {
    auto* binding = table_.find(prefix);
    if (!binding || !binding->where || binding->where->ar != ar ||
        binding->where->sequence != sequence) {
        return {Verdict::kSuperseded, Refusal::kNone, {}};  // it is somewhere else already
    }
    if (diary_) diary_->gone(*binding);
    resolve(prefix, {Verdict::kSuperseded, Refusal::kNone, {}});
    doubtful_.erase(prefix);
    place(*binding, [](Binding& b) { b.where = nullptr; });
    binding->acknowledged = true;
    settle(*binding);
    return {Verdict::kInstalled, Refusal::kNone, {}};
}

void Anchor::ar_gone(NodeId ar) {
    connected_.erase(ar);
    drop_proven(ar);
    std::vector<Prefix> deferred;
    for (const auto& [prefix, waits] : waits_) {
        const auto* binding = table_.find(prefix);
        if (binding && binding->where && binding->where->ar == ar && !binding->acknowledged) {
            deferred.push_back(prefix);
        }
    }
    for (const auto& prefix : deferred) {
        resolve(prefix, {Verdict::kDeferred, Refusal::kNone, {}});
    }
}

void Anchor::ar_acknowledged(NodeId ar, const Prefix& prefix, std::uint64_t sequence,
                             const Answer& answer) {
    auto* binding = table_.find(prefix);
    if (!binding || !binding->where || binding->where->ar != ar ||
        binding->where->sequence != sequence) {
        return;  // it has moved on meanwhile
    }
    if (answer.verdict != Verdict::kRefused) {
        if (diary_) diary_->acknowledged(prefix);
        binding->acknowledged = true;
        settle(*binding);
        return;
    }
    output_.notice({"ANCHOR_AR_REFUSED", inventory_.name(ar) + " does not install " +
                                             prefix.text() + ": " + answer.text});
    resolve(prefix, answer);
    // Told again what it once had, it has nothing now: its default would lead back here, a loop.
    const bool lost = binding->acknowledged;
    const auto back = lost ? nullptr : binding->route;
    if (diary_) diary_->refused(*binding, back.get(), answer.text);
    place(*binding, [&](Binding& b) { b.where = back; });
    binding->acknowledged = lost || binding->where;
    settle(*binding);
}

}  // namespace mobility
