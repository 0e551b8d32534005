// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Wraps MNs' messages as relay agents would and checks what comes back for them.
#include "dhcp-player/relay_link.h"

#include "dhcp-player/mutation.h"

namespace mobility::player {

RelayLink::RelayLink(std::string name, RelayPort& port, RelayPath path, RelayChain chain)
    : Link(std::move(name)), port_(port), path_(path), chain_(std::move(chain)) {
    port_.add(path_.source, *this);
}

Result<void> RelayLink::say(const Utterance& utterance) {
    if (utterance.mutation && chain_.size() > 1) {
        return Error{
            "mutations spoil a message behind one relay agent; expected a relay link "
            "without \"lower\""};
    }
    std::vector<std::uint8_t>& datagram = port_.next_datagram(path_, *this);
    ++counters_.sent;
    const auto written =
        write_relay_forward(chain_, utterance.mn, utterance.message, datagram, utterance.from);
    if (written && utterance.mutation) {
        datagram = mutate_relay_forward(*utterance.mutation, datagram);
    }
    return written;
}

bool RelayLink::take(Bytes datagram, Instant at, Inhabitants& inhabitants) {
    const auto answer = read_relay_reply(chain_, datagram);
    if (!answer) {
        return false;
    }
    hear(answer->message,
         chain_.front().peer_address ? std::nullopt : std::optional(answer->peer_address), at,
         inhabitants);
    return true;
}

void RelayLink::take_unknown(Bytes datagram, Instant at, Inhabitants& inhabitants) {
    ++counters_.malformed;
    counters_.latest_failure = read_relay_reply(chain_, datagram).error();
    if (const auto message = innermost_message(datagram)) {
        hear(*message, std::nullopt, at, inhabitants);
    }
}

void RelayLink::hear(Bytes message, std::optional<IpAddress> to, Instant at,
                     Inhabitants& inhabitants) {
    ++counters_.heard;
    const bool known = inhabitants.heard({.link = this, .to = to, .message = message, .at = at});
    counters_.unmatched += known ? 0 : 1;
}

void RelayLink::sending_failed(const std::string& why) {
    ++counters_.send_failures;
    counters_.latest_failure = why;
}

}  // namespace mobility::player
