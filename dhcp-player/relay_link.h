// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Speaking as a relay agent, straight to the server: any source, any header, any option.
#pragma once

#include "dhcp-player/link.h"
#include "dhcp-player/relay_forward.h"
#include "dhcp-player/relay_port.h"

namespace mobility::player {

/// One relay agent, or a chain of them, as the server sees it. An MN is "on" it like on an access
/// link, but nothing else than DHCPv6 reaches it there.
class RelayLink : public Link, public RelayEnd {
public:
    RelayLink(std::string name, RelayPort& port, RelayPath path, RelayChain chain);

    Result<void> say(const Utterance& utterance) override;
    void announce(const Identity&) override {}

    bool take(Bytes datagram, Instant at, Inhabitants& inhabitants) override;
    /// Its answer is heard all the same: what was sent may have been spoiled on purpose.
    void take_unknown(Bytes datagram, Instant at, Inhabitants& inhabitants) override;
    void sending_failed(const std::string& why) override;

private:
    void hear(Bytes message, std::optional<IpAddress> to, Instant at, Inhabitants& inhabitants);

    RelayPort& port_;
    RelayPath path_;
    RelayChain chain_;
};

}  // namespace mobility::player
