// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One peer of an anchor: private to AnchorSessions.
#pragma once

#include <algorithm>

#include "core/anchor_sessions.h"
#include "core/one_line.h"
#include "core/wire.h"

namespace mobility {

/// One session, and when it is an AR's, the stream of its records.
class AnchorSessions::Peer final : public RecordStreamEnds {
public:
    Peer(AnchorSessions& sessions, Connection& connection)
        : session(connection, sessions, sessions.timers_, sessions.clock_.now().now),
          sessions_(sessions) {}

    std::optional<BindingRecord> record(const Prefix& prefix) const override {
        return sessions_.anchor_.record(*ar, prefix, sessions_.clock_.now().now);
    }
    std::vector<Prefix> in_bucket(std::size_t bucket) const override {
        return sessions_.anchor_.records_at(*ar, bucket);
    }
    void send_begin(const Buckets& buckets) override {
        control::Message message;
        wire::write(buckets, *message.mutable_full_state_begin());
        session.send(message);
    }
    void send_end() override {
        control::Message message;
        message.mutable_full_state_end();
        session.send(message);
    }
    void send_records(std::uint64_t number, const std::vector<BindingRecord>& records) override {
        control::Message message;
        message.set_number(number);
        auto& setup = *message.mutable_routing_setup();
        for (const auto& each : records) wire::write(each, *setup.add_records());
        session.send(message);
    }
    void send_removals(std::uint64_t number, const std::vector<Prefix>& prefixes) override {
        // Moved away and ended are different messages; one number serves both, so a mixed batch is
        // said as moves: the receiver does the same, and only the lingering reverse path differs.
        control::Message message;
        message.set_number(number);
        const bool ended = std::none_of(prefixes.begin(), prefixes.end(), [&](const Prefix& each) {
            return sessions_.anchor_.bound(each);
        });
        const auto linger = sessions_.anchor_.settings().linger;
        if (!ended) {
            message.mutable_location_deregistration()->set_linger_ms(
                static_cast<std::uint32_t>(linger.count()));
        }
        for (const auto& each : prefixes) {
            wire::write(each, ended ? *message.mutable_routing_remove()->add_prefixes()
                                    : *message.mutable_location_deregistration()->add_prefixes());
        }
        session.send(message);
    }
    bool congested() const override { return session.congested(); }
    /// Until then an AR that restarted with this anchor keeps what its kernel has.
    bool complete() const override { return sessions_.listed_; }

    bool associated() const { return ar || domain || authority; }
    /// For the operator.
    std::string text() const { return identity + " from " + address; }
    std::string certificate_text() const {
        const auto& names = certificate->first;
        if (names.empty()) return "certificate without a name";
        return "certificate of " + one_line(names.front()) +
               (names.size() > 1 ? " and " + std::to_string(names.size() - 1) + " others" : "");
    }

    Session session;
    std::map<std::vector<std::string>, std::size_t>::iterator certificate;  ///< in certificates_
    std::string identity = "not associated";
    std::string address;
    ProtocolOffer agreed;
    std::optional<NodeId> ar;
    std::optional<DomainId> domain;
    bool authority = false;
    bool refused = false;                ///< the operator knows why it has no session
    bool listing = false;                ///< an authority's list has begun
    bool has_listed = false;             ///< of a source: all that it had to tell it has told
    Buckets differing = Buckets::all();  ///< of an AR: what its digest and ours do not share
    RecordStream stream{*this};

private:
    AnchorSessions& sessions_;
};

}  // namespace mobility
