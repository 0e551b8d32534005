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
const LogMessage kCertificate{"ROUTE_CERTIFICATE", kWarn,
                              "Something is wrong with our own certificate or key, and the text "
                              "says what. Where it says that "
                              "peers refuse it, or that \"identity\" is none of its names, no "
                              "session comes of it; the kernel "
                              "is looked after all the same. Repair the files, then SIGHUP (a "
                              "changed \"identity\": restart)."};
const LogMessage kConfiguration{
    "ROUTE_CONFIGURATION", kWarn,
    "Configuration and inventory are allowed to say this, and it is seldom meant: the text names "
    "the "
    "key, what follows and the remedy. --check says the same. Where one inventory serves several "
    "anchors, the other anchors' sources are named here, and nothing needs to be done."};
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

const LogMessage kAnchorAnnounced{
    "ACCESS_ANCHOR_ANNOUNCED", kInfo,
    "An anchor of the configuration has announced itself, and is dialled at once. Nobody vouches "
    "for the datagram: whether it was the anchor is told by its certificate. If this is said again "
    "and again and no session comes of it, somebody else sends them; give the anchor its address "
    "in \"anchors\", then no other is dialled."};

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
const LogMessage kMnProhibited{
    "ANCHOR_MN_PROHIBITED", kWarn,
    "A message of an MN that stands in the inventory's prohibited-mns was refused. To let it in "
    "again, take the entry out and send SIGHUP; its next message then places it."};
const LogMessage kMnCutOff{
    "ANCHOR_MN_CUT_OFF", kInfo,
    "The inventory that was just read prohibits an MN that had bindings: they end, at the anchor "
    "first, then at its AR. Its leases stay in the DHCP server until they expire."};
const LogMessage kMnNotAuthorized{
    "ANCHOR_MN_NOT_AUTHORIZED", kWarn,
    "A message of an MN that neither the authorized-mns-file nor an authority of the inventory "
    "grants was refused. If it is to be served, add the client identifier as the text prints it "
    "to the anchor's or the authority's file and send SIGHUP there. If the text names an authority "
    "that has not told its list, bring that authority back: until then only MNs that have a place "
    "are served."};
const LogMessage kAuthorityListTooShort{
    "ANCHOR_AUTHORITY_LIST_TOO_SHORT", kError,
    "An authority told its list, and more than 100 and more than a tenth of the MNs that it had "
    "granted are missing from it. They are served as before. If its list was damaged, restore it. "
    "If they are really to be served no more, confirm: --ask \"confirm-removal AUTHORITY\"."};
const LogMessage kAuthorityAssociated{
    "AUTHORITY_ASSOCIATED", kInfo,
    "This authority has a session with an anchor, which is told of all MNs that are granted, then "
    "of changes."};
const LogMessage kAuthorityFailed{
    "AUTHORITY_ASSOCIATION_FAILED", kError,
    "The anchor does not accept this authority; the text has its reason, most often a missing "
    "entry in the \"authorities\" of its inventory. Tried again for ever."};
const LogMessage kAuthorityClosed{
    "AUTHORITY_SESSION_CLOSED", kWarn,
    "An authority's session to an anchor has ended; the text says why. What was granted stays "
    "there. It is dialled again, and then told the whole list."};
const LogMessage kAuthorityMessageRefused{
    "AUTHORITY_MESSAGE_REFUSED", kWarn,
    "The anchor sent what cannot be right; the session was ended."};
const LogMessage kAuthorityItemRefused{
    "AUTHORITY_ITEM_REFUSED", kWarn,
    "The anchor does not take this authority's word about an MN; the text has its reason. Look at "
    "the anchor's log."};
const LogMessage kArProhibited{
    "ANCHOR_AR_PROHIBITED", kWarn,
    "An MN wanted to attach at an AR whose entry in the inventory says \"prohibited\", and was "
    "refused; the text has the entry's reason. It stays where it was."};
