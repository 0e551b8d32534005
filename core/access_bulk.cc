// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What concerns all that one anchor wants here: its lists and their ends, in slices, and digests.
#include <algorithm>
#include <limits>

#include "core/access_router.h"

namespace mobility {
namespace {
/// Entries looked at, wants forgotten: a millisecond or two.
constexpr std::size_t kSlice = 256;
/// In a digest, in place of a sequence: this record is not proven, its anchor is to say it again.
constexpr auto kUnproven = std::numeric_limits<std::uint64_t>::max();
}  // namespace

void AccessRouter::list_begin(std::size_t index, const Buckets& buckets) {
    auto& anchor = anchors_[index];
    ++anchor.list;
    anchor.listing = buckets;
    anchor.unsaid = 0;
    for (std::size_t i = 0; i < Buckets::kCount; ++i) {
        if (buckets[i]) anchor.unsaid += anchor.prefixes.part(i).size();
    }
}

void AccessRouter::list_end(std::size_t index) {
    const auto& anchor = anchors_[index];
    endings_.push_back({index,
                        anchor.list,
                        anchor.listing,
                        anchor.unsaid > 0 ? 0 : PrefixSet::kParts,
                        {},
                        0,
                        false});
    work();
}

void AccessRouter::forget_all(std::size_t index) {
    list_begin(index);
    const auto& anchor = anchors_[index];
    endings_.push_back({index, anchor.list, anchor.listing, 0, {}, 0, true});
    work();
}

bool AccessRouter::work() {
    std::size_t done = 0;
    while (done < kSlice && !endings_.empty()) {
        auto& ending = endings_.front();
        if (ending.left.empty() && ending.part == PrefixSet::kParts) {
            finish(ending);
            endings_.pop_front();
        } else {
            done += end_unsaid(ending);
        }
    }
    while (done < kSlice && releasing_ < PrefixSet::kParts) done += release(releasing_++);
    return !endings_.empty() || releasing_ < PrefixSet::kParts;
}

std::size_t AccessRouter::end_unsaid(Ending& ending) {
    const auto unsaid = [&](const Prefix& prefix) {
        const auto* wants = wants_.find(prefix);
        return wants && std::any_of(wants->begin(), wants->end(), [&](const Want& want) {
                   return want.anchor == ending.anchor && want.list < ending.list;
               });
    };
    if (!ending.left.empty()) {
        const auto prefix = ending.left.back();
        ending.left.pop_back();
        if (!unsaid(prefix)) return 1;
        forget(ending.anchor, prefix);
        output_.route_changed(prefix, true);
        ++ending.ended;
        return 1;
    }
    const auto bucket = ending.part++;
    if (!ending.buckets[bucket]) return 0;
    const auto& part = anchors_[ending.anchor].prefixes.part(bucket);
    for (const auto& [prefix, nothing] : part) {
        if (unsaid(prefix)) ending.left.push_back(prefix);
    }
    return part.size() / 4;
}

void AccessRouter::finish(const Ending& ending) {
    anchors_[ending.anchor].complete = true;
    releasing_ = recovered_.empty() ? PrefixSet::kParts : 0;
    if (!ending.absent || (ending.ended == 0 && recovered_.empty())) return;
    output_.notice({"ACCESS_ANCHOR_GONE",
                    std::to_string(ending.ended) + " records of " + anchors_[ending.anchor].name +
                        " are removed, and what the kernel had of it at the start "
                        "(keep-bindings)"});
}

bool AccessRouter::listed() const {
    return endings_.empty() && std::all_of(anchors_.begin(), anchors_.end(),
                                           [](const Anchor& anchor) { return anchor.complete; });
}

/// What was found at start, and no anchor whose list is still to end may own.
std::size_t AccessRouter::release(std::size_t part) {
    const bool all_complete = listed();
    const auto told = [&](const Prefix& prefix) {
        return std::any_of(anchors_.begin(), anchors_.end(), [&](const Anchor& anchor) {
            return anchor.complete && anchor.owns(prefix);
        });
    };
    const auto looked_at = recovered_.part(part).size();
    std::vector<Prefix> nobodys;
    for (const auto& [prefix, forwarding] : recovered_.part(part)) {
        if (!all_complete && !told(prefix)) continue;
        // A record without an attachment, or of an unknown interface, lives on what was found.
        const auto* record = newest(prefix);
        const bool needed = record && (record->sequence == 0 || !interface_of(record->attachment));
        if (!needed) nobodys.push_back(prefix);
    }
    for (const auto& prefix : nobodys) {
        recovered_.erase(prefix);
        output_.route_changed(prefix, true);
    }
    return looked_at;
}

void AccessRouter::said(Anchor& anchor, Want& want) {
    if (want.list < anchor.list && anchor.listing.has(want.record.prefix)) --anchor.unsaid;
    want.list = anchor.list;
}

std::uint64_t AccessRouter::proof(const Want& want) {
    return want.confirmed && want.record.sequence != 0 ? want.record.sequence : kUnproven;
}

void AccessRouter::confirm(Want& want, bool confirmed) {
    if (want.confirmed == confirmed) return;
    auto& digest = anchors_[want.anchor].digest;
    digest.remove(want.record.prefix, proof(want));
    want.confirmed = confirmed;
    digest.add(want.record.prefix, proof(want));
}

void AccessRouter::forget(std::size_t index, const Prefix& prefix) {
    auto& anchor = anchors_[index];
    anchor.prefixes.erase(prefix);
    auto* wants = wants_.find(prefix);
    if (!wants) return;
    const auto mine = std::find_if(wants->begin(), wants->end(),
                                   [&](const Want& want) { return want.anchor == index; });
    if (mine == wants->end()) return;
    if (diary_) diary_->forgotten(mine->record);
    said(anchor, *mine);
    anchor.digest.remove(prefix, proof(*mine));
    wants->erase(mine);
    if (wants->empty()) wants_.erase(prefix);
    note_next_hop(prefix);
}

std::vector<Prefix> AccessRouter::in_bucket(std::size_t anchor, std::size_t bucket) const {
    std::vector<Prefix> prefixes;
    for (const auto& [prefix, nothing] : anchors_[anchor].prefixes.part(bucket)) {
        prefixes.push_back(prefix);
    }
    return prefixes;
}

}  // namespace mobility
