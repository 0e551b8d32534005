// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A source, an anchor and an AR that do as they should, and beside them a peer that says whatever a
// fuzzer makes up: it must neither disturb what the good ones have agreed on nor keep them from
// more.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/nodes.h"
#include "core/source_session.h"
#include "tests/sim/memory_connection.h"
#include "tests/sim/memory_forwarder.h"

namespace mobility::fuzz {

class WorldClock final : public Clock {
public:
    Moment now() const override { return moment; }
    Moment moment{Instant{std::chrono::hours{1000}}, 1'700'000'000'000};
};

/// The hook's part: core's Source with one session for each anchor, and its leases.
class GoodSource final : private SourceOutput {
public:
    explicit GoodSource(const Clock& clock);

    ConnectionUser& connected(std::size_t anchor, Connection& connection) {
        return sessions_[anchor]->connected(connection);
    }
    /// An MN has got its address (or, at the other anchor, a prefix) through this AR.
    HoldId attach(int ar, int number, const Prefix& prefix);
    /// How often this Hold has ended.
    int ends(HoldId hold) const { return ended_.contains(hold) ? ended_.at(hold) : 0; }
    const Source& source() const { return source_; }
    /// Leases that were asked for are told.
    void work();
    void tick(Instant now);

private:
    struct Read {
        AnchorIndex anchor;
        std::uint64_t list;
    };

    void send_attached(AnchorIndex anchor, std::uint64_t number, const Attached& event) override;
    void send_detached(AnchorIndex anchor, std::uint64_t number, const Detached& event) override;
    bool compares(AnchorIndex anchor) const override;
    void send_digest(AnchorIndex anchor, const StateDigest& digest) override;
    void send_list_begin(AnchorIndex anchor, const Buckets& buckets) override;
    void send_list_page(AnchorIndex anchor, const std::vector<LeaseEntry>& page) override;
    void send_list_end(AnchorIndex anchor) override;
    void read_leases(AnchorIndex anchor, std::uint64_t list,
                     const std::optional<Prefix>& after) override;
    bool congested(AnchorIndex anchor) const override { return sessions_[anchor]->congested(); }
    void complete(HoldId hold, HoldEnd, const std::vector<RefusedItem>&) override {
        ++ended_[hold];
    }
    void notice(const Notice&) override {}

    const Clock& clock_;
    Source source_;
    std::vector<std::unique_ptr<SourceSession>> sessions_;
    std::vector<LeaseEntry> leases_;
    std::vector<Read> reads_;
    std::map<HoldId, int> ended_;
    HoldId last_hold_ = 0;
};

inline const std::string kRogue = "rogue.example";

/// What the rogue says, as an anchor, to who dials it.
control::Message acceptance();

/// Whose session the fuzzer speaks in.
enum class Victim : std::uint8_t { kAnchor, kAccess, kSource };

class SessionWorld {
public:
    SessionWorld();
    SessionWorld(const SessionWorld&) = delete;

    /// The good ones associate and list what they have; MN 1 is attached at the AR.
    void begin();
    /// A peer whose certificate has this name, at the victim's other end.
    void intrude(Victim victim, const std::string& certificate);
    /// What it says arrives, in pieces of so many octets.
    void say(std::span<const std::uint8_t> bytes, std::size_t piece = MemoryLink::kAll);
    void say(const control::Message& message);
    /// Everybody does what there is to do.
    void run();
    void pass(Milliseconds time);
    /// The intruder's connection breaks.
    void cut();

    /// MN `number` attaches now: its Reply leaves, and its packets find it.
    bool serves(int number);
    /// The anchor and the AR forward the address of this MN as they should.
    bool reaches(int number) const;
    /// The AR's operator has been told that two anchors want this prefix.
    bool disputed(const Prefix& prefix) const;

    WorldClock clock;
    Inventory inventory;
    MemoryForwarder anchor_kernel, ar_kernel;
    std::vector<Notice> notices;
    std::unique_ptr<AnchorNode> anchor;
    std::unique_ptr<AccessNode> ar;
    std::unique_ptr<GoodSource> source;
    /// By the intruder.
    std::string heard;

private:
    struct Intruder final : ConnectionUser {
        explicit Intruder(SessionWorld& owner) : world(owner) {}
        void received(std::span<const std::uint8_t> bytes) override {
            world.heard.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        }
        void drained() override {}
        void closed(const std::string&) override {}
        SessionWorld& world;
    };

    Intruder intruder_{*this};
    std::unique_ptr<MemoryLink> ar_link_, source_link_, bad_link_;
    std::size_t bad_end_ = 0;
};

/// A fuzzer's input as what the intruder does: steps of a kind, a length and octets.
class Script {
public:
    explicit Script(std::span<const std::uint8_t> input) : rest_(input) {}

    std::uint8_t octet();
    bool over() const { return rest_.empty(); }
    /// Says one message or some octets without a frame; sometimes time passes.
    void play_step(SessionWorld& world);

    /// The step that says this message, for seeds.
    static std::string step(const control::Message& message);

private:
    std::span<const std::uint8_t> rest_;
};

}  // namespace mobility::fuzz
