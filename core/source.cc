// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Events to anchors, Holds to their end, full lists in between.
#include "core/source.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/order.h"

namespace mobility {
namespace {

/// Events told again with each page of leases: as many as a page has, and more.
constexpr std::size_t kResendSlice = 512;

/// Whether `event` takes the place of `kept`: a late copy through the old AR does not.
bool replaces(const Attached& kept, const Attached& event) {
    return kept.mn != event.mn ||
           freshness(heard(kept.order), heard(event.order)) == Freshness::kNewer;
}

}  // namespace

Source::Source(SourceSettings settings, SourceOutput& output)
    : settings_(std::move(settings)), output_(output), peers_(settings_.anchors.size()) {
    for (AnchorIndex i = 0; i < settings_.anchors.size(); ++i) {
        for (const auto& prefix : settings_.anchors[i].prefixes) owners_.insert(prefix, i);
    }
}

bool Source::present(AnchorIndex anchor) const {
    return peers_[anchor].connected && !peers_[anchor].away;
}

std::map<AnchorIndex, std::vector<Prefix>> Source::by_anchor(
    const std::vector<Prefix>& prefixes) const {
    std::map<AnchorIndex, std::vector<Prefix>> split;
    for (const auto& prefix : prefixes) {
        if (const auto anchor = anchor_of(prefix)) split[*anchor].push_back(prefix);
    }
    return split;
}

void Source::attached(Attached event, std::optional<HoldId> hold, Instant now) {
    std::map<AnchorIndex, std::vector<Item>> split;
    for (const auto& item : event.items) {
        if (const auto anchor = anchor_of(item.prefix)) split[*anchor].push_back(item);
    }
    std::set<AnchorIndex> waiting;
    for (auto& [anchor, items] : split) {
        auto part = std::make_shared<Attached>(event);
        part->items = std::move(items);
        keep(part);
        const auto number = send(anchor, *part, hold);
        if (!number) continue;
        for (const auto& item : part->items) {
            const auto kept = unacknowledged_.find(item.prefix);
            if (kept != unacknowledged_.end() && kept->second.event == part) {
                kept->second.number = *number;
            }
        }
        if (!peers_[anchor].away) waiting.insert(anchor);
    }
    if (!hold) return;
    ++counters_.holds;
    if (waiting.empty()) {
        ++counters_.hold_anchor_away;
        output_.complete(*hold, HoldEnd::kSend, {});
        return;
    }
    const auto deadline = now + settings_.hold_limit;
    holds_.emplace(*hold, Hold{deadline, std::move(waiting), {}});
    deadlines_.emplace_back(deadline, *hold);
}

void Source::keep(const std::shared_ptr<const Attached>& event) {
    for (const auto& item : event->items) {
        const auto kept = unacknowledged_.find(item.prefix);
        if (kept != unacknowledged_.end()) {
            auto& old = kept->second;
            if (!replaces(*old.event, *event)) continue;
            const bool committed = old.event->mn == event->mn && old.proof == Proof::kCommit;
            old = {event, committed ? Proof::kCommit : event->proof, 0};
        } else if (unacknowledged_.size() < settings_.max_unacknowledged) {
            unacknowledged_.emplace(item.prefix, Unacknowledged{event, event->proof, 0});
        } else {
            ++counters_.overflow;
        }
    }
}

std::optional<std::uint64_t> Source::send(AnchorIndex anchor, const Attached& event,
                                          std::optional<HoldId> hold) {
    auto& peer = peers_[anchor];
    if (!peer.connected) return std::nullopt;
    const auto number = peer.next_number++;
    auto& sent = peer.sent[number];
    sent.hold = hold;
    for (const auto& item : event.items) {
        sent.prefixes.push_back(item.prefix);
        if (peer.stage != Stage::kNone) peer.said[item.prefix] = {true, event.mn};
    }
    output_.send_attached(anchor, number, event);
    return number;
}

void Source::detached(const Detached& event) {
    for (const auto& prefix : event.prefixes) {
        const auto kept = unacknowledged_.find(prefix);
        if (kept != unacknowledged_.end() && (!event.mn || *event.mn == kept->second.event->mn)) {
            unacknowledged_.erase(kept);
        }
    }
    for (auto& [anchor, prefixes] : by_anchor(event.prefixes)) {
        auto& peer = peers_[anchor];
        if (!peer.connected) continue;  // the next full list will not have it
        if (peer.stage != Stage::kNone) {
            for (const auto& prefix : prefixes) peer.said[prefix] = {false, event.mn};
        }
        const auto number = peer.next_number++;
        peer.sent[number].prefixes = prefixes;
        output_.send_detached(anchor, number, Detached{event.mn, prefixes, event.reason});
    }
}

void Source::connected(AnchorIndex anchor) {
    auto& peer = peers_[anchor];
    peer.connected = true;
    peer.away = false;
    peer.limits_in_a_row = 0;
    peer.session_began = peer.next_number;
    peer.said.clear();
    peer.resend.clear();
    for (const auto& [prefix, kept] : unacknowledged_) {
        if (anchor_of(prefix) == anchor) peer.resend.push_back(prefix);
    }
    if (output_.compares(anchor)) {
        peer.digest = {};
        peer.buckets = {};
        begin_reading(anchor, Stage::kSumming);
    } else {
        begin_list(anchor, Buckets::all());
    }
}

void Source::begin_reading(AnchorIndex anchor, Stage stage) {
    auto& peer = peers_[anchor];
    peer.stage = stage;
    peer.list = ++list_;
    peer.resume_after.reset();
    resend_unacknowledged(anchor, kResendSlice);
    output_.read_leases(anchor, peer.list, std::nullopt);
}

void Source::begin_list(AnchorIndex anchor, const Buckets& buckets) {
    auto& peer = peers_[anchor];
    peer.buckets = buckets;
    output_.send_list_begin(anchor, buckets);
    if (!buckets.none()) return begin_reading(anchor, Stage::kListing);
    peer.stage = Stage::kNone;
    peer.said.clear();
    output_.send_list_end(anchor);
}

void Source::resend_unacknowledged(AnchorIndex anchor, std::size_t most) {
    auto& peer = peers_[anchor];
    while (most > 0 && !peer.resend.empty()) {
        const auto kept = unacknowledged_.find(peer.resend.back());
        peer.resend.pop_back();
        // One event may stand for several prefixes; what is newer has been told already.
        if (kept == unacknowledged_.end() || kept->second.number >= peer.session_began) continue;
        resend(anchor, kept->second);
        --most;
    }
}

void Source::resend(AnchorIndex anchor, const Unacknowledged& kept) {
    auto event = *kept.event;
    event.proof = kept.proof;
    std::erase_if(event.items, [&](const Item& item) {
        const auto other = unacknowledged_.find(item.prefix);
        return other == unacknowledged_.end() || other->second.event != kept.event ||
               other->second.proof != kept.proof;
    });
    const auto number = send(anchor, event, std::nullopt);
    for (const auto& item : event.items) unacknowledged_.at(item.prefix).number = *number;
}

void Source::disconnected(AnchorIndex anchor) {
    auto& peer = peers_[anchor];
    peer.connected = false;
    peer.stage = Stage::kNone;
    peer.unanswered = 0;
    peer.resend.clear();
    peer.said.clear();
    const auto sent = std::move(peer.sent);
    peer.sent.clear();
    for (const auto& [number, event] : sent) {
        if (!event.hold) continue;
        const auto hold = holds_.find(*event.hold);
        if (hold == holds_.end() || !hold->second.waiting.contains(anchor)) continue;
        ++counters_.hold_session_lost;
        end_hold(hold);
    }
}

void Source::answered(AnchorIndex anchor, std::uint64_t number,
                      const std::vector<Answer>& answers) {
    auto& peer = peers_[anchor];
    const auto sent = peer.sent.find(number);
    if (sent == peer.sent.end()) return;
    peer.away = false;
    peer.limits_in_a_row = 0;
    for (const auto& prefix : sent->second.prefixes) {
        const auto kept = unacknowledged_.find(prefix);
        if (kept != unacknowledged_.end() && kept->second.number == number) {
            unacknowledged_.erase(kept);
        }
    }
    const auto hold = sent->second.hold;
    const auto prefixes = std::move(sent->second.prefixes);
    peer.sent.erase(sent);
    std::vector<RefusedItem> refused;
    for (std::size_t i = 0; i < answers.size() && i < prefixes.size(); ++i) {
        const auto& [verdict, refusal, text] = answers[i];
        if (verdict == Verdict::kRefused) refused.push_back({prefixes[i], refusal, text});
    }
    if (peer.stage == Stage::kSumming || peer.stage == Stage::kComparing) {
        for (const auto& item : refused) peer.buckets.add(Buckets::of(item.prefix));
    }
    if (!hold) return;
    answered_hold(*hold, anchor, std::move(refused));
}

void Source::answered_hold(HoldId id, AnchorIndex anchor, std::vector<RefusedItem> refused) {
    const auto found = holds_.find(id);
    if (found == holds_.end()) return;  // ended by its limit
    auto& hold = found->second;
    std::move(refused.begin(), refused.end(), std::back_inserter(hold.refused));
    hold.waiting.erase(anchor);
    if (!hold.waiting.empty()) return;
    ++(hold.refused.empty() ? counters_.hold_installed : counters_.hold_refused);
    end_hold(found);
}

void Source::end_hold(std::unordered_map<HoldId, Hold>::iterator hold) {
    // A refusal stands, whatever became of the other anchors concerned.
    const auto& refused = hold->second.refused;
    output_.complete(hold->first, refused.empty() ? HoldEnd::kSend : HoldEnd::kRefused, refused);
    holds_.erase(hold);
}

void Source::lease_page(AnchorIndex anchor, std::uint64_t list, const std::vector<LeaseEntry>& page,
                        const std::optional<Prefix>& next_after) {
    auto& peer = peers_[anchor];
    const bool summing = peer.stage == Stage::kSumming;
    if ((!summing && peer.stage != Stage::kListing) || peer.list != list) return;
    resend_unacknowledged(anchor, kResendSlice);
    std::vector<LeaseEntry> listed;
    for (const auto& entry : page) {
        const auto& prefix = entry.item.prefix;
        if (anchor_of(prefix) != anchor) continue;
        const auto said = peer.said.find(prefix);
        if (said != peer.said.end() && said->second.contradicts(entry.mn)) continue;
        if (summing) {
            peer.digest.add_lease(prefix, entry.mn, entry.item.iaid);
        } else if (peer.buckets.has(prefix)) {
            listed.push_back(entry);
        }
    }
    if (!listed.empty()) output_.send_list_page(anchor, listed);
    if (!next_after) {
        finish_reading(anchor);
    } else if (output_.congested(anchor)) {
        peer.resume_after = next_after;
    } else {
        output_.read_leases(anchor, list, next_after);
    }
}

void Source::finish_reading(AnchorIndex anchor) {
    auto& peer = peers_[anchor];
    resend_unacknowledged(anchor, peer.resend.size());
    if (peer.stage == Stage::kSumming) {
        peer.stage = Stage::kComparing;
        ++peer.unanswered;
        return output_.send_digest(anchor, peer.digest);
    }
    peer.stage = Stage::kNone;
    peer.said.clear();
    output_.send_list_end(anchor);
}

void Source::compared(AnchorIndex anchor, const StateDigest& theirs) {
    auto& peer = peers_[anchor];
    if (peer.unanswered == 0 || --peer.unanswered > 0 || peer.stage != Stage::kComparing) return;
    // Equal sums prove that the anchor has the leases as they were read, and as the events since
    // then say that it has taken: not what it has refused, or may still refuse.
    auto buckets = peer.buckets;
    buckets.add(peer.digest.differing(theirs));
    for (const auto& [number, sent] : peer.sent) {
        for (const auto& prefix : sent.prefixes) buckets.add(Buckets::of(prefix));
    }
    begin_list(anchor, buckets);
}

void Source::drained(AnchorIndex anchor) {
    auto& peer = peers_[anchor];
    if (peer.stage == Stage::kNone || !peer.resume_after) return;
    const auto after = std::exchange(peer.resume_after, std::nullopt);
    output_.read_leases(anchor, peer.list, after);
}

void Source::tick(Instant now) {
    while (!deadlines_.empty() && deadlines_.front().first <= now) {
        const auto id = deadlines_.front().second;
        deadlines_.pop_front();
        const auto hold = holds_.find(id);
        if (hold == holds_.end()) continue;
        for (const auto anchor : hold->second.waiting) limit_reached(anchor);
        ++counters_.hold_limit;
        end_hold(hold);
    }
}

void Source::limit_reached(AnchorIndex anchor) {
    auto& peer = peers_[anchor];
    if (peer.away || ++peer.limits_in_a_row < settings_.limits_until_away) return;
    peer.away = true;
    const auto& name = settings_.anchors[anchor].name;
    output_.notice({"SOURCE_ANCHOR_AWAY",
                    name + " has not answered " + std::to_string(peer.limits_in_a_row) +
                        " held Replies in a row within " +
                        std::to_string(settings_.hold_limit.count()) + " ms",
                    name});
}

std::optional<Instant> Source::next_deadline() const {
    if (deadlines_.empty()) return std::nullopt;
    return deadlines_.front().first;
}

}  // namespace mobility
