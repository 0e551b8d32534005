// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What access routers say to their anchor.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {

void Anchor::ar_connected(NodeId ar) { connected_.insert(ar); }

StateDigest Anchor::digest_at(NodeId ar) const {
    StateDigest digest;
    for (const auto& prefix : table_.at(ar)) {
        digest.add(prefix, table_.find(prefix)->place_at(ar)->sequence);
    }
    return digest;
}

void Anchor::ar_has(NodeId ar, const Buckets& buckets) {
    std::vector<std::pair<Prefix, std::uint64_t>> proven;
    for (const auto& prefix : table_.at(ar)) {
        const auto* binding = table_.find(prefix);
        if (!buckets.has(prefix) || binding->acknowledged || !binding->where) continue;
        proven.emplace_back(prefix, binding->where->sequence);
    }
    for (const auto& [prefix, sequence] : proven) {
        ar_acknowledged(ar, prefix, sequence, {Verdict::kInstalled, Refusal::kNone, {}});
    }
}

Answer Anchor::ar_deregistered(NodeId ar, const Prefix& prefix, std::uint64_t sequence) {
    auto* binding = table_.find(prefix);
    if (!binding || !binding->where || binding->where->ar != ar ||
        binding->where->sequence != sequence) {
        return {Verdict::kSuperseded, Refusal::kNone, {}};  // it is somewhere else already
    }
    resolve(prefix, {Verdict::kSuperseded, Refusal::kNone, {}});
    doubtful_.erase(prefix);
    place(*binding, [](Binding& b) { b.where = nullptr; });
    binding->acknowledged = true;
    settle(*binding);
    return {Verdict::kInstalled, Refusal::kNone, {}};
}

void Anchor::ar_gone(NodeId ar) {
    connected_.erase(ar);
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
        binding->acknowledged = true;
        settle(*binding);
        return;
    }
    output_.notice({"ANCHOR_AR_REFUSED", inventory_.name(ar) + " does not install " +
                                             prefix.text() + ": " + answer.text});
    resolve(prefix, answer);
    // Told again what it once had, it has nothing now: its default would lead back here, a loop.
    const bool lost = binding->acknowledged;
    place(*binding, [&](Binding& b) { b.where = lost ? nullptr : b.route; });
    binding->acknowledged = lost || binding->where;
    settle(*binding);
}

}  // namespace mobility
