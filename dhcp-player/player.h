// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The player: owns the links, the MNs and their exchanges, and brings them together.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "dhcp-player/agenda.h"
#include "dhcp-player/exchange.h"
#include "dhcp-player/link.h"
#include "dhcp-player/mobile_node.h"

namespace mobility::player {

/// What MNs are unless they are defined one by one.
struct Population {
    /// MNs share this many MACs and link-local addresses by turns (at least 1), so that an AR needs
    /// no more neighbour entries than that: MN 1 has those of MN 1, and so has MN 1 + hosts. When
    /// they are shared, each of them is answered for on every link.
    std::uint32_t hosts = kLastMn + 1;
    std::vector<Dhcp6OptionCode> kinds{Dhcp6OptionCode::kIaNa};

    bool shares_hosts() const { return hosts <= kLastMn; }
};

/// Answers that belonged to no exchange, by reason.
struct PlayerCounters {
    std::uint64_t malformed = 0;
    /// An Advertise to a Request, a Reply to a Solicit without rapid commit.
    std::uint64_t unexpected = 0;
    /// Sent to another link-local address, or as another peer, than the MN's.
    std::uint64_t misaddressed = 0;
    std::string latest_malformed;
};

/// All on one thread; every entry is told the time. Links report to it what they hear.
class Player : public Inhabitants {
public:
    using Done = std::function<void(Outcome)>;

    /// The seed decides the transaction-ids.
    explicit Player(std::uint64_t seed) : random_(seed) {}

    /// An error when the name is taken.
    Result<Link*> add(std::unique_ptr<Link> link);
    /// Null when there is none of this name.
    Link* link(const std::string& name) const;
    const std::map<std::string, std::unique_ptr<Link>>& links() const { return links_; }

    /// What MNs are that are mentioned from now on.
    void populate(Population population) { population_ = std::move(population); }

    /// Made on first mention, with the identity of its number.
    MobileNode& mn(MnNumber number);
    /// Null when it was never mentioned.
    const MobileNode* known(MnNumber number) const;
    /// Makes it anew, with nothing held. An error while it has an exchange.
    Result<void> define(MnNumber number, Identity identity, std::vector<Dhcp6OptionCode> kinds);
    void forget(MnNumber number);

    /// `done` is called once, later, from the agenda or heard(). A Request of an MN that knows no
    /// server begins with a Solicit. An error when the MN has nothing to say of the kind: nothing
    /// was sent then and `done` is not called.
    Result<void> play(MnNumber number, Script script, Instant now, Done done);
    /// Has an exchange that is not over.
    bool busy(MnNumber number) const;
    std::size_t open_exchanges() const { return exchanges_.size(); }

    Agenda& agenda() { return agenda_; }
    const PlayerCounters& counters() const { return counters_; }

    bool heard(const Heard& heard) override;
    std::optional<MacAddress> resolve(const Link& on, const IpAddress& address) const override;
    bool packet_arrived(const Link& on, const MacAddress& mac, const IpAddress& to,
                        Instant at) override;

private:
    using ExchangeId = std::uint64_t;
    struct Open {
        MobileNode* mn;
        Exchange exchange;
        Done done;
        /// Of its links, when it began.
        std::uint64_t send_failures;
    };
    struct Inhabitant {
        MobileNode mn;
        std::vector<ExchangeId> open;
    };
    struct MacHash {
        std::size_t operator()(const MacAddress& mac) const;
    };

    Inhabitant& inhabitant(MnNumber number);
    Inhabitant& settle(MobileNode mn);
    std::uint32_t new_transaction();
    void begin_step(ExchangeId id, Open& open, Question question, std::uint32_t transaction,
                    Instant now);
    void carry_on(ExchangeId id, Instant now);
    void say(Open& open, const Send& send);
    bool deliver(ExchangeId id, const HeardAnswer& heard, const std::optional<IpAddress>& to);
    void accept(ExchangeId id, Open& open, const HeardAnswer& heard);
    void learn(MobileNode& mn, Dhcp6MessageType asked, const Answer& answer);
    void index_leases(const MobileNode& mn);
    void unindex_leases(const MobileNode& mn);
    void drop_transaction(ExchangeId id, std::uint32_t transaction);
    void end(ExchangeId id);

    Agenda agenda_;
    std::mt19937_64 random_;
    PlayerCounters counters_;
    std::map<std::string, std::unique_ptr<Link>> links_;
    std::unordered_map<MnNumber, Inhabitant> inhabitants_;
    std::unordered_map<MacAddress, MnNumber, MacHash> macs_;
    /// Link-local and leased addresses.
    std::unordered_map<IpAddress, MnNumber> addresses_;
    std::unordered_map<ExchangeId, Open> exchanges_;
    std::unordered_multimap<std::uint32_t, ExchangeId> transactions_;
    ExchangeId next_id_ = 1;
    std::vector<std::uint8_t> message_;
    Population population_;
};

}  // namespace mobility::player
