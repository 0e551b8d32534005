// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The operator's paragraphs.
#include "route-agent/messages.h"

#include <array>

namespace mobility::route_agent {

constexpr auto kInfo = LogLevel::kInfo;
constexpr auto kWarn = LogLevel::kWarn;
constexpr auto kError = LogLevel::kError;

const LogMessage kReady{"ROUTE_READY", kInfo,
                        "The agent serves. The text has its roles and how many routes it found "
                        "installed: they are kept "
                        "until those who own them have spoken."};
const LogMessage kStopped{
    "ROUTE_STOPPED", kInfo,
    "The agent ends as asked. Its routes stay installed, so that a restart interrupts nobody; "
    "--remove-all takes them away."};
const LogMessage kPrivileges{
    "ROUTE_PRIVILEGES", kInfo,
    "The rights that the agent has kept. It needs CAP_NET_ADMIN and nothing else."};
const LogMessage kReloaded{
    "ROUTE_RELOADED", kInfo,
    "Inventory, certificate and log settings have been read again and are in "
    "force. Sessions of peers that lost their claim have been ended."};
const LogMessage kReloadFailed{"ROUTE_RELOAD_FAILED", kError,
                               "What was to be read again is not usable; the text names file, key "
                               "and value. Everything stays as "
                               "it was. Correct it and send SIGHUP again."};
const LogMessage kKernelCheck{"ROUTE_KERNEL_CHECK", kWarn,
                              "Something in this machine's settings will lose packets or routes. "
                              "The text says what, and what to "
                              "set."};
const LogMessage kCertificate{
    "ROUTE_CERTIFICATE", kWarn,
    "Our own certificate or key works today but should be looked at; the text says why."};
const LogMessage kDialFailed{"ROUTE_DIAL_FAILED", kWarn,
                             "No session to this anchor: the text has the reason. It is tried "
                             "again for ever. Installed routes "
                             "stay; moves towards this AR wait until the anchor is reached."};
const LogMessage kRefusedConnection{
    "ROUTE_REFUSED_CONNECTION", kWarn,
    "Somebody connected who is not vouched for by the trust anchor, or did not finish. Nothing was "
    "changed. If it is one of your nodes, look at its certificate."};
const LogMessage kCounters{"ROUTE_COUNTERS", kInfo, "The counters since the start, as JSON."};
const LogMessage kNoJournal{
    "ROUTE_NO_JOURNAL", kInfo,
    "This anchor keeps no journal. After a power cut it knows of no MN's place until that MN "
    "sends its next DHCP message. Set \"journal-file\" to have them back at once."};

namespace {

const LogMessage kJournalRead{
    "ANCHOR_JOURNAL_READ", kInfo,
    "How many bindings the journal remembers from before the start. ARs are told of their places, "
    "and routes that the kernel has lost follow when they have acknowledged."};
const LogMessage kJournalMeaningless{
    "ANCHOR_JOURNAL_MEANINGLESS", kWarn,
    "The journal has bindings of prefixes that this anchor does not own any more, of lease domains "
    "that nobody claims, or at ARs that are not in the inventory. They are removed from it. Wrong "
    "after a change of configuration? Then their MNs' next messages place them again."};
const LogMessage kJournalDamaged{
    "JOURNAL_DAMAGED", kError,
    "The journal cannot be read as it is; the text says where the damaged file is kept now. The "
    "anchor serves, begins a new one and writes its whole table into it. Until then a power cut "
    "would lose places. Look at the disk."};
const LogMessage kJournalForeign{
    "JOURNAL_FOREIGN", kError,
    "The file is the journal of another anchor or of another version, or no journal at all. It is "
    "neither read nor written, and the anchor serves without a journal. Correct \"journal-file\" "
    "or move the file away, and restart."};
const LogMessage kJournalFailed{
    "JOURNAL_FAILED", kError,
    "The journal cannot be written or opened; the text says why: room, rights, the disk. The "
    "anchor "
    "serves. It is tried again, at least once a minute, and the whole table is written when it "
    "works; until then a power cut would lose places."};
const LogMessage kJournalWorksAgain{"JOURNAL_WORKS_AGAIN", kInfo,
                                    "After a failure the journal has the whole table again."};
const LogMessage kSourceAbsent{
    "ANCHOR_SOURCE_ABSENT", kWarn,
    "A source has had no session for three quarters of \"keep-bindings\". When the rest is over "
    "its bindings end and its MNs are cut off. Bring its DHCP server back, or, if it is gone for "
    "good, do nothing."};
const LogMessage kSourceGone{
    "ANCHOR_SOURCE_GONE", kWarn,
    "A source has had no session for as long as \"keep-bindings\" says: all that it left behind "
    "has ended. If it comes back, its list and its MNs' messages bring their bindings back."};
const LogMessage kAttachRefused{"ANCHOR_ATTACH_REFUSED", kWarn,
                                "A DHCP message would have placed an MN where it may not be, or by "
                                "somebody who may not say so. "
                                "Nothing was moved. The text names the prefix, the MN and the "
                                "rule. Frequent lines about one MN from "
                                "another link-layer address are an attempt to hijack it, or an MN "
                                "that has changed its address."};
const LogMessage kArRefused{
    "ANCHOR_AR_REFUSED", kWarn,
    "An AR was told to install a route and would not. The MN stays where it was. \"invalid "
    "attachment\" "
    "means that the AR's access-interfaces and its relay's link-address or Interface-ID disagree."};
const LogMessage kAnchorRouteFailed{
    "ANCHOR_ROUTE_FAILED", kError,
    "The anchor's own kernel refuses a route; the text has its words. It is tried again every few "
    "seconds."};
const LogMessage kListTooShort{"ANCHOR_LIST_TOO_SHORT", kError,
                               "A source listed its leases and many bindings are missing from the "
                               "list. If its lease database was "
                               "lost, restore it. If the leases are really gone, confirm: --ask "
                               "\"confirm-removal LEASE-DOMAIN\"."};
const LogMessage kAssociationRefused{"ANCHOR_ASSOCIATION_REFUSED", kWarn,
                                     "A peer with a valid certificate claimed what the inventory "
                                     "does not grant it. Correct the inventory "
                                     "or find out who it is."};
const LogMessage kAssociated{"ANCHOR_ASSOCIATED", kInfo,
                             "A source or an access router has a session now."};
const LogMessage kSessionClosed{"ANCHOR_SESSION_CLOSED", kInfo,
                                "A session has ended; the text says why. Nothing is withdrawn. "
                                "What changes meanwhile is told when "
                                "the peer is back."};
const LogMessage kCoreMtu{"ANCHOR_CORE_MTU", kWarn,
                          "Full-size packets of MNs do not fit the core once they are in the "
                          "tunnel. Raise the core's MTU to the "
                          "access MTU and 40 octets."};
const LogMessage kMessageRefused{"ANCHOR_MESSAGE_REFUSED", kWarn,
                                 "A peer sent what cannot be right; its session was ended and "
                                 "nothing was changed. The text names the "
                                 "field. Look for a different version or a broken peer."};
const LogMessage kAnchorTunnelFailed{"ANCHOR_TUNNEL_FAILED", kError,
                                     "The anchor cannot unwrap what ARs send back: the kernel's "
                                     "words follow. Tried again every second."};
const LogMessage kTwoAnchors{
    "ACCESS_TWO_ANCHORS", kWarn,
    "Two anchors claim the same prefix. The route of the newest sequence is installed. Their "
    "configurations overlap: correct them."};
const LogMessage kAccessRouteFailed{"ACCESS_ROUTE_FAILED", kError,
                                    "This AR's kernel refuses a host route; the text has its "
                                    "words. The anchor has been told and leaves the "
                                    "MN where it was. It is tried again every few seconds."};
const LogMessage kAssociationFailed{"ACCESS_ASSOCIATION_FAILED", kError,
                                    "The anchor does not accept this AR; the text has its reason, "
                                    "most often a missing claim in its "
                                    "inventory. Tried again for ever."};
const LogMessage kAccessAssociated{"ACCESS_ASSOCIATED", kInfo,
                                   "This AR has a session with the anchor."};
const LogMessage kAccessMessageRefused{
    "ACCESS_MESSAGE_REFUSED", kWarn,
    "The anchor sent what cannot be right; the session was ended and nothing was changed."};
const LogMessage kAccessSessionClosed{
    "ACCESS_SESSION_CLOSED", kWarn,
    "The session to an anchor has ended; the text says why. All routes stay. It is dialled again."};
const LogMessage kAccessTunnelFailed{"ACCESS_TUNNEL_FAILED", kError,
                                     "This AR cannot end tunnels or send packets back to the "
                                     "anchor: the kernel's words follow. Tried again "
                                     "every second."};

constexpr std::array kMessages{&kReady,
                               &kStopped,
                               &kPrivileges,
                               &kReloaded,
                               &kReloadFailed,
                               &kKernelCheck,
                               &kCertificate,
                               &kDialFailed,
                               &kRefusedConnection,
                               &kCounters,
                               &kNoJournal,
                               &kJournalRead,
                               &kJournalMeaningless,
                               &kJournalDamaged,
                               &kJournalForeign,
                               &kJournalFailed,
                               &kJournalWorksAgain,
                               &kSourceAbsent,
                               &kSourceGone,
                               &kAttachRefused,
                               &kArRefused,
                               &kAnchorRouteFailed,
                               &kListTooShort,
                               &kAssociationRefused,
                               &kAssociated,
                               &kSessionClosed,
                               &kCoreMtu,
                               &kMessageRefused,
                               &kAnchorTunnelFailed,
                               &kTwoAnchors,
                               &kAccessRouteFailed,
                               &kAssociationFailed,
                               &kAccessAssociated,
                               &kAccessMessageRefused,
                               &kAccessSessionClosed,
                               &kAccessTunnelFailed};

}  // namespace

LogTable messages() { return kMessages; }

}  // namespace mobility::route_agent
