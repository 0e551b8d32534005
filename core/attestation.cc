// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Match, wait, judge without it, and be told later.
#include "core/attestation.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace mobility {

AttestationGate::AttestationGate(Anchor& anchor, AttestationPolicy policy)
    : anchor_(anchor), policy_(policy) {}

void AttestationGate::attached(DomainId source, std::uint64_t number, const Attached& event,
                               Moment moment) {
    const auto ar = anchor_.vouched(event.attachment);
    if (!ar || policy_ == AttestationPolicy::kOff) {
        return anchor_.attached(source, number, event, moment);
    }
    Waiting waiting{
        source,     number, event, *ar, exchange_key(*ar, event.mn, event.attachment, event.order),
        moment.now, false,  false};
    const auto standing = judge(waiting);
    waiting.passes = standing == Standing::kPasses;
    waiting.late = standing == Standing::kLate;
    if (waiting.passes && !by_mn_.contains(event.mn.bytes)) {
        return anchor_.attached(source, number, event, moment);
    }
    wait(std::move(waiting), moment);
}

/// A message is late when its source, or the AR's agent, was away when it arrived. Only the
/// source's clock says so, never the message.
AttestationGate::Standing AttestationGate::judge(const Waiting& each) const {
    if (relayed_.contains(each.key)) return Standing::kPasses;
    const bool preferred = policy_ == AttestationPolicy::kPreferred;
    const auto arrived = each.event.order.arrived;
    const auto source = sources_.find(each.source);
    const bool source_was_away = source != sources_.end() && arrived < source->second;
    const auto found = ars_.find(each.ar);
    if (found == ars_.end()) {
        if (source_was_away) return Standing::kLate;
        return preferred ? Standing::kPasses : Standing::kSoon;
    }
    const auto& ar = found->second;
    if (!ar.attests) return preferred ? Standing::kPasses : Standing::kSoon;
    const bool ar_was_away = arrived < ar.came;
    if (ar_was_away && !ar.told_since) return Standing::kLate;
    if (!ar_was_away && !source_was_away) return Standing::kSoon;
    const auto known_since = std::max(ar.told_since.value_or(ar.came), relayed_.complete_since());
    const bool would_know = arrived >= known_since + kUnderWay;
    return would_know || !preferred ? Standing::kSoon : Standing::kPasses;
}

void AttestationGate::wait(Waiting waiting, Moment moment) {
    auto& queue = waiting.late ? late_[waiting.ar] : by_time_;
    late_count_ += waiting.late ? 1 : 0;
    const auto mn = waiting.event.mn.bytes;
    by_mn_[mn].push_back(queue.insert(queue.end(), std::move(waiting)));
    if (by_time_.size() > kMost) expire(by_time_.begin(), moment);
    if (late_count_ > kMost) expire(late_.begin()->second.begin(), moment);
}

void AttestationGate::relayed(NodeId ar, const RelayedExchange& exchange, Moment moment) {
    if (policy_ == AttestationPolicy::kOff) return;
    auto key = exchange_key(ar, exchange.mn, exchange.attachment, exchange.order);
    bool came_late = false;
    if (const auto queue = by_mn_.find(exchange.mn.bytes); queue != by_mn_.end()) {
        for (const auto& each : queue->second) {
            if (each->key != key) continue;
            each->passes = true;
            came_late |= !each->late && moment.now - each->since >= kBehind;
        }
    }
    if (const auto judged = judged_without_.take(exchange.mn, key)) {
        came_late = true;
        const auto after = std::chrono::duration_cast<Milliseconds>(moment.now - judged->since);
        anchor_.attested_late(judged->source, judged->event, after, moment);
    }
    if (came_late && ars_.contains(ar)) ars_.at(ar).was_late = moment.now;
    relayed_.remember(std::move(key), moment.now);
    pass(exchange.mn, moment);
}

void AttestationGate::source_came(DomainId source, Instant now) { sources_[source] = now; }

void AttestationGate::ar_came(NodeId ar, bool attests, Moment moment) {
    ars_.insert_or_assign(ar, AccessRouterState{attests, moment.now});
    judge_again(ar, moment);
}

void AttestationGate::told_since(NodeId ar, Instant since, Moment moment) {
    const auto found = ars_.find(ar);
    if (found == ars_.end() || !found->second.attests) return;
    found->second.told_since = since;
    judge_again(ar, moment);
}

void AttestationGate::ar_gone(NodeId ar) { ars_.erase(ar); }

void AttestationGate::judge_again(NodeId ar, Moment moment) {
    const auto late = late_.find(ar);
    if (late == late_.end()) return;
    std::vector<MnId> passing;
    auto& queue = late->second;
    for (auto each = queue.begin(); each != queue.end();) {
        const auto which = each++;
        const auto standing = judge(*which);
        if (standing == Standing::kLate) continue;
        which->late = false;
        which->passes = standing == Standing::kPasses;
        which->since = moment.now;
        --late_count_;
        by_time_.splice(by_time_.end(), queue, which);
        if (which->passes) passing.push_back(which->event.mn);
    }
    if (queue.empty()) late_.erase(late);
    for (const auto& mn : passing) pass(mn, moment);
}

