// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any line as a command of the player: it is read, or a ConfigError says why not; and an exchange
// that was read is played and comes to its end.
#include <cstdint>
#include <memory>
#include <string>

#include "daemon/config_file.h"
#include "dhcp-player/player.h"
#include "dhcp-player/request.h"
#include "dhcp-wire/dhcp6_message.h"
#include "tests/fuzz/require.h"

namespace mobility::player {
namespace {

/// Nobody is behind it.
class DeafLink final : public Link {
public:
    using Link::Link;
    Result<void> say(const Utterance& utterance) override {
        require(bool(parse_dhcp6_message(utterance.message)), "what is said is a message");
        return {};
    }
    void announce(const Identity&) override {}
};

void play(const ConfigValue& line, Player& player) {
    const auto request = read_play(line, player);
    for (const auto& send : request.script.sends) require(send.link, "each sending has a link");
    int ended = 0;
    const Instant begin{std::chrono::hours{1}};
    if (!player.play(request.mn, request.script, begin, [&](const Outcome&) { ++ended; })) return;
    Instant now = begin;
    for (int step = 0; step < 5000 && !ended; ++step) {
        const auto due = player.agenda().next();
        require(bool(due), "an exchange that goes on has something to do");
        now = std::max(now, *due);
        player.agenda().run(now, 1000);
    }
    require(ended == 1, "an exchange ends once");
}

void fuzz(const std::string& text) {
    Player player(1);
    for (const char* const name : {"ar1", "ar2"}) {
        require(bool(player.add(std::make_unique<DeafLink>(name))), "there are links");
    }
    const auto file = ConfigFile::parse(text);
    const auto each = [&](auto read) {
        try {
            read(file.root());
        } catch (const ConfigError& error) {
            require(*error.what() != '\0', "a refusal has words");
        }
    };
    each([&](const ConfigValue& line) { play(line, player); });
    each([&](const ConfigValue& line) {
        const auto plan = read_batch(line, player);
        require(plan.exchanges > 0 && !plan.links.empty(), "a batch has something to do");
    });
    each([&](const ConfigValue& line) {
        const auto plan = read_load(line, player);
        require(plan.exchanges > 0 && plan.pace.count() > 0, "a load has a pace");
    });
    each([](const ConfigValue& line) { read_identity(line); });
    each([](const ConfigValue& line) { read_population(line); });
    each([](const ConfigValue& line) { read_access_link(line); });
    each([](const ConfigValue& line) {
        require(!read_relay_link(line).chain.empty(), "there is a relay agent");
    });
}

}  // namespace
}  // namespace mobility::player

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        mobility::player::fuzz({reinterpret_cast<const char*>(data), size});
    } catch (const mobility::ConfigError& error) {
        mobility::require(*error.what() != '\0', "a refusal has words");
    }
    return 0;
}