const LogMessage kOverAddressLimit{
    "ANCHOR_OVER_ADDRESS_LIMIT", kWarn,
    "An MN asked for more addresses and prefixes than addresses-per-mn; what it has stays. With "
    "over-limit \"remove-oldest\" this is said of a message that asks for too many at once, or "
    "that came late."};
const LogMessage kOldestRemoved{
    "ANCHOR_OLDEST_REMOVED", kInfo,
    "An MN at its limit (addresses-per-mn) has got another address; the binding of its own that "
    "has been silent longest has ended (over-limit: remove-oldest). If MNs are told so again and "
    "again, they use more addresses than the limit: raise it."};
const LogMessage kTableFull{
    "ANCHOR_TABLE_FULL", kError,
    "The anchor has as many bindings as bindings-at-most allows. Newcomers are refused; those who "
    "are there go on and may move. Raise the limit if the machine can carry more, or let another "
    "anchor take some of the prefixes."};
const LogMessage kAnchorRoomAgain{
    "ANCHOR_ROOM_AGAIN", kInfo,
    "The anchor's kernel had no room for more routes (ANCHOR_ROUTE_FAILED) and has now. What was "
    "refused meanwhile is installed within seconds, or when its MN speaks next."};
const LogMessage kNotAttested{
    "ANCHOR_NOT_ATTESTED", kWarn,
    "A source reported a message through an AR whose own relay has not relayed it: somebody sends "
    "from that AR's address, or the relay's attestation-socket does not lead to the AR's route "
    "agent. Nothing was moved. Where the AR's word was only late, ANCHOR_ATTESTED_LATE follows; of "
    "an AR that was busy at the time this is said after 30 s without its word."};
const LogMessage kInterfaceUnknown{
    "ACCESS_INTERFACE_UNKNOWN", kWarn,
    "An anchor knows an MN here, from before this agent's start, on an access interface that the "
    "configuration does not have: compare access-interfaces (link-address, giaddr, interface-id) "
    "with the relay's configuration. What the kernel had for the MN stays, else its packets end "
    "here; a restart with the interface puts it right, and so does the MN's next message "
    "elsewhere."};
const LogMessage kAttestedLate{
    "ANCHOR_ATTESTED_LATE", kWarn,
    "A message was answered before its AR had said that its relay has relayed it, and now the AR "
    "has: the MN is placed there. Where it was refused (ANCHOR_NOT_ATTESTED) the AR's agent was "
    "stuck, or its session stalled, and the client had no Reply; else the AR was busy, and the "
    "client had its Reply before its path. Where it is said often, the AR's machine or the way to "
    "it is too slow."};
const LogMessage kArRefused{
    "ANCHOR_AR_REFUSED", kWarn,
    "An AR was told to install a route and would not. The MN stays where it was. \"invalid "
    "attachment\" "
    "means that the AR's access-interfaces and its relay's link-address or Interface-ID disagree, "
    "or "
    "that a router speaks from the link-local address behind which another MN's delegated prefixes "
    "are: somebody lies, or a router was replaced by one with the same fixed address, whose leases "
    "(the old one's) then have to be deleted."};
const LogMessage kAnchorRouteFailed{
    "ANCHOR_ROUTE_FAILED", kError,
    "The anchor's own kernel refuses a route, or has had no memory for it for a second; the text "
    "has its words. It is tried again every few seconds, and said once for each reason."};
const LogMessage kListTooShort{"ANCHOR_LIST_TOO_SHORT", kError,
                               "A source listed its leases and many bindings are missing from the "
                               "list. If its lease database was "
                               "lost, restore it. If the leases are really gone, confirm: --ask "
                               "\"confirm-removal LEASE-DOMAIN\"."};
const LogMessage kAssociationRefused{"ANCHOR_ASSOCIATION_REFUSED", kWarn,
                                     "A peer with a valid certificate claimed what the inventory "
                                     "does not grant it, has more connections than any agent "
                                     "needs, or did not say within 10 s who it is. It has no "
                                     "session, and nothing was changed. Correct the inventory or "
                                     "find out who it is."};
