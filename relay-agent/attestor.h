// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Tells the route agent beside this relay what has been relayed, so that an anchor can tell a
// Relay-forward of this relay from one that somebody else sends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/mobility_event.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_options.h"
#include "relay-agent/descriptor.h"

namespace mobility {

/// What a server reads in this Relay-forward: the innermost global link-address with the
/// Interface-ID and client link-layer address beside it, the innermost peer-address, and the
/// client's message. Nothing where that says nothing about mobility.
std::optional<RelayedExchange> exchange_in(Bytes relay_forward);

/// Never blocks, and waits for no answer: what is lost is made good by the client's retransmission.
class Attestor {
public:
    /// `path`: the route agent's attestation-socket, which need not exist yet; empty: nobody is to
    /// be told, and there is none.
    static Result<std::optional<Attestor>> open(const std::string& path);

    /// False: the route agent does not listen, or its queue is full.
    bool attest(Bytes relay_forward);
    bool attest(const RelayedExchange& exchange);
    const std::string& path() const { return path_; }

private:
    Attestor(Descriptor socket, std::string path);

    Descriptor socket_;
    std::string path_;
};

}  // namespace mobility
