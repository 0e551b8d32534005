// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Match, wait, refuse.
#include "core/attestation.h"

#include <algorithm>

namespace mobility {
namespace {

/// All that both sides know of one message on its way through an AR, each part with its length.
std::string key(NodeId ar, const MnId& mn, const Attachment& attachment,
                const MessageOrder& order) {
    std::string key;
    const auto put = [&](const auto& bytes) {
        key += static_cast<char>(bytes.size() >> 8);
        key += static_cast<char>(bytes.size());
        key.append(bytes.begin(), bytes.end());
    };
    put(std::to_string(static_cast<std::uint32_t>(ar)));
    put(mn.bytes);
    put(attachment.link_address.bytes());
    put(attachment.interface_id);
    put(attachment.link_layer.bytes);
    put(attachment.link_local.bytes());
    put(std::to_string(order.transaction));
    put(std::to_string(order.elapsed.count()));
    return key;
}

}  // namespace

AttestationGate::AttestationGate(Anchor& anchor, AttestationPolicy policy,
                                 std::function<bool(NodeId)> attests)
    : anchor_(anchor), policy_(policy), attests_(std::move(attests)) {}

void AttestationGate::attached(DomainId source, std::uint64_t number, const Attached& event,
                               Moment moment) {
    const auto ar = anchor_.vouched(event.attachment);
    const bool asked = policy_ == AttestationPolicy::kRequired ||
                       (policy_ == AttestationPolicy::kPreferred && ar && attests_(*ar));
    if (!ar || !asked) return anchor_.attached(source, number, event, moment);
    auto name = key(*ar, event.mn, event.attachment, event.order);
    const bool proven = relayed_.contains(name);
    if (proven && !by_mn_.contains(event.mn.bytes)) {
        return anchor_.attached(source, number, event, moment);
    }
    wait({source, number, event, *ar, std::move(name), proven, moment.now});
}

void AttestationGate::wait(Waiting waiting) {
    auto& queue = by_mn_[waiting.event.mn.bytes];
    queue.push_back(waiting_.insert(waiting_.end(), std::move(waiting)));
    if (waiting_.size() > kMost) refuse(waiting_.begin());
}

void AttestationGate::relayed(NodeId ar, const RelayedExchange& exchange, Moment moment) {
    if (policy_ == AttestationPolicy::kOff) return;
    auto name = key(ar, exchange.mn, exchange.attachment, exchange.order);
    if (const auto queue = by_mn_.find(exchange.mn.bytes); queue != by_mn_.end()) {
        for (const auto& each : queue->second) each->proven |= each->key == name;
    }
    if (relayed_.insert(name).second) relayed_in_order_.emplace_back(moment.now, std::move(name));
    if (relayed_.size() > kMost) {
        relayed_.erase(relayed_in_order_.front().second);
        relayed_in_order_.pop_front();
    }
    pass(exchange.mn, moment);
}

/// An MN's messages stay in order.
void AttestationGate::pass(const MnId& mn, Moment moment) {
    for (;;) {
        const auto queue = by_mn_.find(mn.bytes);
        if (queue == by_mn_.end() || !queue->second.front()->proven) return;
        const auto passes = *queue->second.front();
        leave(queue->second.front());
        anchor_.attached(passes.source, passes.number, passes.event, moment);
    }
}

void AttestationGate::leave(Queue::iterator which) {
    const auto queue = by_mn_.find(which->event.mn.bytes);
    std::erase(queue->second, which);
    if (queue->second.empty()) by_mn_.erase(queue);
    waiting_.erase(which);
}

void AttestationGate::detached(DomainId source, std::uint64_t number, const Detached& event,
                               Moment moment) {
    // What would be placed has ended meanwhile: nothing of it may come after.
    const auto ends = [&](const Waiting& each) {
        if (each.source != source || (event.mn && *event.mn != each.event.mn)) return false;
        return std::any_of(each.event.items.begin(), each.event.items.end(), [&](const Item& item) {
            return std::find(event.prefixes.begin(), event.prefixes.end(), item.prefix) !=
                   event.prefixes.end();
        });
    };
    for (auto each = waiting_.begin(); each != waiting_.end();) {
        const auto which = each++;
        if (!ends(*which)) continue;
        anchor_.answer_all(which->source, which->number, which->event,
                           {Verdict::kSuperseded, Refusal::kNone, {}});
        leave(which);
    }
    anchor_.detached(source, number, event, moment);
}

void AttestationGate::source_gone(DomainId source) {
    for (auto each = waiting_.begin(); each != waiting_.end();) {
        const auto which = each++;
        if (which->source == source) leave(which);
    }
}

void AttestationGate::tick(Moment moment) {
    while (!relayed_in_order_.empty() &&
           moment.now - relayed_in_order_.front().first >= kRemembered) {
        relayed_.erase(relayed_in_order_.front().second);
        relayed_in_order_.pop_front();
    }
    while (!waiting_.empty() && moment.now - waiting_.front().since >= kWait) {
        const auto mn = waiting_.front().event.mn;
        refuse(waiting_.begin());
        pass(mn, moment);
    }
}

void AttestationGate::refuse(Queue::iterator which) {
    anchor_.answer_all(which->source, which->number, which->event,
                       {Verdict::kRefused, Refusal::kAdministrativelyProhibited,
                        "the relay of " + anchor_.name(which->ar) +
                            " has not relayed this exchange (attestation)"});
    leave(which);
}

}  // namespace mobility