const LogMessage kAssociated{"ANCHOR_ASSOCIATED", kInfo,
                             "A source or an access router has a session now."};
const LogMessage kSessionClosed{"ANCHOR_SESSION_CLOSED", kInfo,
                                "A session has ended; the text says why. Nothing is withdrawn. "
                                "What changes meanwhile is told when "
                                "the peer is back."};
const LogMessage kSessionReplaced{
    "ANCHOR_SESSION_REPLACED", kWarn,
    "A peer associated that has a session already: the old one has ended; the text has both "
    "addresses. Once: it lost its connection, and was back before that was noticed here. Again and "
    "again: two agents have one identity and take it from each other; look at both addresses and "
    "give each machine a certificate of its own. Nothing is withdrawn, but MNs of both suffer."};
const LogMessage kPeerOverrun{
    "ANCHOR_PEER_OVERRUN", kWarn,
    "A peer takes so little of what it is told that the session was ended before the queue filled "
    "this anchor's memory. Nothing is withdrawn; it is told everything when it comes back. Look "
    "whether it is overloaded, or somebody who has stolen its certificate."};
const LogMessage kCoreMtu{"ANCHOR_CORE_MTU", kWarn,
                          "Full-size packets of MNs do not fit the core once they are in the "
                          "tunnel. Raise the core's MTU to the "
                          "access MTU and 40 octets."};
const LogMessage kLinkAddress{
    "ANCHOR_LINK_ADDRESS", kWarn,
    "An AR's access interfaces and its link-addresses in the inventory differ. MNs heard with one "
    "that only one side knows are refused."};
const LogMessage kMessageRefused{"ANCHOR_MESSAGE_REFUSED", kWarn,
                                 "A peer sent what cannot be right; its session was ended and "
                                 "nothing was changed. The text names the "
                                 "field. Look for a different version or a broken peer."};
const LogMessage kAnchorTunnelFailed{"ANCHOR_TUNNEL_FAILED", kError,
                                     "The anchor cannot unwrap what ARs send back: the kernel's "
                                     "words follow. Tried again every second."};
const LogMessage kAnchorKernelAltered{
    "ANCHOR_KERNEL_ALTERED", kWarn,
    "Somebody else has removed or changed routes, tunnels or rules that carry our protocol number "
    "(213), or the kernel did when a device went. They are put right. Find out who: another "
    "routing daemon must leave our protocol number alone."};
const LogMessage kAccessKernelAltered{
    "ACCESS_KERNEL_ALTERED", kWarn,
    "The same on an access router: most often its access interface was down for a while."};
const LogMessage kAnchorAbsent{
    "ACCESS_ANCHOR_ABSENT", kWarn,
    "An anchor has had no session with this access router for three quarters of \"keep-bindings\". "
    "When the rest is over its records and routes here are removed and its MNs are cut off. Bring "
    "the anchor, or the way to it, back; if it is gone for good, do nothing."};
const LogMessage kAnchorGone{
    "ACCESS_ANCHOR_GONE", kWarn,
    "An anchor has had no session for as long as \"keep-bindings\" says: what it wanted here is "
    "removed, with what the kernel had of it when this agent started. If it comes back it tells "
    "everything again."};
const LogMessage kTwoAnchors{
    "ACCESS_TWO_ANCHORS", kWarn,
    "Two anchors claim the same prefix. The route of the newest sequence is installed. Their "
    "configurations overlap: correct them."};
const LogMessage kAccessRouteFailed{"ACCESS_ROUTE_FAILED", kError,
                                    "This AR's kernel refuses a host route, or the way back that "
                                    "it needs; the text has its words. Who was here keeps its "
                                    "place (the text says so): its packets end here, it is tried "
                                    "again every five seconds. \"Network is down\": set the "
                                    "access interface up. Who comes anew is refused, and the "
                                    "anchor leaves it where it was. \"Out of memory\" is said "
                                    "when it has lasted a second, and then nobody keeps a place: "
                                    "look at the machine's memory (and, before Linux 6.3, at "
                                    "net.ipv6.route.max_size)."};
