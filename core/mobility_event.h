// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a DHCP message means for mobility: the input of the whole design. The hook makes these of
// leases and Relay-forwards, later other signals will; the anchor acts on them.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/instant.h"
#include "core/ip_address.h"
#include "core/result.h"

namespace mobility {

/// The client identifier: a DUID (RFC 9915 section 11); of DHCPv4 the DUID in the client identifier
/// (RFC 4361), else the client identifier, else hardware type and chaddr.
struct MnId {
    std::string bytes;

    /// Lower-case hexadecimal pairs with colons, as Kea prints a DUID.
    std::string text() const;
    /// Of what text() makes, in either case; 1 to 130 octets (RFC 9915 section 11.1). The error
    /// names the text.
    static Result<MnId> parse(std::string_view text);
    auto operator<=>(const MnId&) const = default;
};

/// A link-layer address without its hardware type; empty when the relay did not say it.
struct LinkLayerAddress {
    std::string bytes;

    std::string text() const;
    bool empty() const { return bytes.empty(); }
    auto operator<=>(const LinkLayerAddress&) const = default;
};

/// Where an MN was heard, as its relay says it (in brackets: of DHCPv4). Never filled from a lease.
struct Attachment {
    IpAddress relay_source;    ///< UDP source of the Relay-forward
    IpAddress link_address;    ///< innermost global link-address: what Kea selects the subnet by
                               ///< [link selection, RFC 3527, else giaddr]
    std::string interface_id;  ///< Interface-ID option beside it (RFC 9915 section 21.18), or empty
                               ///< [Agent Circuit-ID, RFC 3046]
    LinkLayerAddress
        link_layer;        ///< Client Link-Layer Address option (RFC 6939), or empty [chaddr]
    IpAddress link_local;  ///< innermost peer-address: the MN's link-local, its next hop [none]

    /// In quotes, or in hexadecimal when it is not all printable: relays may send anything, and
    /// what a peer or an operator is told must be text.
    std::string interface_id_text() const;
    auto operator<=>(const Attachment&) const = default;
};

/// What stands behind an Attached: a lease that was just written, or one that was only looked up.
enum class Proof : std::uint8_t { kCommit, kLookup };

/// One prefix of one identity association (an address is a host prefix).
struct Item {
    std::uint32_t iaid = 0;
    Prefix prefix;
    Seconds remaining{
        0};  ///< valid lifetime left; for display and policy, no agent runs a timer on it

    auto operator<=>(const Item&) const = default;
};

/// What orders the messages of one client; no clocks of two machines are compared.
struct MessageOrder {
    std::uint32_t transaction = 0;  ///< transaction-id (RFC 9915 section 8), xid of DHCPv4
    Milliseconds elapsed{0};        ///< Elapsed Time option, secs of DHCPv4; capped at 60 s
    Instant arrived;                ///< when the packet reached this process; sent as an age
    bool coarse = false;            ///< elapsed is whole seconds, or 0 throughout: DHCPv4

    bool operator==(const MessageOrder&) const = default;
};

/// This MN is here, with these prefixes.
struct Attached {
    MnId mn;
    Attachment attachment;
    std::vector<Item> items;
    Proof proof = Proof::kCommit;
    MessageOrder order;
};

/// What an AR's relay has relayed, as a server reads it. Of the attachment the relay's source is
/// left out, of the order the arrival.
struct RelayedExchange {
    MnId mn;
    Attachment attachment;
    MessageOrder order;
};

enum class DetachReason : std::uint8_t { kReleased, kDeclined, kExpired, kDeleted };

/// These prefixes are nobody's any more. Ignored where the binding belongs to another MN than `mn`,
/// so that a late expiry cannot delete the next holder's path.
struct Detached {
    std::optional<MnId> mn;  ///< nothing: whoever holds it (Decline wipes the DUID)
    std::vector<Prefix> prefixes;
    DetachReason reason = DetachReason::kReleased;
};

/// A live lease in a source's full list. It creates or refreshes a binding and never moves one.
struct LeaseEntry {
    MnId mn;
    Item item;
};

/// What the anchor says of each item of an Attached.
enum class Verdict : std::uint8_t {
    kInstalled,   ///< the AR and the anchor forward to this place
    kUnchanged,   ///< they did already
    kDeferred,    ///< recorded; it takes effect when the AR, away or busy, is heard again
    kSuperseded,  ///< a newer message of this MN came meanwhile, or this one is older
    kRefused
};

/// Why something was refused: the error codes of the NETLMM overview and our own.
enum class Refusal : std::uint8_t {
    kNone,
    kAdministrativelyProhibited,
    kLackOfResources,
    kUnauthorizedMn,
    kInvalidIpAddress,
    kOverIpAddressLimit,
    kUnknownAccessRouter,  ///< no AR has this link-address, or it does not send from this source
    kInvalidAttachment,    ///< the AR cannot resolve link-address and Interface-ID
    kNotAttested           ///< the AR has not said that its relay relayed it: forged, or it may yet
};

inline constexpr std::array kAllRefusals{Refusal::kAdministrativelyProhibited,
                                         Refusal::kLackOfResources,
                                         Refusal::kUnauthorizedMn,
                                         Refusal::kInvalidIpAddress,
                                         Refusal::kOverIpAddressLimit,
                                         Refusal::kUnknownAccessRouter,
                                         Refusal::kInvalidAttachment,
                                         Refusal::kNotAttested};
/// "over IP address limit": as docs/control-protocol.md calls it.
const char* text(Refusal refusal);

struct Answer {
    Verdict verdict = Verdict::kInstalled;
    Refusal refusal = Refusal::kNone;
    std::string text;  ///< for the operator, with kRefused

    bool operator==(const Answer&) const = default;
};

}  // namespace mobility

template <>
struct std::hash<mobility::MnId> {
    std::size_t operator()(const mobility::MnId& mn) const noexcept {
        return std::hash<std::string>()(mn.bytes);
    }
};
