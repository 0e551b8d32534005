// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Makes links of their definitions, with real sockets.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "dhcp-player/player.h"
#include "dhcp-player/relay_port.h"
#include "dhcp-player/request.h"

namespace mobility::player {

/// Owns the relay ports, which relay links share; the Player must not run without it.
class LinkOpener {
public:
    /// `opened` is told of each new port.
    LinkOpener(Player& player, std::function<void(Port&)> opened)
        : player_(player), opened_(std::move(opened)) {}

    /// Both throw std::runtime_error with the reason, and leave everything as it was.
    void open(const AccessLinkRequest& request);
    void open(const RelayLinkRequest& request);

private:
    void check_name(const std::string& name) const;
    RelayPort& port_for(const RelayLinkRequest& request);

    Player& player_;
    std::function<void(Port&)> opened_;
    /// By namespace ("" is the program's own) and UDP port.
    std::map<std::pair<std::string, std::uint16_t>, std::unique_ptr<RelayPort>> ports_;
};

}  // namespace mobility::player
