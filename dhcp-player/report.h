// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Results as JSON, in the words of README.md.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include "dhcp-player/exchange.h"
#include "dhcp-player/link.h"
#include "dhcp-player/mobile_node.h"
#include "dhcp-player/player.h"
#include "dhcp-player/series.h"

namespace mobility::player {

using Json = nlohmann::ordered_json;

Json report(const Outcome& outcome, const MobileNode& mn);
Json report(const SeriesResult& result);
Json report(const MobileNode& mn);
/// [[mn, prefix, link], …] of all leases of these MNs.
Json report_leases(const Player& player, MnNumber first, std::uint32_t count);
Json report_counters(const Player& player);
/// [{number, name, what, spoils}, …]
Json report_mutations();

}  // namespace mobility::player
