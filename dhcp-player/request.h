// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads what a line of input asks for. Whatever is not as README.md says is a ConfigError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "daemon/config_value.h"
#include "dhcp-player/exchange.h"
#include "dhcp-player/identity.h"
#include "dhcp-player/player.h"
#include "dhcp-player/relay_forward.h"
#include "dhcp-player/relay_port.h"
#include "dhcp-player/series.h"

namespace mobility::player {

/// The messages of an exchange by the name of its command ("attach", "confirm", …), empty when
/// there is no such exchange.
std::vector<Dhcp6MessageType> messages_of(const std::string& exchange);

MnNumber read_mn(const ConfigValue& value);
Link* read_link(const ConfigValue& value, const Player& player);
std::vector<std::uint8_t> read_hex(const ConfigValue& value);
MacAddress read_mac(const ConfigValue& value);

/// {"first": 1, "count": 1000}
struct MnRange {
    MnNumber first = 0;
    std::uint32_t count = 0;
};
MnRange read_mns(const ConfigValue& value);

struct PlayRequest {
    MnNumber mn = 0;
    Script script;
};
/// A line that is an exchange of one MN, e.g. {"do": "confirm", "mn": 1, "link": "ar2"}.
PlayRequest read_play(const ConfigValue& line, const Player& player);
/// A line that is many of them: {"do": "batch", …}.
SeriesPlan read_batch(const ConfigValue& line, const Player& player);
/// {"do": "load", …}
SeriesPlan read_load(const ConfigValue& line, const Player& player);

struct MnRequest {
    MnNumber mn = 0;
    Identity identity;
    std::vector<Dhcp6OptionCode> kinds;
};
/// {"do": "mn", …}: who an MN is.
MnRequest read_identity(const ConfigValue& line);

/// {"do": "population", "hosts": 300, "kinds": ["na", "pd"]}
Population read_population(const ConfigValue& line);

struct AccessLinkRequest {
    std::string name;
    std::string interface;
    std::optional<std::string> netns;
    bool data = true;
};
AccessLinkRequest read_access_link(const ConfigValue& line);

struct RelayLinkRequest {
    std::string name;
    std::optional<std::string> netns;
    std::uint16_t port = 547;
    RelayPath path;
    RelayChain chain;
};
RelayLinkRequest read_relay_link(const ConfigValue& line);

}  // namespace mobility::player
