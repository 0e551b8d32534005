// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to a source, by the second of its anchors: each Reply that waits for it leaves once,
// and those that wait for the good anchor are not kept.
#include <cstdint>
#include <string>
#include <vector>

#include "tests/fuzz/core/session_world.h"
#include "tests/fuzz/require.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;

void fuzz(std::span<const std::uint8_t> input) {
    Script script(input);
    const auto choice = script.octet();
    SessionWorld world;
    world.begin();
    world.intrude(Victim::kSource, kRogue);
    if (choice & 0x40) world.say(acceptance());
    std::vector<HoldId> waiting;
    for (int number = 1; !script.over(); ++number) {
        if (number < 10) {
            const auto text = "2001:db8:b::" + std::to_string(number);
            waiting.push_back(world.source->attach(1, 10 + number, prefix(text)));
        }
        script.play_step(world);
    }
    require(world.serves(2), "the good anchor's Replies leave");
    world.pass(Milliseconds{101});
    for (const auto hold : waiting) {
        require(world.source->ends(hold) == 1, "each Hold ends once, at its limit at last");
    }
    world.cut();
    require(world.source->source().holds() == 0, "no Hold is left");
    require(world.reaches(1) && world.serves(3), "the good anchor is served when the bad is gone");
}

}  // namespace
}  // namespace mobility::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mobility::fuzz::fuzz({data, size});
    return 0;
}
