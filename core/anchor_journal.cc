// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a journal adds to a restart: places and sequences that outlive the kernel. An AR must still
// acknowledge a place before the anchor points at it, unless the kernel does already.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {
namespace {
/// For so long the AR that the kernel leads to is waited for. ARs dial every two seconds.
constexpr Seconds kHearKernelsAr{10};
constexpr Seconds kLongestLease{0xffffffff};
constexpr std::size_t kTickSlice = 1000;

bool claimed(const Inventory& inventory, const JournalEntry& entry) {
    const auto& sources = inventory.sources();
    return std::any_of(sources.begin(), sources.end(), [&](const SourceClaim& claim) {
        return claim.lease_domain == entry.owner &&
               std::any_of(claim.prefixes.begin(), claim.prefixes.end(),
                           [&](const Prefix& each) { return each.contains(entry.prefix); });
    });
}

Milliseconds remaining(const JournalEntry& entry, std::uint64_t wall_ms) {
    if (entry.expires_ms <= wall_ms) return Milliseconds{0};
    const auto most = static_cast<std::uint64_t>(Milliseconds{kLongestLease}.count());
    return Milliseconds{static_cast<std::int64_t>(std::min(entry.expires_ms - wall_ms, most))};
}
}  // namespace

std::vector<Prefix> Anchor::recover(const JournalContents& journal, Moment moment) {
    std::vector<Prefix> meaningless;
    sequence_ = std::max(sequence_, journal.highest_sequence);
    latest_wall_ms_ = std::max(latest_wall_ms_, journal.highest_sequence >> 16);
    doubt_until_ = moment.now + kHearKernelsAr;
    for (const auto& entry : journal.entries) {
        sequence_ = std::max(sequence_, entry.sequence);
        latest_wall_ms_ = std::max(latest_wall_ms_, entry.sequence >> 16);
        const auto ar = inventory_.ar_by_identity(entry.ar);
        if (!ar || !owns(entry.prefix) || !claimed(inventory_, entry)) {
            meaningless.push_back(entry.prefix);
            continue;
        }
        auto& binding = create(entry.prefix, entry.mn, entry.iaid, inventory_.domain(entry.owner));
        binding.expires = moment.now + remaining(entry, moment.wall_ms);
        binding.highest_sequence = entry.sequence;
        const bool installed = binding.routed && binding.routed->ar == *ar;
        if (diary_ && !installed) diary_->recovered(entry.prefix);
        if (binding.routed && !installed) doubtful_.emplace(entry.prefix, binding.routed->ar);
        binding.acknowledged = installed;
        const auto there = std::make_shared<Place>(Place{*ar, entry.attachment, entry.sequence});
        place(binding, [&](Binding& b) {
            b.where = there;
            if (installed) b.route = b.routed = there;
        });
    }
    return meaningless;
}

std::optional<JournalEntry> Anchor::journal_entry(const Prefix& prefix, Moment moment) const {
    const auto* binding = table_.find(prefix);
    if (!binding || binding->ended || !binding->where || binding->where->sequence == 0) {
        return std::nullopt;
    }
    const auto left = std::max(
        std::chrono::duration_cast<Milliseconds>(binding->expires - moment.now), Milliseconds{0});
    const auto& where = *binding->where;
    JournalEntry entry;
    entry.prefix = prefix;
    entry.mn = binding->mn;
    entry.iaid = binding->iaid;
    entry.owner = inventory_.name(binding->owner);
    entry.ar = inventory_.name(where.ar);
    entry.attachment = where.attachment;
    entry.sequence = where.sequence;
    entry.expires_ms = moment.wall_ms + static_cast<std::uint64_t>(left.count());
    return entry;
}

void Anchor::ar_report_ended(NodeId ar) {
    std::vector<Prefix> heard;
    for (const auto& [prefix, leads_to] : doubtful_) {
        if (leads_to == ar) heard.push_back(prefix);
    }
    for (const auto& prefix : heard) believe(*table_.find(prefix));
}

void Anchor::tick(Instant now) {
    forget_ended(now, kTickSlice);
    if (now < doubt_until_) return;
    for (std::size_t i = 0; i < kTickSlice && !doubtful_.empty(); ++i) {
        const auto prefix = doubtful_.begin()->first;
        doubtful_.erase(doubtful_.begin());
        settle(*table_.find(prefix));
    }
}

void Anchor::believe(Binding& binding) {
    if (doubtful_.erase(binding.prefix) > 0) settle(binding);
}

}  // namespace mobility