const LogMessage kAccessRoomAgain{
    "ACCESS_ROOM_AGAIN", kInfo,
    "This AR's kernel had no room for more routes (ACCESS_ROUTE_FAILED) and has now. MNs that were "
    "refused meanwhile are placed by their next message."};
const LogMessage kAssociationFailed{"ACCESS_ASSOCIATION_FAILED", kError,
                                    "The anchor does not accept this AR; the text has its reason, "
                                    "most often a missing claim in its "
                                    "inventory. Tried again for ever."};
const LogMessage kAccessAssociated{"ACCESS_ASSOCIATED", kInfo,
                                   "This AR has a session with the anchor."};
const LogMessage kExchangesForgotten{
    "ACCESS_EXCHANGES_FORGOTTEN", kInfo,
    "While there was no session with this anchor the relay here relayed more than is kept for it "
    "(10,000 exchanges, 5 minutes). With attestation \"required\" MNs that came here in that time "
    "and have not been heard since have no path until they renew; with \"preferred\" nothing is "
    "lost."};
const LogMessage kAccessMessageRefused{
    "ACCESS_MESSAGE_REFUSED", kWarn,
    "The anchor sent what cannot be right; the session was ended and nothing was changed."};
const LogMessage kAccessSessionClosed{
    "ACCESS_SESSION_CLOSED", kWarn,
    "The session to an anchor has ended; the text says why. All routes stay. It is dialled again."};
const LogMessage kAccessTunnelFailed{"ACCESS_TUNNEL_FAILED", kError,
                                     "This AR cannot end tunnels, or send packets from an access "
                                     "interface back to an anchor: the text says which, with the "
                                     "kernel's words. MNs of that anchor and interface get no "
                                     "new route here (ACCESS_ROUTE_FAILED), all others are "
                                     "served. Tried again every second, said once a minute."};

constexpr std::array kMessages{&kReady,
                               &kStopped,
                               &kPrivileges,
                               &kReloaded,
                               &kReloadFailed,
                               &kKernelCheck,
                               &kCertificate,
                               &kConfiguration,
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
                               &kMnProhibited,
                               &kMnCutOff,
                               &kMnNotAuthorized,
                               &kArProhibited,
                               &kOverAddressLimit,
                               &kOldestRemoved,
                               &kTableFull,
                               &kAnchorRoomAgain,
                               &kArRefused,
                               &kAnchorRouteFailed,
                               &kListTooShort,
                               &kAssociationRefused,
                               &kLinkAddress,
                               &kNotAttested,
                               &kAttestedLate,
                               &kInterfaceUnknown,
                               &kAnchorKernelAltered,
                               &kAccessKernelAltered,
                               &kAssociated,
                               &kSessionClosed,
                               &kSessionReplaced,
                               &kPeerOverrun,
                               &kCoreMtu,
                               &kMessageRefused,
                               &kAnchorTunnelFailed,
                               &kTwoAnchors,
                               &kAnchorAbsent,
                               &kAnchorGone,
                               &kAccessRouteFailed,
                               &kAccessRoomAgain,
                               &kAssociationFailed,
                               &kAccessAssociated,
                               &kExchangesForgotten,
                               &kAccessMessageRefused,
                               &kAccessSessionClosed,
                               &kAccessTunnelFailed,
                               &kAnchorAnnounced,
                               &kAuthorityListTooShort,
                               &kAuthorityAssociated,
                               &kAuthorityFailed,
                               &kAuthorityClosed,
                               &kAuthorityMessageRefused,
                               &kAuthorityItemRefused,
                               &kBindingAttached,
                               &kBindingMoved,
                               &kBindingInstalled,
                               &kBindingUnplaced,
                               &kBindingEnded,
                               &kRouteInstalled,
                               &kRouteRemoved};

}  // namespace

LogTable messages() { return kMessages; }

}  // namespace mobility::route_agent
