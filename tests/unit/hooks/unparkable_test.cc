// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What becomes of a report whose query Kea cannot park, or another library has parked as well.
#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/data.h>
#include <dhcp/dhcp6.h>
#include <gtest/gtest.h>
#include <hooks/callout_manager.h>

#include <variant>

#include "examples.h"
#include "hooks/committed.h"
#include "packets.h"
#include "tests/unit/transport/certificates.h"

namespace mobility {
namespace {

using isc::data::Element;
using isc::hooks::CalloutHandle;

Configuration configuration(const TlsFiles& files) {
    const auto parameters = example_parameters();
    parameters->set("certificate-file", Element::create(files.certificate));
    parameters->set("key-file", Element::create(files.key));
    parameters->set("trust-anchor", Element::create(files.trust_anchor));
    const auto server = Element::fromJSON(R"({
        "hooks-libraries": [ { "library": "libdhcp_mobility.so" } ],
        "subnet6": [ { "id": 1, "subnet": "2001:db8:d000::/64" } ] })");
    return make_configuration(parameters, {Family::kIpv6, server}, "libdhcp_mobility.so");
}

class Unparkable : public ::testing::Test {
protected:
    void SetUp() override { running_.presence.set(0, true); }

    Attached event() const {
        const Attachment here{
            *IpAddress::parse("2001:db8::1"), *IpAddress::parse("2001:db8:a000::1"), "", {}, {}};
        return {mn_,
                here,
                {{1, *Prefix::parse("2001:db8:d000::5/128"), Seconds(3600)}},
                Proof::kCommit,
                {}};
    }

    const MnId mn_{"client"};
    testing::Certificates certificates_;
    Running running_{configuration(certificates_.files("DNS:kea.example")), true, [] {}};
};

/// libdhcp_ha.so before us, in a multi-threaded server, may have had its partner's answer and
/// unparked (or dropped) the query already; a DHCPv4 query that came inside DHCPv6 (RFC 7341) is
/// never parked. Then ParkingLot::reference() throws.
TEST_F(Unparkable, AQueryThatIsNotInTheLotIsToldAllTheSameAndHoldsNothing) {
    const auto query = relayed(DHCPV6_REQUEST);
    isc::hooks::ParkingLot lot;  // nothing is parked
    const auto reported = report(mn_, event(), running_, [&](HoldId) -> std::shared_ptr<HeldReply> {
        lot.reference(query);
        return nullptr;
    });
    EXPECT_EQ(reported, Reported::kUnheld);
    EXPECT_EQ(running_.in_flight.size(), 0u) << "it counts as held until the next reload";
    EXPECT_EQ(running_.counters.unheld_unparkable, 1u);
    EXPECT_EQ(running_.counters.attached, 1u);
    const auto letters = running_.service.mailbox().take().letters;
    ASSERT_EQ(letters.size(), 1u) << "the anchor is not told";
    const auto& letter = std::get<AttachedLetter>(letters[0]);
    EXPECT_EQ(letter.event.items, event().items);
    EXPECT_FALSE(letter.hold);
}

class LettingGo : public ::testing::Test {
protected:
    void SetUp() override {
        lot_->park(query_, [this] { ++left_; });
        handle_.setStatus(CalloutHandle::NEXT_STEP_CONTINUE);
        ours_.reference(query_);
    }

    const isc::dhcp::Pkt6Ptr query_ = relayed(DHCPV6_REQUEST);
    const isc::hooks::ParkingLotPtr lot_{new isc::hooks::ParkingLot};
    isc::hooks::ParkingLotHandle ours_{lot_};
    CalloutHandle handle_{
        boost::shared_ptr<isc::hooks::CalloutManager>(new isc::hooks::CalloutManager)};
    int left_ = 0;
};

TEST_F(LettingGo, OfAQueryThatNobodyElseParksLeavesItToKea) {
    let_go(handle_, ours_, query_);
    EXPECT_EQ(left_, 0);
    EXPECT_EQ(lot_->size(), 1u);
}

TEST_F(LettingGo, OfAQueryThatAnotherLibraryHasLetGoMeanwhileSendsItsReply) {
    lot_->reference(query_);  // the other's
    handle_.setStatus(CalloutHandle::NEXT_STEP_PARK);
    lot_->unpark(query_);
    EXPECT_EQ(left_, 0) << "ours is left";
    let_go(handle_, ours_, query_);
    EXPECT_EQ(left_, 1) << "it is parked for ever";
    EXPECT_EQ(lot_->size(), 0u);
}

TEST_F(LettingGo, OfAQueryThatAnotherLibraryStillHoldsLeavesItThere) {
    lot_->reference(query_);
    handle_.setStatus(CalloutHandle::NEXT_STEP_PARK);
    let_go(handle_, ours_, query_);
    EXPECT_EQ(left_, 0);
    lot_->unpark(query_);
    EXPECT_EQ(left_, 1);
}

}  // namespace
}  // namespace mobility
