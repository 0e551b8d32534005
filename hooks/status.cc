// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Counters and anchors as JSON.
#include "hooks/status.h"

#include <cc/command_interpreter.h>

#include <string>

namespace mobility {

using isc::data::Element;
using isc::data::ElementPtr;

namespace {

void set(const ElementPtr& map, const std::string& key, std::uint64_t value) {
    map->set(key, Element::create(static_cast<long long>(value)));
}

ElementPtr counters_of(const CalloutCounters& callouts, const Source::Counters& source) {
    const auto map = Element::createMap();
    set(map, "attached", callouts.attached);
    set(map, "detached", callouts.detached);
    set(map, "outside-anchors", callouts.outside_anchors);
    set(map, "not-relayed", callouts.not_relayed);
    set(map, "parked", callouts.parked);
    set(map, "confirm-held", callouts.confirm_held);
    set(map, "confirm-success", callouts.confirm_success);
    set(map, "confirm-not-on-link", callouts.confirm_not_on_link);
    set(map, "confirm-unknown", callouts.confirm_unknown);
    set(map, "unheld-anchor-away", callouts.unheld_anchor_away);
    set(map, "unheld-full", callouts.unheld_full);
    set(map, "unheld-unparkable", callouts.unheld_unparkable);
    set(map, "retransmissions-dropped", callouts.retransmissions_dropped);
    set(map, "mailbox-full", callouts.mailbox_full);
    set(map, "subnets-chosen", callouts.subnets_chosen);
    set(map, "lists-requested", callouts.lists_requested);
    set(map, "registrations", callouts.registrations);
    set(map, "registrations-refreshed", callouts.registrations_refreshed);
    set(map, "registrations-ended", callouts.registrations_ended);
    set(map, "registrations-held", callouts.registrations_held);
    set(map, "registrations-refused", callouts.registrations_refused);
    set(map, "registrations-discarded", callouts.registrations_discarded);
    set(map, "failed-callouts", callouts.failed_callouts);
    set(map, "holds", source.holds);
    set(map, "hold-installed", source.hold_installed);
    set(map, "hold-refused", source.hold_refused);
    set(map, "hold-limit", source.hold_limit);
    set(map, "hold-session-lost", source.hold_session_lost);
    set(map, "hold-anchor-away", source.hold_anchor_away);
    set(map, "attachments-forgotten", source.overflow);
    return map;
}

ElementPtr anchor_of(const AnchorStatus& anchor) {
    const auto map = Element::createMap();
    map->set("name", Element::create(anchor.name));
    map->set("address", Element::create(anchor.address));
    map->set("state", Element::create(std::string(!anchor.associated ? "not connected"
                                                  : anchor.present   ? "associated"
                                                                     : "silent")));
    if (!anchor.last_failure.empty()) {
        map->set("last-failure", Element::create(anchor.last_failure));
    }
    return map;
}

}  // namespace

isc::data::ConstElementPtr status_answer(const Running* running) {
    if (!running) {
        return isc::config::createAnswer(
            isc::config::CONTROL_RESULT_ERROR,
            "no mobility: the library is loaded and has no configuration in force; see the log");
    }
    const auto status = running->service.status();
    const auto map = Element::createMap();
    map->set("lease-domain", Element::create(running->configuration.parameters.lease_domain));
    map->set("identity", Element::create(running->configuration.identity));
    const auto anchors = Element::createList();
    for (const auto& anchor : status.anchors) anchors->add(anchor_of(anchor));
    map->set("anchors", anchors);
    set(map, "held-now", running->in_flight.size());
    set(map, "max-held", running->in_flight.most());
    map->set("counters", counters_of(running->counters, status.source));
    return isc::config::createAnswer(isc::config::CONTROL_RESULT_SUCCESS, map);
}

}  // namespace mobility
