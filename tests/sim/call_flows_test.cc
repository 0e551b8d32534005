// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The call flows of the NETLMM overview (design-team protocol, 2006), message by message. Numbers
// are those of its steps; MAG is an AR here, LMA an anchor, and the DHCP server's part is a source.
#include "core/wire.h"
#include "tests/sim/message_record.h"
#include "tests/sim/scenario.h"

namespace mobility::sim {
namespace {

using Lines = MessageRecord::Lines;

/// What must come in this order; several chains are independent of each other.
::testing::AssertionResult consists_of(const Lines& found, const std::vector<Lines>& chains) {
    const auto shown = [&] {
        auto failure = ::testing::AssertionFailure() << "what flowed:";
        for (const auto& each : found) failure << "\n  " << each;
        return failure << "\n";
    };
    Lines all;
    for (const auto& chain : chains) {
        auto from = found.begin();
        for (const auto& each : chain) {
            from = std::find(from, found.end(), each);
            if (from == found.end()) return shown() << "without, in its place: " << each;
            ++from;
        }
        all.insert(all.end(), chain.begin(), chain.end());
    }
    auto sorted = found;
    std::sort(sorted.begin(), sorted.end());
    std::sort(all.begin(), all.end());
    if (sorted != all) return shown() << "more than expected";
    return ::testing::AssertionSuccess();
}

/// MN 0 has its lease from kea0; its addresses are anchor0's.
class CallFlow : protected MessageRecord, public Scenario {
protected:
    explicit CallFlow(const Limits& limits = {})
        : Scenario({.mobile_nodes = 2, .with_delegated = 0}, [&](Simulation& prepared) {
              watch(prepared);
              prepared.limited = limits.addresses_per_mn > 0;
              for (auto& anchor : prepared.anchors) anchor->settings.limits = limits;
          }) {
        start_ = take_lines();
    }
    Lines flow_of(const std::function<void()>& what, Duration time = Milliseconds{100}) {
        take_lines();
        what();
        pass(time);
        return take_lines();
    }
    void attach_at(std::size_t ar) {
        attached(0, ar);
        take_lines();
    }
    AccessHost& ar(std::size_t number) { return *world.access_routers[number]; }
    /// Somebody at this AR knows that; its agent tells its anchor.
    std::size_t gone_from(std::size_t number, const Prefix& prefix) {
        const auto gone =
            ar(number).node->gone([&](const BindingRecord& each) { return each.prefix == prefix; });
        ar(number).wake();
        return gone.told;
    }
    /// An address that the MN has made itself, told to the server.
    DhcpMessage registration(std::size_t number) {
        auto made = message(mn, Type::kRequest, 1, static_cast<std::uint32_t>(number));
        made.prefixes = {self_made(number)};
        return made;
    }
    static Prefix self_made(std::size_t number) { return plan::home(0, 0, 0x1000 + number); }
    static Prefix first_of(const google::protobuf::RepeatedPtrField<control::Prefix>& prefixes) {
        const auto read = wire::read(prefixes);
        EXPECT_TRUE(read && read->size() == 1);
        return read && !read->empty() ? read->front() : Prefix{};
    }

