// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A line for each route that an AR's kernel was given or has lost.
#include "core/access_diary.h"

#include <utility>

#include "core/elapsed_text.h"

namespace mobility {
namespace {

std::string whose(const Prefix& prefix, const BindingRecord* record) {
    if (!record) return prefix.text() + " of no MN that is known here";
    return prefix.text() + " of MN " + record->mn.text();
}

}  // namespace

AccessDiary::AccessDiary(const Clock& clock, std::function<void(const Notice&)> tell)
    : clock_(clock), tell_(std::move(tell)) {}

void AccessDiary::wanted(const Prefix& prefix) { underway_[prefix] = {clock_.now().now}; }

void AccessDiary::forgotten(const BindingRecord& record) {
    underway_[record.prefix] = {clock_.now().now, record};
}

void AccessDiary::written(const Prefix& prefix, const Forwarding* forwarding,
                          const BindingRecord* record) {
    const auto* underway = underway_.find(prefix);
    if (!record && underway && underway->was) record = &*underway->was;
    tell_({forwarding ? "ACCESS_ROUTE_INSTALLED" : "ACCESS_ROUTE_REMOVED",
           whose(prefix, record) + (forwarding ? " " + text(*forwarding) : "") +
               (record ? ", sequence " + std::to_string(record->sequence) : "") +
               (underway ? ": " + elapsed_text(clock_.now().now - underway->since) +
                               " after the anchor's word"
                         : "")});
}

}  // namespace mobility
