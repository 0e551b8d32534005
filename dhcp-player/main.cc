// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// mobility-dhcp-player: the player behind standard input and output.
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <optional>
#include <random>
#include <string>
#include <string_view>

#include "dhcp-player/commands.h"
#include "dhcp-player/conversation.h"
#include "dhcp-player/event_loop.h"
#include "dhcp-player/link_opener.h"
#include "dhcp-player/player.h"

namespace mobility::player {
namespace {

constexpr const char* kHelp = R"(Usage: mobility-dhcp-player [--seed NUMBER]

Plays exact DHCPv6 exchanges as many mobile nodes (MNs) behind any access router, or as a relay
agent straight to a server. Reads commands as JSON, one a line, from standard input and answers
each with one line on standard output; ends when the input has ended and all is answered.

  --seed NUMBER   choose the same transaction-ids in each run
  --version       print the version
  --help          print this

A first conversation (lines without "id" are done one after the other):
  {"do": "access_link", "name": "ar1", "interface": "veth-ar1"}
  {"do": "attach", "mn": 17, "link": "ar1"}
  {"do": "confirm", "mn": 17, "link": "ar2"}
  {"do": "batch", "exchange": {"do": "confirm"}, "mns": {"first": 1, "count": 1000},
   "links": ["ar2"], "within_ms": 100}                                      (all on one line)
dhcp-player/README.md describes every command. Needs CAP_NET_RAW for access links, CAP_NET_ADMIN
for relay links and large receive buffers, CAP_SYS_ADMIN for "netns".
)";

void print_line(const std::string& line) {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

int talk(std::uint64_t seed) {
    Player player(seed);
    EventLoop loop(player);
    LinkOpener links(player, [&](Port& port) { loop.add(port); });
    Commands commands(player, links);
    Conversation conversation(commands, print_line);
    loop.watch_input(STDIN_FILENO, [&](Instant now) {
        std::array<char, 65536> text;
        const ssize_t size = read(STDIN_FILENO, text.data(), text.size());
        if (size > 0) {
            conversation.input({text.data(), static_cast<std::size_t>(size)}, now);
        } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
            loop.end_input();
            conversation.input_ended(now);
        }
    });
    loop.run([&] {
        conversation.carry_on(Instant::clock::now());
        return conversation.over();
    });
    return 0;
}

std::optional<std::uint64_t> read_seed(std::string_view text) {
    std::uint64_t seed = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), seed);
    return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? std::optional(seed)
                                                                           : std::nullopt;
}

int run(std::span<char* const> arguments) {
    std::optional<std::uint64_t> seed = std::random_device{}();
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string_view word = arguments[i];
        if (word == "--help" || word == "-h") {
            std::cout << kHelp;
            return 0;
        }
        if (word == "--version") {
            std::cout << "mobility-dhcp-player " MOBILITY_VERSION "\n";
            return 0;
        }
        if (word == "--seed" && i + 1 < arguments.size()) {
            seed = read_seed(arguments[++i]);
            if (seed) {
                continue;
            }
        }
        std::cerr << "mobility-dhcp-player: " << arguments[i] << ": expected --seed NUMBER, "
                  << "--version or --help\n";
        return 2;
    }
    return talk(*seed);
}

}  // namespace
}  // namespace mobility::player

int main(int argc, char** argv) {
    try {
        return mobility::player::run({argv, static_cast<std::size_t>(argc)});
    } catch (const std::exception& error) {
        std::cerr << "mobility-dhcp-player: " << error.what() << "\n";
        return 1;
    }
}
