// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to an anchor, by a stranger, by another AR of the domain, by another source or by an
// authority: what the
// good peers have agreed on stays, and they are served afterwards.
#include <cstdint>
#include <string>

#include "core/wire.h"
#include "tests/fuzz/core/session_world.h"
#include "tests/fuzz/require.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;

enum class Says : std::uint8_t { kNothing, kAccess, kSource, kAuthority };

const std::string kAaa = "aaa.example";

/// A good beginning, so that what follows is read by the part that it is meant for.
void associate(SessionWorld& world, Says as) {
    control::Message message;
    auto& request = *message.mutable_associate();
    write(ProtocolOffer{}, request);
    if (as == Says::kAccess) {
        request.set_identity(ar_name(2));
        request.set_role(control::ROLE_ACCESS);
        request.set_tunnel_address(wire::bytes(ar_claim(2).tunnel_address));
        request.add_modes(control::TRANSPORT_SEG6);
    } else if (as == Says::kAuthority) {
        request.set_identity(kAaa);
        request.set_role(control::ROLE_AUTHORITY);
    } else {
        request.set_identity("kea2.example");
        request.set_role(control::ROLE_SOURCE);
        request.set_lease_domain(kOtherDomain);
        wire::write(source_claims()[1].prefixes[0], *request.add_prefixes());
    }
    world.say(message);
}

/// The good MNs are served by the file's word; no authority can take that back.
void need_authorisation(SessionWorld& world) {
    MnPolicy mns;
    mns.authorized = {mn(1), mn(2), mn(3)};
    mns.authorities = {kAaa};
    require(bool(world.inventory.replace({ar_claim(1), ar_claim(2), ar_claim(3)}, source_claims(),
                                         std::move(mns))),
            "the inventory is good");
    world.anchor->inventory_changed();
}

void fuzz(std::span<const std::uint8_t> input) {
    Script script(input);
    const auto choice = script.octet();
    const auto as = static_cast<Says>((choice & 0x3f) % 4);
    const bool associated = as != Says::kNothing && choice & 0x40;
    const bool before_the_good = choice & 0x80;
    SessionWorld world;
    if (as == Says::kAuthority) need_authorisation(world);
    if (!before_the_good) world.begin();
    world.intrude(Victim::kAnchor, as == Says::kNothing     ? "stranger.example"
                                   : as == Says::kAccess    ? ar_name(2)
                                   : as == Says::kAuthority ? kAaa
                                                            : "kea2.example");
    if (associated) associate(world, as);
    while (!script.over()) script.play_step(world);
    if (before_the_good) world.begin();
    require(world.reaches(1), "what was bound by good peers has not changed");
    require(world.serves(2), "good peers are served");
    world.cut();
    world.pass(Milliseconds{100});
    require(world.reaches(1) && world.reaches(2), "the end of a bad peer changes nothing");
    require(world.anchor->sessions().states().size() == 2, "nothing of it is left");
    require(world.serves(3), "good peers are served when it is gone");
}

}  // namespace
}  // namespace mobility::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    mobility::fuzz::fuzz({data, size});
    return 0;
}