/// An MN's messages stay in order.
void AttestationGate::pass(const MnId& mn, Moment moment) {
    for (;;) {
        const auto queue = by_mn_.find(mn.bytes);
        if (queue == by_mn_.end() || !queue->second.front()->passes) return;
        const auto passes = *queue->second.front();
        leave(queue->second.front());
        anchor_.attached(passes.source, passes.number, passes.event, moment);
    }
}

void AttestationGate::leave(Queue::iterator which) {
    const auto queue = by_mn_.find(which->event.mn.bytes);
    std::erase(queue->second, which);
    if (queue->second.empty()) by_mn_.erase(queue);
    if (!which->late) {
        by_time_.erase(which);
        return;
    }
    --late_count_;
    const auto late = late_.find(which->ar);
    late->second.erase(which);
    if (late->second.empty()) late_.erase(late);
}

void AttestationGate::detached(DomainId source, std::uint64_t number, const Detached& event,
                               Moment moment) {
    // What would be placed has ended meanwhile: nothing of it may come after.
    judged_without_.detached(source, event);
    std::vector<Queue::iterator> ended;
    const auto look = [&](const std::deque<Queue::iterator>& queue) {
        std::copy_if(queue.begin(), queue.end(), std::back_inserter(ended), [&](const auto& each) {
            return each->source == source && concerns(event, each->event);
        });
    };
    if (!event.mn) {
        for (const auto& [mn, queue] : by_mn_) look(queue);
    } else if (const auto queue = by_mn_.find(event.mn->bytes); queue != by_mn_.end()) {
        look(queue->second);
    }
    for (const auto& which : ended) {
        anchor_.answer_all(which->source, which->number, which->event,
                           {Verdict::kSuperseded, Refusal::kNone, {}});
        leave(which);
    }
    anchor_.detached(source, number, event, moment);
}

void AttestationGate::source_gone(DomainId source) {
    sources_.erase(source);
    judged_without_.source_gone(source);
    std::vector<Queue::iterator> gone;
    for (const auto& [mn, queue] : by_mn_) {
        std::copy_if(queue.begin(), queue.end(), std::back_inserter(gone),
                     [&](const auto& each) { return each->source == source; });
    }
    for (const auto& which : gone) leave(which);
}

void AttestationGate::tick(Moment moment) {
    forget(moment.now);
    const auto waited = [&](const Queue& queue, Milliseconds limit) {
        return !queue.empty() && moment.now - queue.front().since >= limit;
    };
    while (waited(by_time_, kWait)) expire(by_time_.begin(), moment);
    std::vector<NodeId> overdue;
    for (const auto& [ar, queue] : late_) {
        if (waited(queue, kLateWait)) overdue.push_back(ar);
    }
    for (const auto ar : overdue) {
        for (auto late = late_.find(ar); late != late_.end() && waited(late->second, kLateWait);
             late = late_.find(ar)) {
            expire(late->second.begin(), moment);
        }
    }
}

/// What nobody vouches for is not placed, and makes no late one before it hurry.
void AttestationGate::expire(Queue::iterator which, Moment moment) {
    if (which->passes || which->late) return decide(which, moment);
    const auto mn = which->event.mn;
    judge_without(which, moment.now);
    pass(mn, moment);
}

/// With all that was said of its MN before. Where nobody can know, preferred believes the source.
void AttestationGate::decide(Queue::iterator last, Moment moment) {
    const auto mn = last->event.mn;
    for (bool done = false; !done;) {
        const auto first = by_mn_.at(mn.bytes).front();
        done = first == last;
        first->passes |= first->late && policy_ == AttestationPolicy::kPreferred;
        if (first->passes) {
            const auto passes = *first;
            leave(first);
            anchor_.attached(passes.source, passes.number, passes.event, moment);
        } else {
            judge_without(first, moment.now);
        }
    }
    pass(mn, moment);
}

bool AttestationGate::is_behind(NodeId ar, Instant now) const {
    const auto found = ars_.find(ar);
    if (found == ars_.end() || !found->second.was_late) return false;
    return now - *found->second.was_late < kBehindRemembered;
}

void AttestationGate::judge_without(Queue::iterator which, Instant now) {
    const bool deferred = is_behind(which->ar, now);
    anchor_.answer_all(
        which->source, which->number, which->event,
        deferred ? Answer{Verdict::kDeferred, Refusal::kNone, {}} : refusal(which->ar));
    judged_without_.remember({which->source, which->event, which->key, which->ar, now, deferred});
    leave(which);
}

void AttestationGate::forget(Instant now) {
    relayed_.forget(now - (source_away_ ? kAwayRemembered : kRemembered));
    while (const auto judged = judged_without_.take_older(now - kJudgedRemembered)) {
        if (judged->deferred) anchor_.tell_unattested(judged->event, refusal(judged->ar));
    }
}

Answer AttestationGate::refusal(NodeId ar) const {
    return {Verdict::kRefused, Refusal::kNotAttested,
            "the relay of " + anchor_.name(ar) + " has not relayed this exchange (attestation)"};
}

}  // namespace mobility
