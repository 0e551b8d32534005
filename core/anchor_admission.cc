// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Who is let in: what the operator prohibits, authorises and limits, judged item by item. Counted
// is what has a place, so that a lease which was refused, and which a source lists nevertheless,
// takes nobody's room.
#include <algorithm>

#include "core/anchor.h"

namespace mobility {
namespace {

/// When it was heard of last; one that only a restart knows of comes before all others.
Instant last_heard(const Binding& binding) {
    return binding.heard ? binding.heard->began : Instant::min();
}

/// It will move nothing: a copy, or of an exchange before the last one.
bool is_late(const Binding& binding, const MessageOrder& order) {
    return freshness(binding.heard, binding.earlier.recall(heard(order))) != Freshness::kNewer;
}

std::string silence(const Binding& binding, Instant now) {
    if (!binding.heard) return "not heard of since this anchor's start";
    const auto passed = std::chrono::duration_cast<Seconds>(now - binding.heard->began);
    return "silent for " + std::to_string(passed.count()) + " s";
}

}  // namespace

Answer Anchor::tell_refused(const char* notice, const Attached& event, const Item& item,
                            Answer answer) {
    output_.notice({notice, item.prefix.text() + " of MN " + event.mn.text() + ": " +
                                text(answer.refusal) + ": " + answer.text});
    return answer;
}

std::optional<Answer> Anchor::admit(const Attached& event, NodeId ar, const Item& item,
                                    Binding* binding, Moment moment) {
    const auto no = [&](const char* notice, Refusal refusal, std::string why) {
        // The server gave it to an MN that is not let in: it is the former holder's no more.
        if (binding && !binding->ended && binding->mn != event.mn) {
            end(*binding, moment, EndReason::kReassigned);
        }
        return tell_refused(notice, event, item, {Verdict::kRefused, refusal, std::move(why)});
    };
    const bool placed =
        binding && !binding->ended && binding->mn == event.mn && binding->where != nullptr;
    if (prohibited(event.mn)) {
        return no("ANCHOR_MN_PROHIBITED", Refusal::kAdministrativelyProhibited,
                  "this MN is prohibited");
    }
    if (const auto why = unauthorized(event.mn, item.prefix)) {
        return no("ANCHOR_MN_NOT_AUTHORIZED", Refusal::kUnauthorizedMn, *why);
    }
    const auto& closed = inventory_.ar(ar)->prohibited;
    if (closed && !(placed && (binding->where->ar == ar || is_late(*binding, event.order)))) {
        return no("ANCHOR_AR_PROHIBITED", Refusal::kAdministrativelyProhibited,
                  inventory_.name(ar) + " is prohibited" +
                      (closed->empty() ? std::string() : ": " + *closed));
    }
    if (placed) return std::nullopt;
    const auto& limits = settings_.limits;
    const auto has = limits.addresses_per_mn > 0 ? table_.placed(event.mn).size() : 0;
    if (limits.addresses_per_mn > 0 && has >= limits.addresses_per_mn) {
        const bool remove = limits.over_limit == OverLimit::kRemoveOldest;
        if (remove && make_room(event, item, moment)) return std::nullopt;  // the table is as full
        return no("ANCHOR_OVER_ADDRESS_LIMIT", Refusal::kOverIpAddressLimit,
                  "it has " + std::to_string(has) +
                      " (addresses-per-mn: " + std::to_string(limits.addresses_per_mn) + ")");
    }
    if (limits.bindings > 0 && table_.placed() >= limits.bindings && !(binding && binding->where)) {
        return no("ANCHOR_TABLE_FULL", Refusal::kLackOfResources,
                  "the table is full (bindings-at-most: " + std::to_string(limits.bindings) + ")");
    }
    return std::nullopt;
}

/// Until all authorities have been heard, who has a place has been let in before. So has the holder
/// of what the kernel had at the start: its source's list may not have come yet.
std::optional<std::string> Anchor::unauthorized(const MnId& mn, const Prefix& prefix) const {
    const auto service = allocations_.service(mn);
    if (service == Allocations::Service::kGranted) return std::nullopt;
    if (service == Allocations::Service::kNotGranted) return "this MN is not authorized";
    const auto* recovered = recovered_.find(prefix);
    const bool held = recovered && !recovered->released;
    if (held || table_.has_placed(mn)) return std::nullopt;
    return "authority " + *allocations_.unheard() +
           " has not told its list since this anchor's start";
}

/// What this message asks for itself, and what was heard of after it, stays: a late copy removes
/// nothing. False, and nothing has changed, when the rest does not suffice.
bool Anchor::make_room(const Attached& event, const Item& item, Moment moment) {
    const auto began = event.order.arrived - event.order.elapsed;
    auto oldest = table_.placed(event.mn);
    const auto too_many = oldest.size() - settings_.limits.addresses_per_mn + 1;
    std::erase_if(oldest, [&](const Binding* each) {
        return last_heard(*each) >= began ||
               std::any_of(event.items.begin(), event.items.end(),
                           [&](const Item& asked) { return asked.prefix == each->prefix; });
    });
    if (oldest.size() < too_many) return false;
    std::sort(oldest.begin(), oldest.end(), [](const Binding* a, const Binding* b) {
        return std::pair(last_heard(*a), a->prefix) < std::pair(last_heard(*b), b->prefix);
    });
    oldest.resize(too_many);
    for (auto* each : oldest) {
        ++counters_.oldest_removed;
        output_.notice({"ANCHOR_OLDEST_REMOVED", each->prefix.text() + " of MN " + event.mn.text() +
                                                     ", " + silence(*each, moment.now) +
                                                     ", makes room for " + item.prefix.text()});
        end(*each, moment, EndReason::kMadeRoom);
    }
    return true;
}

void Anchor::end_prohibited(Moment moment) {
    for (const auto& mn : inventory_.mns().prohibited) {
        const auto bindings = table_.placed(mn);
        if (bindings.empty()) continue;
        output_.notice({"ANCHOR_MN_CUT_OFF",
                        "MN " + mn.text() +
                            " is prohibited; bindings that end: " + std::to_string(bindings.size()),
                        mn.text()});
        for (auto* binding : bindings) end(*binding, moment, EndReason::kProhibited);
    }
    // Who has no claim any more is not waited for.
    releasing_ = recovered_.empty() ? PrefixSet::kParts : 0;
}

void Anchor::cut_off(const Prefix& prefix, Moment moment) {
    auto* binding = table_.find(prefix);
    if (binding && !binding->ended) {
        const bool its = prohibited(binding->mn);
        end(*binding, moment, its ? EndReason::kProhibited : EndReason::kReassigned);
    }
    auto* recovered = recovered_.find(prefix);
    if (binding || !recovered) return;
    recovered->released = true;
    output_.route_changed(prefix);
}

}  // namespace mobility
