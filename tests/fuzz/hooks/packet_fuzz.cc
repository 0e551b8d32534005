// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any DHCPv6 message, as Kea has unpacked it, to the hook's readers: what they make of it an anchor
// can read, so that no client and no relay can end the hook's session.
#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/dhcp6.h>
#include <dhcp/pkt6.h>
#include <exceptions/exceptions.h>

#include <cstdint>
#include <memory>

#include "core/wire.h"
#include "hooks/dhcp6/confirm.h"
#include "hooks/dhcp6/registration.h"
#include "hooks/dhcp6/translation.h"
#include "tests/fuzz/require.h"

namespace mobility::dhcp6 {
namespace {

using isc::dhcp::Lease6;
using isc::dhcp::Pkt6;

constexpr Instant kNow{std::chrono::hours{1000}};
const isc::asiolink::IOAddress kRelay("2001:db8:c::a:1");

Domain make_domain() {
    HookParameters parameters;
    parameters.anchors = {{"anchor.example", {}, {*Prefix::parse("2001:db8::/32")}}};
    return Domain(parameters);
}

void require_readable(const Attached& event) {
    control::MnAddressSetup message;
    wire::write(event, kNow, message);
    const auto read = wire::read(message, kNow);
    require(bool(read), "an anchor can read what the hook tells of a message");
    require(read->mn == event.mn && read->attachment == event.attachment,
            "and reads what the hook meant");
}

/// This client's lease of an address or prefix.
isc::dhcp::Lease6Ptr lease(const Pkt6& query, Lease6::Type type,
                           const isc::asiolink::IOAddress& address) {
    const auto made = boost::make_shared<Lease6>();
    made->type_ = type;
    made->addr_ = address;
    made->prefixlen_ = type == Lease6::TYPE_PD ? 64 : 128;
    made->duid_ = query.getClientId();
    made->valid_lft_ = 3600;
    made->cltt_ = 1000;
    made->state_ = Lease6::STATE_DEFAULT;
    return made;
}

/// Whatever is registered is an address of the link, and what the anchor hears is that.
void fuzz_registration(const Pkt6& query, const Domain& domain) {
    static const isc::dhcp::Subnet6 subnet(isc::asiolink::IOAddress("2001:db8::"), 64, 900, 1440,
                                           1800, 3600, 1);
    const auto registration = read_registration(query);
    const auto where = attachment_of(query);
    if (!registration || !where) return;
    const auto finding =
        judge_registration(*registration, domain, {subnet, nullptr, false, false}, 2000);
    if (finding.verdict == RegistrationVerdict::kInappropriate) return;
    require(subnet.inRange(kea_address(registration->address)), "it lies in the subnet");
    require(registration->address == where->link_local, "and the client speaks from it");
    const auto row = row_of(*registration, subnet.getID(), 2000);
    require(is_registered(*row) && mn_of(*row) == registration->mn, "its row is its client's");
    const Item item{kRegisteredIaid, *prefix_of(*row), Seconds(registration->valid)};
    require_readable({registration->mn, *where, {item}, Proof::kCommit, order_of(query, kNow)});
}

void fuzz(Pkt6& query) {
    asks_for_registration(query);
    const auto order = order_of(query, kNow);
    require(order.elapsed <= Milliseconds{60'000}, "Elapsed Time is capped");
    const auto where = attachment_of(query);
    require(!where || !query.relay_info_.empty(), "only relays say where somebody is");
    static const Domain domain = make_domain();
    const auto host = lease(query, Lease6::TYPE_NA, isc::asiolink::IOAddress("2001:db8::7"));
    const auto changes = changes_of(query, {host}, {host}, domain, kNow);
    if (changes.attached) require_readable(*changes.attached);
    for (const auto& event : changes.detached) {
        control::MnAddressRemove message;
        wire::write(event, message);
        require(bool(wire::read(message)), "an anchor can read what the hook tells of an end");
    }
    fuzz_registration(query, domain);
    const auto finding = judge_confirm(
        query, domain, [&](auto type, const auto& address) { return lease(query, type, address); },
        2000);
    if (finding.verdict != ConfirmVerdict::kHeld || !where || !mn_of(query)) return;
    require_readable({*mn_of(query), *where, finding.items, Proof::kLookup, order});
}

}  // namespace
}  // namespace mobility::dhcp6

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility::dhcp6;
    if (size == 0 || size > 65'507) return 0;
    Pkt6 query(data, static_cast<std::uint32_t>(size));
    query.setRemoteAddr(kRelay);
    try {
        query.unpack();
    } catch (const isc::Exception&) {
        return 0;  // Kea drops it
    }
    fuzz(query);
    return 0;
}
