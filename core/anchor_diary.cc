// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A line for each change of place, one when it is in force, one for each end.
#include "core/anchor_diary.h"

#include <cstdio>
#include <utility>

#include "core/elapsed_text.h"

namespace mobility {
namespace {

std::string transaction(const MessageOrder& order) {
    char text[32];
    std::snprintf(text, sizeof text, "transaction 0x%x", order.transaction);
    return text + (order.elapsed.count() > 0
                       ? ", under way for " + std::to_string(order.elapsed.count()) + " ms"
                       : std::string());
}

const char* text(Proof proof) {
    return proof == Proof::kCommit ? "lease written" : "lease looked up";
}

const char* text(EndReason reason) {
    switch (reason) {
        case EndReason::kReleased:
            return "released";
        case EndReason::kDeclined:
            return "declined";
        case EndReason::kExpired:
            return "expired";
        case EndReason::kDeleted:
            return "the lease was deleted";
        case EndReason::kNotListed:
            return "not in the list of leases";
        case EndReason::kRemovalConfirmed:
            return "not in the list of leases, and the removal was confirmed";
        case EndReason::kSourceGone:
            return "the source has been away for too long (keep-bindings)";
        case EndReason::kReassigned:
            return "it is another MN's now";
        case EndReason::kMadeRoom:
            return "it makes room for another of the same MN (over-limit)";
        case EndReason::kProhibited:
            return "the MN is prohibited";
    }
    return "";
}

}  // namespace

EndReason end_reason(DetachReason reason) {
    switch (reason) {
        case DetachReason::kReleased:
            return EndReason::kReleased;
        case DetachReason::kDeclined:
            return EndReason::kDeclined;
        case DetachReason::kExpired:
            return EndReason::kExpired;
        case DetachReason::kDeleted:
            break;
    }
    return EndReason::kDeleted;
}

AnchorDiary::AnchorDiary(const Inventory& inventory, const Clock& clock,
                         std::function<void(const Notice&)> tell)
    : inventory_(inventory), clock_(clock), tell_(std::move(tell)) {}

std::string AnchorDiary::at(const Place& place) const {
    const auto& attachment = place.attachment;
    return inventory_.name(place.ar) +
           (attachment.interface_id.empty() ? "" : " " + attachment.interface_id_text()) +
           (attachment.link_layer.empty() ? "" : " as " + attachment.link_layer.text());
}

void AnchorDiary::tell(const char* id, const Binding& binding, const std::string& text) const {
    tell_({id, binding.prefix.text() + " of MN " + binding.mn.text() + " " + text});
}

void AnchorDiary::tell_place(const Binding& binding, const Place* from, const Place& to,
                             const std::string& why) const {
    const auto what = at(to) + ", sequence " + std::to_string(to.sequence) + ": " + why;
    if (from) {
        tell("ANCHOR_BINDING_MOVED", binding, "from " + at(*from) + " to " + what);
    } else {
        tell("ANCHOR_BINDING_ATTACHED", binding, "at " + what);
    }
}

void AnchorDiary::attached(const Binding& binding, const Place* from, const Place& to,
                           const Attached& event, bool reachable) {
    // Of what only the kernel knew, this is the first word.
    if (from && from->ar == to.ar && from->sequence == 0) from = nullptr;
    tell_place(binding, from, to,
               inventory_.name(binding.owner) + ", " + text(event.proof) + ", " +
                   transaction(event.order) +
                   (reachable ? "" : "; the AR has no session, and the route waits for it"));
    underway_[binding.prefix] = {event.order.arrived, clock_.now().now};
}

void AnchorDiary::reported(const Binding& binding, const Place& to) {
    const auto* from = binding.where.get();
    if (from && from->ar == to.ar) return;
    tell_place(binding, from, to, "that AR has it from before this anchor's start");
    const auto now = clock_.now().now;
    underway_[binding.prefix] = {now, now, now};
}

void AnchorDiary::recovered(const Prefix& prefix) {
    const auto now = clock_.now().now;
    underway_[prefix] = {now, now};
}

void AnchorDiary::acknowledged(const Prefix& prefix) {
    auto* underway = underway_.find(prefix);
    if (underway && !underway->at_ar) underway->at_ar = clock_.now().now;
}

void AnchorDiary::refused(const Binding& binding, const Place* back, const std::string& reason) {
    const auto why = inventory_.name(binding.where->ar) + " refuses it: " + reason;
    if (back) return tell_place(binding, binding.where.get(), *back, why);
    underway_.erase(binding.prefix);
    tell("ANCHOR_BINDING_UNPLACED", binding, "nowhere: " + why);
}

void AnchorDiary::gone(const Binding& binding) {
    underway_.erase(binding.prefix);
    tell("ANCHOR_BINDING_UNPLACED", binding,
         "nowhere: " + inventory_.name(binding.where->ar) + " says that it is gone");
}

void AnchorDiary::ended(const Binding& binding, EndReason reason) {
    underway_.erase(binding.prefix);
    const auto* where = binding.where.get();
    tell("ANCHOR_BINDING_ENDED", binding,
         (where ? "at " + at(*where) + ", sequence " + std::to_string(where->sequence)
                : std::string("nowhere")) +
             ": " + inventory_.name(binding.owner) + ", " + text(reason));
}

void AnchorDiary::installed(const Binding& binding) {
    const auto* underway = underway_.find(binding.prefix);
    if (!underway) return;
    const auto& [since, heard, at_ar] = *underway;
    const auto& where = *binding.where;
    const auto ar = inventory_.name(where.ar);
    tell("ANCHOR_BINDING_INSTALLED", binding,
         "at " + ar + ", sequence " + std::to_string(where.sequence) + ": heard after " +
             elapsed_text(heard - since) +
             (at_ar ? ", at the AR after " + elapsed_text(*at_ar - since) : "") + ", here after " +
             elapsed_text(clock_.now().now - since));
    underway_.erase(binding.prefix);
}

}  // namespace mobility
