// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Tells the route agent beside this relay what has been relayed, so that an anchor can tell a
// Relay-forward of this relay from one that somebody else sends.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/instant.h"
#include "core/mobility_event.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_options.h"
#include "relay-agent/descriptor.h"

namespace mobility {

/// What a server reads in this Relay-forward: the innermost global link-address with the
/// Interface-ID and client link-layer address beside it, the innermost peer-address, and the
/// client's message. Nothing where that says nothing about mobility.
std::optional<RelayedExchange> exchange_in(Bytes relay_forward);

/// Never blocks, and waits for no answer. What the route agent cannot take at once waits here in
/// its order: the kernel's queue between them holds ten datagrams, and the agent may be restarted.
class Attestor {
public:
    /// `path`: the route agent's attestation-socket, which need not exist yet; empty: nobody is to
    /// be told, and there is none.
    static Result<std::shared_ptr<Attestor>> open(const std::string& path);

    /// False: the route agent does not listen, or something that waited was given up.
    bool attest(Bytes relay_forward, Instant now);
    bool attest(const RelayedExchange& exchange, Instant now);
    /// What waits, as far as the route agent takes it; likewise. To be called while busy() when
    /// `descriptor` is writable, and now and then, as nothing tells that an agent has come.
    bool tell(Instant now);

    int descriptor() const { return socket_.get(); }
    /// The route agent listens, and has taken less than there is.
    bool busy() const { return busy_; }
    const std::string& path() const { return path_; }
    std::size_t waiting() const { return waiting_.size(); }

    static constexpr std::size_t kMost = 10'000;
    static constexpr std::size_t kMostOctets = 4 << 20;
    /// An anchor that is told of an exchange later believes nothing of it, nor of its copies.
    static constexpr Milliseconds kLongest{30'000};

private:
    struct Word {
        Instant since;
        std::string datagram;
    };
    enum class Sent : std::uint8_t { kTaken, kBusy, kNobodyListens };

    Attestor(Descriptor socket, std::string path);
    bool connect();
    Sent send(const std::string& datagram);
    bool give_up(Instant now);
    void drop_first();

    Descriptor socket_;
    std::string path_;
    bool connected_ = false;
    bool busy_ = false;
    std::deque<Word> waiting_;
    std::size_t octets_ = 0;
};

}  // namespace mobility