    Lines start_;
    MobileNode& mn = *world.mobile_nodes[0];
};

const Lines kOldArLoses{"anchor0 -> ar0: Location Deregistration", "ar0 -",
                        "ar0 -> anchor0: Location Deregistration Ack: installed"};

TEST_F(CallFlow, InitialNetworkAccessAnArAssociatesAndBothSayWhatTheyHave) {
    Lines of_ar;
    std::copy_if(start_.begin(), start_.end(), std::back_inserter(of_ar), [](const auto& line) {
        return line.starts_with("ar1 -> anchor0") || line.starts_with("anchor0 -> ar1");
    });
    EXPECT_TRUE(consists_of(of_ar, {{
                                       "ar1 -> anchor0: Associate Request",           // 4
                                       "anchor0 -> ar1: Associate Reply: installed",  // 5
                                       "ar1 -> anchor0: State Digest",  // 6, of all MNs
                                       "anchor0 -> ar1: State Digest",  // 7
                                       "ar1 -> anchor0: Full State Begin",
                                       "ar1 -> anchor0: Full State End",
                                       "anchor0 -> ar1: Full State Begin",
                                       "anchor0 -> ar1: Full State End",
                                   }}));
    const auto& asked = last("ar1 -> anchor0: Associate Request").associate();
    EXPECT_EQ(asked.identity(), "ar1.example");
    EXPECT_EQ(asked.modes().at(0), control::TRANSPORT_SEG6);
    const auto& agreed = last("anchor0 -> ar1: Associate Reply: installed").associate_reply();
    EXPECT_EQ(agreed.identity(), "anchor0.example");
    EXPECT_EQ(agreed.mode(), control::TRANSPORT_SEG6);
    EXPECT_TRUE(agreed.reverse_tunnel());
    EXPECT_EQ(first_of(agreed.prefixes()), plan::owned(0));
}

TEST_F(CallFlow, InitialNetworkAccessOfAnMnThatIsNotAllocatedServiceEndsAtTheAnchor) {
    MnPolicy nobody;  // 1, 2: the list of authorised MNs is the allocation
    nobody.authorized.emplace();
    const auto replaced =
        anchor_of(plan::owned(0))
            .inventory.replace({plan::ar_claim(0), plan::ar_claim(1), plan::ar_claim(2)},
                               {plan::source_claim(0, 2), plan::source_claim(1, 2)}, nobody);
    ASSERT_TRUE(replaced);
    const auto flow = flow_of([&] {
        mn.move(1, 0, OnMove::kMute);
        mn.start();
    });
    EXPECT_TRUE(consists_of(flow, {{"Solicit", "kea0 -> anchor0: MN Address Setup",
                                    "anchor0 -> kea0: MN Address Setup Ack: unauthorized mn"}}));
    world.servers[0]->remove_all_leases();
    pass(Milliseconds{100});
}

TEST_F(CallFlow, StatefulAddressAssignmentViaDhcp) {
    mn.rapid_commit = false;
    mn.move(1, 0, OnMove::kMute);
    const auto flow = flow_of([&] { mn.start(); });
    EXPECT_TRUE(consists_of(flow, {{
                                      "Solicit", "Advertise", "Request",    // 1 - 3
                                      "kea0 -> anchor0: MN Address Setup",  // 4
                                      "anchor0 -> ar1: Routing Setup", "ar1 +",
                                      "ar1 -> anchor0: Routing Setup Ack: installed", "anchor0 +",
                                      "anchor0 -> kea0: MN Address Setup Ack: installed",  // 5
                                      "Reply",                                             // 6
                                  }}));
    const auto& told = last("kea0 -> anchor0: MN Address Setup").mn_address_setup();
    EXPECT_EQ(told.mn_id(), plan::mn(0).bytes);
    const auto& record = last("anchor0 -> ar1: Routing Setup").routing_setup().records(0);
    EXPECT_EQ(record.mn_id(), plan::mn(0).bytes);
    EXPECT_EQ(*wire::read(record.prefix()), home(mn));
    EXPECT_GT(record.sequence(), 0u) << "the overview's Routing Tag";
}

TEST_F(CallFlow, StatelessAddressAutoconfigurationTheMnRegistersTheAddressThatItMade) {
    mn.move(1, 0, OnMove::kMute);
    const auto flow = flow_of([&] { deliver(registration(1)); });
    EXPECT_TRUE(consists_of(flow, {{
                                      "kea0 -> anchor0: MN Address Setup",  // 2
                                      "anchor0 -> ar1: Routing Setup",
                                      "ar1 +",
                                      "ar1 -> anchor0: Routing Setup Ack: installed",
                                      "anchor0 +",
                                      "anchor0 -> kea0: MN Address Setup Ack: installed",  // 3
                                      "Reply",
                                  }}));
    EXPECT_EQ(anchor_sends_to(self_made(1)), 1);
}

class CallFlowWithALimit : public CallFlow {
protected:
    explicit CallFlowWithALimit(OverLimit over = OverLimit::kRefuse)
        : CallFlow({.addresses_per_mn = 2, .over_limit = over}) {
        mn.move(1, 0, OnMove::kMute);
        for (const std::size_t number : {1u, 2u}) {
            deliver(registration(number));
            pass(Milliseconds{10});
        }
    }
};

TEST_F(CallFlowWithALimit, MultipleIpAddressesTheOneBeyondTheLimitIsDenied) {
    const auto flow = flow_of([&] { deliver(registration(3)); });
    EXPECT_TRUE(
        consists_of(flow, {{
                              "kea0 -> anchor0: MN Address Setup",                             // 2
                              "anchor0 -> kea0: MN Address Setup Ack: over ip address limit",  // 3
                          }}));
    for (const std::size_t number : {1u, 2u}) EXPECT_EQ(anchor_sends_to(self_made(number)), 1);
    EXPECT_EQ(anchor_sends_to(self_made(3)), -1);
}

class CallFlowRemovingTheOldest : public CallFlowWithALimit {
protected:
    CallFlowRemovingTheOldest() : CallFlowWithALimit(OverLimit::kRemoveOldest) {}
};

TEST_F(CallFlowRemovingTheOldest, MultipleIpAddressesTheOldestMakesRoom) {
    const auto flow = flow_of([&] { deliver(registration(3)); });
    EXPECT_TRUE(
        consists_of(flow, {{"kea0 -> anchor0: MN Address Setup", "anchor0 -> ar1: Routing Setup",
                            "ar1 +", "ar1 -> anchor0: Routing Setup Ack: installed", "anchor0 +",
                            "anchor0 -> kea0: MN Address Setup Ack: installed", "Reply"},
                           {"anchor0 -", "anchor0 -> ar1: Routing Remove", "ar1 -",
                            "ar1 -> anchor0: Routing Remove Ack: installed"}}));
    EXPECT_EQ(first_of(last("anchor0 -> ar1: Routing Remove").routing_remove().prefixes()),
              self_made(1));
    for (const std::size_t number : {2u, 3u}) EXPECT_EQ(anchor_sends_to(self_made(number)), 1);
}

TEST_F(CallFlow, IpAddressReleaseNotificationFromTheDhcpServer) {
    attach_at(1);
    const std::vector<Lines> expected{
        {"kea0 -> anchor0: MN Address Remove", "anchor0 -",
         "anchor0 -> ar1: Routing Remove",                           // 1, 2
         "ar1 -", "ar1 -> anchor0: Routing Remove Ack: installed"},  // 3
        {"anchor0 -> kea0: MN Address Remove Ack: installed"}};
    const auto deleted = flow_of([&] { world.servers[0]->remove_lease(home(mn)); });
    EXPECT_TRUE(consists_of(deleted, expected));
    EXPECT_EQ(last("kea0 -> anchor0: MN Address Remove").mn_address_remove().reason(),
              control::MnAddressRemove::DELETED);
    expect_nothing_left();
    world.valid = Seconds{60};
    mn.start();
    pass(Milliseconds{100});
    mn.freeze();
    const auto expired = flow_of([] {}, world.valid + Seconds{3});
    EXPECT_TRUE(consists_of(expired, expected)) << "the lease time has ended";
    EXPECT_EQ(last("kea0 -> anchor0: MN Address Remove").mn_address_remove().reason(),
              control::MnAddressRemove::EXPIRED);
    expect_nothing_left();
}

TEST_F(CallFlow, MagToMagHandoverWithoutContextTransfer) {
    attach_at(0);
    const auto flow = flow_of([&] { mn.move(1, 0, OnMove::kConfirm); });
    // 2, 3 of the overview: here it is the DHCP message that says that the MN has arrived.
    EXPECT_TRUE(consists_of(flow, {{
                                       "Confirm",
                                       "kea0 -> anchor0: MN Address Setup",
                                       "anchor0 -> ar1: Routing Setup",
                                       "ar1 +",                                         // 4
                                       "ar1 -> anchor0: Routing Setup Ack: installed",  // 5
                                       "anchor0 =",
                                       "anchor0 -> kea0: MN Address Setup Ack: installed",
                                       "Reply",
                                   },
                                   kOldArLoses}));
    expect_at(mn, 1);
}

TEST_F(CallFlow, ResourceRevocationTheOldArKeepsTheReversePathForTheTimer) {
    attach_at(0);
    const auto reverse_paths = [&] { return ar(0).kernel.state().reverse_paths.size(); };
    EXPECT_EQ(reverse_paths(), plan::kLinks);
    const auto flow = flow_of([&] { mn.move(1, 0, OnMove::kConfirm); });
    for (const auto& line : kOldArLoses) {  // 1, 2
        EXPECT_EQ(std::count(flow.begin(), flow.end(), line), 1) << line;
    }
    const auto& revoked = last("anchor0 -> ar0: Location Deregistration").location_deregistration();
    EXPECT_EQ(first_of(revoked.prefixes()), home(mn));
    const Milliseconds timer{revoked.linger_ms()};
    EXPECT_EQ(timer, anchor_of(home(mn)).settings.linger);
    EXPECT_FALSE(has_host_route(0, home(mn)));
    EXPECT_EQ(reverse_paths(), plan::kLinks) << "packets of the MN that are under way";
    pass(timer - Milliseconds{200});
    EXPECT_EQ(reverse_paths(), plan::kLinks);
    pass(Milliseconds{400});
    EXPECT_EQ(reverse_paths(), 0u);
}

TEST_F(CallFlow, DhcpRenewalOnTheNewMagFindsTheBindingThere) {
    attach_at(0);
    mn.move(1, 0, OnMove::kConfirm);
    pass(Seconds{2});
    const auto flow = flow_of([&] { mn.renew(); });
    EXPECT_TRUE(
        consists_of(flow, {{"Renew", "kea0 -> anchor0: MN Address Setup",                     // 1
                            "anchor0 -> kea0: MN Address Setup Ack: unchanged", "Reply"}}));  // 2
    expect_at(mn, 1);
    EXPECT_EQ(ar(1).kernel.state().reverse_paths.size(), plan::kLinks);
    EXPECT_TRUE(ar(0).kernel.state().reverse_paths.empty());
}

TEST_F(CallFlow, IpAddressNoLongerInUseTheMnReleasesOneOfTwo) {
    attach_at(1);
    deliver(registration(1));
    auto release = registration(1);
    release.type = Type::kRelease;
    const auto flow = flow_of([&] { deliver(release); });
    EXPECT_TRUE(consists_of(flow, {{"kea0 -> anchor0: MN Address Remove", "anchor0 -",
                                    "anchor0 -> ar1: Routing Remove",  // 1
                                    "ar1 -", "ar1 -> anchor0: Routing Remove Ack: installed"},
                                   {"anchor0 -> kea0: MN Address Remove Ack: installed"},  // 2
                                   {"Reply"}}));
    EXPECT_EQ(anchor_sends_to(self_made(1)), -1);
    expect_at(mn, 1);
}

const std::vector<Lines> kTheArKnows{
    {"ar1 -> anchor0: Location Deregistration",  // 1
     "anchor0 -", "anchor0 -> ar1: Location Deregistration", "ar1 -",
     "ar1 -> anchor0: Location Deregistration Ack: installed"},
    {"anchor0 -> ar1: Location Deregistration Ack: installed"}};  // 2

TEST_F(CallFlow, IpAddressNoLongerInUseTheArKnowsForSure) {
    attach_at(1);
    deliver(registration(1));
    world.checks.paths_lost(self_made(1));
    const auto flow = flow_of([&] { EXPECT_EQ(gone_from(1, self_made(1)), 1u); });
    EXPECT_TRUE(consists_of(flow, kTheArKnows));
    EXPECT_EQ(anchor_sends_to(self_made(1)), -1);
    expect_at(mn, 1);
}

TEST_F(CallFlow, NetworkDetachmentTheArSaysThatTheMnIsGoneAndTheNextMessagePlacesItAgain) {
    attach_at(1);
    world.checks.paths_lost(home(mn));
    const auto flow = flow_of([&] { EXPECT_EQ(gone_from(1, home(mn)), 1u); });
    EXPECT_TRUE(consists_of(flow, kTheArKnows));
    EXPECT_TRUE(world.servers[0]->is_live(home(mn))) << "the lease is the server's";
    EXPECT_EQ(anchor_sends_to(home(mn)), -1);
    mn.move(2, 0, OnMove::kConfirm);
    pass(Milliseconds{100});
    expect_at(mn, 2);
}

TEST_F(CallFlow, NetworkDetachmentThatTheMovedMnHasOvertakenIsSupersededAndChangesNothing) {
    attach_at(0);
    world.session(ar(0), 0)->stall(Milliseconds{50});
    mn.move(1, 0, OnMove::kConfirm);
    pass(Milliseconds{20});
    const auto flow = flow_of([&] { EXPECT_EQ(gone_from(0, home(mn)), 1u) << "not told yet"; });
    EXPECT_TRUE(consists_of(flow, {{"ar0 -> anchor0: Location Deregistration",
                                    "anchor0 -> ar0: Location Deregistration Ack: superseded"},
                                   kOldArLoses}));
    expect_at(mn, 1);
}

}  // namespace
}  // namespace mobility::sim
