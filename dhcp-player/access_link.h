// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The access link of one AR with all MNs that are played there, each with its own MAC.
#pragma once

#include <memory>

#include "dhcp-player/frame_device.h"
#include "dhcp-player/link.h"
#include "dhcp-player/packet.h"

namespace mobility::player {

/// Speaks as each MN from its link-local address and MAC; answers Neighbour Solicitations for
/// addresses of MNs that are here, so that the AR can send them its Replies and packets; answers
/// echo requests to their leased addresses and reports every packet for those.
class AccessLink : public Link, public Port {
public:
    AccessLink(std::string name, std::unique_ptr<FrameDevice> device);

    Result<void> say(const Utterance& utterance) override;
    void announce(const Identity& mn) override;

    int fd() const override { return device_->fd(); }
    std::size_t receive(Inhabitants& inhabitants) override;
    void flush() override;

private:
    void take(const ReceivedFrame& frame, Inhabitants& inhabitants);
    void take_udp(const Packet& packet, const ReceivedFrame& frame, Inhabitants& inhabitants);
    void take_icmp6(const Packet& packet, const ReceivedFrame& frame, Inhabitants& inhabitants);
    void malformed(const std::string& why);

    std::unique_ptr<FrameDevice> device_;
};

}  // namespace mobility::player
