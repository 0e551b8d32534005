// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A gate before an Anchor: a source that says, and ARs that attest.
#pragma once

#include "core/attestation.h"
#include "tests/unit/core/anchor_world.h"

namespace mobility::example {

class AttestationTest : public AnchorTest {
protected:
    AttestationTest() {
        for (const int each : {1, 2}) gate.ar_came(ar(each), true, moment());
    }
    void nobody_attests() {
        for (const int each : {1, 2}) gate.ar_gone(ar(each));
    }
    Attached event(int at, int number, std::uint32_t transaction) const {
        Attached made;
        made.mn = mn(number);
        made.attachment = attachment(at, number);
        made.items = {{1, home(number), Seconds{60}}};
        made.order = {transaction, Milliseconds{10}, now};
        return made;
    }
    static RelayedExchange as_relayed(const Attached& event) {
        RelayedExchange exchange{event.mn, event.attachment, event.order};
        exchange.attachment.relay_source = IpAddress();
        return exchange;
    }
    void hear(const Attached& event) { gate.attached(domain(), ++said, event, moment()); }
    void relay(int at, const Attached& event) { gate.relayed(ar(at), as_relayed(event), moment()); }
    void wait(Milliseconds time) {
        now += time;
        gate.tick(moment());
    }
    bool placed(int number, int at) const {
        const auto* binding = anchor->bindings().find(home(number));
        return binding && binding->where && binding->where->ar == ar(at);
    }

    AttestationGate gate{*anchor, AttestationPolicy::kPreferred};
    std::uint64_t said = 0;
};

}  // namespace mobility::example
