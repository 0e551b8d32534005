// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A way for MNs to speak and hear: the access link of an AR, or a relay agent's own path to Kea.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-player/identity.h"
#include "dhcp-player/mac_address.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

class Link;
struct Mutation;

/// One client message to send for an MN.
struct Utterance {
    const Identity& mn;
    Bytes message;
    /// How it is spoiled on its way, or null.
    const Mutation* mutation = nullptr;
    /// Instead of its link-local address.
    std::optional<IpAddress> from = std::nullopt;
};

/// One DHCPv6 message that arrived for an MN, a view of the received datagram.
struct Heard {
    const Link* link = nullptr;
    /// The MN's address that it was sent to, or the peer-address of the Relay-reply; nothing
    /// where the link itself decided what that had to be, and has compared.
    std::optional<IpAddress> to;
    Bytes message;
    Instant at;
};

/// The MNs, as a link sees them. The Player is one.
class Inhabitants {
public:
    virtual ~Inhabitants() = default;
    /// False when no exchange waits for it.
    virtual bool heard(const Heard& heard) = 0;
    /// The MAC of the MN that answers for this address on this link, if one does.
    virtual std::optional<MacAddress> resolve(const Link& on, const IpAddress& address) const = 0;
    /// A packet for `to` came in a frame for `mac`. True when the MN that holds `to` is here.
    virtual bool packet_arrived(const Link& on, const MacAddress& mac, const IpAddress& to,
                                Instant at) = 0;
};

struct LinkCounters {
    std::uint64_t sent = 0;
    std::uint64_t heard = 0;
    /// Neighbour Solicitations that were answered.
    std::uint64_t resolved = 0;
    /// Heard, and no exchange waited for it: late, or once too often.
    std::uint64_t unmatched = 0;
    /// Received, and not as it must be.
    std::uint64_t malformed = 0;
    /// What the kernel refused to send.
    std::uint64_t send_failures = 0;
    /// Why the latest was malformed or refused.
    std::string latest_failure;
};

/// A socket of one link or of several, driven by the event loop: sends when told to flush, reads
/// when `fd` is readable. All on one thread.
class Port {
public:
    virtual ~Port() = default;
    virtual int fd() const = 0;
    /// Reads what is there, up to a bound, and returns how many packets that were.
    virtual std::size_t receive(Inhabitants& inhabitants) = 0;
    /// Hands to the kernel what was queued.
    virtual void flush() = 0;
};

class Link {
public:
    explicit Link(std::string name) : name_(std::move(name)) {}
    virtual ~Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    const std::string& name() const { return name_; }
    const LinkCounters& counters() const { return counters_; }
    /// Queues a message until the port's flush(). An error when it cannot be sent in this way.
    virtual Result<void> say(const Utterance& utterance) = 0;
    /// Lets the routers of the link learn an MN's MAC, where there is such a thing.
    virtual void announce(const Identity& mn) = 0;

protected:
    LinkCounters counters_;

private:
    std::string name_;
};

}  // namespace mobility::player
