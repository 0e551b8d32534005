// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any DHCPv4 message, as Kea has unpacked it, to the hook's readers: what they make of it an anchor
// can read, so that no client and no relay can end the hook's session; and what our relay attests
// of the same message is what the hook tells.
#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcp/dhcp4.h>
#include <dhcp/pkt4.h>
#include <exceptions/exceptions.h>

#include <algorithm>
#include <cstdint>
#include <span>

#include "core/wire.h"
#include "hooks/dhcp4/refused_lease.h"
#include "hooks/dhcp4/server_identifier.h"
#include "hooks/dhcp4/translation.h"
#include "relay-agent/dhcp4_exchange.h"
#include "tests/fuzz/require.h"

namespace mobility::dhcp4 {
namespace {

using isc::dhcp::Lease4;
using isc::dhcp::Pkt4;

constexpr Instant kNow{std::chrono::hours{1000}};
const isc::asiolink::IOAddress kRelay("192.0.2.1");

Domain make_domain() {
    HookParameters parameters;
    parameters.anchors = {{"anchor.example", {}, {*Prefix::parse("10.0.0.0/8")}}};
    return Domain(parameters);
}

/// What Kea would write for this client.
isc::dhcp::Lease4Ptr lease_of(Pkt4& query) {
    const auto made = boost::make_shared<Lease4>();
    made->addr_ = isc::asiolink::IOAddress("10.0.0.7");
    made->hwaddr_ = query.getHWAddr();
    made->valid_lft_ = 3600;
    made->state_ = Lease4::STATE_DEFAULT;
    const auto identifier = query.getOption(isc::dhcp::DHO_DHCP_CLIENT_IDENTIFIER);
    if (identifier && identifier->getData().size() >= isc::dhcp::ClientId::MIN_CLIENT_ID_LEN) {
        made->client_id_.reset(new isc::dhcp::ClientId(identifier->getData()));
    }
    return made;
}

/// Of a message that our relay would not read nothing is attested.
void require_attested(const Attached& told, std::span<const std::uint8_t> message) {
    const auto exchanges = dhcp4_exchanges_in(message);
    const auto same = [&](const RelayedExchange& exchange) {
        auto attachment = told.attachment;
        attachment.relay_source = IpAddress();
        return exchange.mn == told.mn && exchange.attachment == attachment &&
               exchange.order.transaction == told.order.transaction &&
               exchange.order.elapsed == told.order.elapsed;
    };
    require(exchanges.empty() || std::ranges::any_of(exchanges, same),
            "the relay attests what the hook tells");
}

void fuzz(Pkt4& query, std::span<const std::uint8_t> octets) {
    require(order_of(query, kNow).elapsed <= Milliseconds{60'000}, "secs are capped");
    const auto where = attachment_of(query);
    require(!where || !query.getGiaddr().isV4Zero(), "only relays say where somebody is");
    static const Domain domain = make_domain();
    const auto lease = lease_of(query);
    const auto changes = changes_of(query, {lease}, {lease}, domain, kNow);
    if (changes.attached) {
        control::MnAddressSetup message;
        wire::write(*changes.attached, kNow, message);
        const auto read = wire::read(message, kNow);
        require(bool(read), "an anchor can read what the hook tells of a message");
        require(read->mn == changes.attached->mn && read->attachment == *where,
                "and reads what the hook meant");
        require_attested(*changes.attached, octets);
    }
    for (const auto& event : changes.detached) {
        control::MnAddressRemove message;
        wire::write(event, message);
        require(bool(wire::read(message)), "an anchor can read what the hook tells of an end");
    }
    Pkt4 reply(isc::dhcp::DHCPACK, query.getTransid());
    set_server_identifier(query, reply);
    reply.pack();
    set_refused(query, {prefix_of(*lease), Refusal::kOverIpAddressLimit, "it has 8"});
    require(query.getYiaddr().isV4Zero() && query.getType() == isc::dhcp::DHCPNAK,
            "a refusal grants nothing");
}

}  // namespace
}  // namespace mobility::dhcp4

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility::dhcp4;
    if (size < Pkt4::DHCPV4_PKT_HDR_LEN || size > 65'507) return 0;
    try {
        Pkt4 query(data, size);
        query.setRemoteAddr(kRelay);
        query.unpack();
        query.getType();
        fuzz(query, {data, size});
    } catch (const isc::Exception&) {
        return 0;  // Kea drops it
    }
    return 0;
}
