// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What is said at level debug: the lines by which an operator follows an MN (docs/operating.md).
#include "route-agent/messages.h"

namespace mobility::route_agent {

constexpr auto kDebug = LogLevel::kDebug;

const LogMessage kBindingAttached{
    "ANCHOR_BINDING_ATTACHED", kDebug,
    "An address or prefix has a place that it had not before: the AR, in quotes the Interface-ID, "
    "and the MN's link-layer address there. Then whose word it was (a source's lease domain, or "
    "the "
    "AR's own after a restart), whether the server wrote a lease or looked it up (Confirm), the "
    "message's transaction-id, by which Kea's log and a capture name it, and for how long the "
    "client had been trying by its own account. The path is there when ANCHOR_BINDING_INSTALLED "
    "follows with the same sequence; without it look for ANCHOR_ROUTE_FAILED, and at the AR's log "
    "for ACCESS_ROUTE_FAILED."};
const LogMessage kBindingMoved{
    "ANCHOR_BINDING_MOVED", kDebug,
    "An MN was heard at another AR than before, or with another interface or link-layer address at "
    "the same one; the rest as in ANCHOR_BINDING_ATTACHED. Until ANCHOR_BINDING_INSTALLED follows "
    "its packets go where they went. An MN that is named here again and again between two ARs "
    "hears both of them."};
const LogMessage kBindingInstalled{
    "ANCHOR_BINDING_INSTALLED", kDebug,
    "Both tables lead to the MN's place, and its Reply may leave. The times count from the moment "
    "when the DHCP server had the message (to the whole millisecond), or from this anchor's start: "
    "when this anchor heard of it, when the AR's kernel had its route, when this anchor's had. A "
    "long first step is the server or the way from it, or an AR whose relay attests late; a long "
    "second one the AR or the way to it; a long third one this machine."};
const LogMessage kBindingUnplaced{
    "ANCHOR_BINDING_UNPLACED", kDebug,
    "An MN has no place any more, and packets for it end at this anchor, but its lease lives: its "
    "AR said that it is gone (--ask gone, or no room for its route), or would not have it; the "
    "text says which. Its next message places it again."};
const LogMessage kBindingEnded{
    "ANCHOR_BINDING_ENDED", kDebug,
    "An address or prefix is this MN's no more. The text has where it was, whose lease it was, and "
    "why: what the client said (released, declined), its expiry, a command at the server, a list "
    "of leases without it, keep-bindings, another MN that has it now, a limit or a prohibition of "
    "yours. If the client believes that it still has the address, look there."};
const LogMessage kRouteInstalled{
    "ACCESS_ROUTE_INSTALLED", kDebug,
    "This AR's kernel has a new route to an MN, or another one than before: its interface and the "
    "link-layer address of the neighbour entry, or of a delegated prefix the next hop; \"dropped\" "
    "if its packets end here meanwhile (ACCESS_ROUTE_FAILED says why). The time counts from the "
    "anchor's word; without one the agent put back what somebody else had taken away."};
const LogMessage kRouteRemoved{
    "ACCESS_ROUTE_REMOVED", kDebug,
    "This AR's kernel has no route to the MN any more: it moved, its lease ended, or it was gone; "
    "the anchor's log tells which. The time counts from the anchor's word."};

}  // namespace mobility::route_agent
