// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One simulated MN: who it is, what it was offered and holds, where it is, what reached it there.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "core/instant.h"
#include "dhcp-player/answer.h"
#include "dhcp-player/identity.h"
#include "dhcp-player/lease.h"

namespace mobility::player {

class Link;

/// Packets for an MN's leased addresses since it last changed its link.
struct Arrivals {
    std::uint64_t here = 0;
    std::optional<Instant> first_here;
    std::optional<Instant> last_here;
    /// On a link where the MN is not.
    std::uint64_t elsewhere = 0;
    std::optional<Instant> last_elsewhere;
};

/// Belongs to the Player. What it holds changes only through answers, so that a lost Release or a
/// refused Renew can be played again.
class MobileNode {
public:
    /// Asks for one IA of each of `kinds` (kIaNa, kIaPd).
    MobileNode(MnNumber number, Identity identity, std::vector<Dhcp6OptionCode> kinds);

    MnNumber number() const { return number_; }
    const Identity& identity() const { return identity_; }
    const std::vector<Dhcp6OptionCode>& kinds() const { return kinds_; }

    /// From the latest Advertise, until a Reply: empty when there is none.
    const std::vector<IdentityAssociation>& offered() const { return offered_; }
    const std::vector<IdentityAssociation>& held() const { return held_; }
    /// Of the server that made the offer, or else gave the leases; may be empty.
    const std::vector<std::uint8_t>& server_id() const { return server_id_; }
    /// Self-made addresses that a server has acknowledged.
    const std::vector<Lease>& registered() const { return registered_; }
    bool holds(const IpAddress& address) const;

    /// Learns from the answer to a message of type `asked`.
    void learn(Dhcp6MessageType asked, const Answer& answer);
    /// Drops leases and offers without a message, as an MN that lost its memory.
    void forget();

    /// The link on which it is, or null.
    const Link* link() const { return link_; }
    /// Another link than before begins its arrivals anew.
    void be_on(const Link* link);
    const Arrivals& arrivals() const { return arrivals_; }
    void packet_arrived(const Link& on, Instant at);

private:
    void hold(const AnsweredIa& answered);
    void hold(const Lease& registered);

    MnNumber number_;
    Identity identity_;
    std::vector<Dhcp6OptionCode> kinds_;
    std::vector<IdentityAssociation> offered_;
    std::vector<IdentityAssociation> held_;
    std::vector<Lease> registered_;
    std::vector<std::uint8_t> server_id_;
    const Link* link_ = nullptr;
    Arrivals arrivals_;
};

}  // namespace mobility::player
