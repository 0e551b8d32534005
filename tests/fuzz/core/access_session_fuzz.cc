// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to an AR, by the second of its anchors: what the first wants stays (unless both want
// one prefix, which the operator is told), and its MNs are served afterwards.
#include <cstdint>
#include <string>

#include "core/wire.h"
#include "tests/fuzz/core/session_world.h"
#include "tests/fuzz/require.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;

void accept(SessionWorld& world) {
    auto message = acceptance();
    auto& reply = *message.mutable_associate_reply();
    reply.set_mode(control::TRANSPORT_SEG6);
    reply.set_tunnel_address(wire::bytes(address("2001:db8:f::2")));
    reply.set_reverse_tunnel(true);
    wire::write(prefix("2001:db8:b::/48"), *reply.add_prefixes());
    world.say(message);
}

void require_reached(const SessionWorld& world, int number, const char* what) {
    require(world.reaches(number) || world.disputed(home(number)), what);
}

void fuzz(std::span<const std::uint8_t> input) {
    Script script(input);
    const auto choice = script.octet();
    const bool accepted = choice & 0x40;
    const bool before_the_good = choice & 0x80;
    SessionWorld world;
    if (!before_the_good) world.begin();
    world.intrude(Victim::kAccess, kRogue);
    if (accepted) accept(world);
    while (!script.over()) script.play_step(world);
    if (!before_the_good) require_reached(world, 1, "what its anchor wants has not changed");
    // Who is there first may want the prefixes of the rest of this test as well.
    for (int number = 1; number <= 3; ++number) {
        if (world.ar_kernel.state().routes.contains(home(number)) && number > 1) return;
    }
    if (before_the_good && world.ar_kernel.state().routes.contains(home(1))) return;
    if (before_the_good) world.begin();
    require(world.serves(2), "its anchor is served");
    world.cut();
    world.pass(Milliseconds{100});
    require_reached(world, 1, "the end of a bad anchor changes nothing");
    require(world.serves(3), "its anchor is served when the bad one is gone");
}

}  // namespace
}  // namespace mobility::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mobility::fuzz::fuzz({data, size});
    return 0;
}
