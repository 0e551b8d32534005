// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// LMA Allocation between an authority and an anchor: who may say it, how it is acknowledged, and
// that an anchor has what the authority has whenever they talk.
#include "core/authority.h"

#include <unordered_set>

#include "tests/unit/core/association_world.h"

namespace mobility {
namespace {

using namespace example;

const std::string kAaa = "aaa.example";
using Mns = std::unordered_set<MnId>;

class AuthorityTest : public Association {
protected:
    AuthorityTest() { grant_roles({kAaa}); }

    void grant_roles(std::set<std::string> authorities) {
        MnPolicy mns;
        mns.authorities = std::move(authorities);
        ASSERT_TRUE(inventory.replace({ar_claim(1), ar_claim(2)}, source_claims(), std::move(mns)));
        node.inventory_changed();
    }
    static control::Associate as_authority() {
        control::Associate request;
        request.set_version(kControlVersion);
        request.set_identity(kAaa);
        request.set_role(control::ROLE_AUTHORITY);
        return request;
    }
    static control::Message allocation(std::uint64_t number, std::vector<Allocation> page) {
        control::Message message;
        message.set_number(number);
        wire::write(page, *message.mutable_lma_allocation());
        return message;
    }
    const Allocations& said() const { return node.anchor().allocations(); }
    bool serves(const MnId& mn) const {
        return said().service(mn) == Allocations::Service::kGranted;
    }
    std::string last_notice() const { return notices.back().id; }
};

TEST_F(AuthorityTest, WhomTheInventoryDoesNotNameIsNoAuthority) {
    auto request = as_authority();
    request.set_identity("eve.example");
    expect_refused(request, {"no authority eve.example"});
    expect_refused(as_authority(), {kAaa, "certificate"}, "eve.example");
    request.set_identity(ar_name(1));
    expect_refused(request, {"no authority " + ar_name(1)});
}

TEST_F(AuthorityTest, AnAuthorityAssociatesAndEachItemIsAcknowledged) {
    auto& aaa = associated(as_authority());
    EXPECT_EQ(node.sessions().states().at(0).role, "authority");
    aaa.session.send(allocation(7, {{mn(1), true}, {mn(2), false}, {mn(1), true}}));
    run();
    ASSERT_EQ(aaa.heard.size(), 2u);
    const auto& acknowledgement = aaa.heard[1].acknowledgement();
    EXPECT_EQ(acknowledgement.number(), 7u);
    ASSERT_EQ(acknowledgement.results_size(), 3);
    EXPECT_EQ(acknowledgement.results(0).code(), control::CODE_INSTALLED);
    EXPECT_EQ(acknowledgement.results(1).code(), control::CODE_UNCHANGED) << "it was not granted";
    EXPECT_EQ(acknowledgement.results(2).code(), control::CODE_UNCHANGED);
    EXPECT_TRUE(serves(mn(1)));
    EXPECT_FALSE(serves(mn(2)));
}

TEST_F(AuthorityTest, NobodyElseMayAllocate) {
    auto& ar = associated(as_ar(1));
    ar.session.send(allocation(1, {{mn(1), true}}));
    run();
    EXPECT_TRUE(ar.reason);
    auto& source = associated(as_source());
    source.session.send(allocation(1, {{mn(1), true}}));
    run();
    EXPECT_TRUE(source.reason);
    EXPECT_FALSE(serves(mn(1)));
}

TEST_F(AuthorityTest, WhatAnAuthorityCannotMeanEndsItsSessionAndChangesNothing) {
    control::Message end;
    end.mutable_full_state_end();
    control::Message setup;
    setup.mutable_mn_address_setup();
    for (const auto& message :
         {allocation(1, {{mn(1), true}, {MnId{}, true}}),
          allocation(1, {{mn(1), true}, {MnId{std::string(131, 'x')}, true}}), end, setup}) {
        auto& aaa = associated(as_authority());
        aaa.session.send(message);
        run();
        EXPECT_TRUE(aaa.reason);
        EXPECT_FALSE(serves(mn(1)));
        EXPECT_FALSE(said().heard(kAaa));
    }
}

TEST_F(AuthorityTest, WhatItHasSaidStaysWhenItGoesAway) {
    auto& aaa = associated(as_authority());
    aaa.session.send(allocation(1, {{mn(1), true}}));
    run();
    aaa.link.cut();
    run();
    EXPECT_TRUE(node.sessions().states().empty());
    EXPECT_TRUE(serves(mn(1)));
}

TEST_F(AuthorityTest, ANewSessionReplacesTheOldAndTheOldIsNotHeardAnyMore) {
    auto& old = associated(as_authority());
    auto& fresh = associated(as_authority());
    EXPECT_TRUE(old.reason);
    EXPECT_EQ(node.sessions().states().size(), 1u);
    fresh.session.send(allocation(1, {{mn(1), true}}));
    run();
    EXPECT_TRUE(serves(mn(1)));
}

TEST_F(AuthorityTest, ARevokedAuthorityLosesItsSessionAndItsWord) {
    auto& aaa = associated(as_authority());
    aaa.session.send(allocation(1, {{mn(1), true}}));
    run();
    grant_roles({"other.example"});
    run();
    ASSERT_TRUE(aaa.reason);
    EXPECT_NE(aaa.reason->find("revoked"), std::string::npos);
    EXPECT_FALSE(serves(mn(1)));
}

/// The program's side.
class Allocating : public AuthorityTest {
protected:
    static Mns mns(int first, int count) {
        Mns all;
        for (int i = 0; i < count; ++i) {
            all.insert({"mn" + std::to_string(first + i)});
        }
        return all;
    }
    static MnId mn_of(int number) { return {"mn" + std::to_string(number)}; }
    void dial() {
        links.push_back(std::make_unique<MemoryLink>(
            MemoryLinkSettings{.names = {{{kAaa}, {"anchor.example"}}}}));
        auto& link = *links.back();
        link.attach(0, authority.connected(0, link.end(0)));
        link.attach(1, node.accept(link.end(1)));
    }
    void talk() {
        for (int round = 0; round < 20; ++round) {
            for (auto& link : links) link->run();
            while (node.work()) {
            }
        }
    }
    /// Both have the same.
    void expect_equal(const Mns& wanted) {
        EXPECT_TRUE(authority.session(0).told());
        EXPECT_EQ(said().granted(kAaa), wanted.size());
        EXPECT_TRUE(std::all_of(wanted.begin(), wanted.end(),
                                [&](const MnId& each) { return serves(each); }));
    }

    Authority authority{
        {kAaa, {"anchor.example"}, "test"}, mns(0, 1000), clock, {}, [this](const Notice& notice) {
            notices.push_back(notice);
        }};
    std::vector<std::unique_ptr<MemoryLink>> links;
};

TEST_F(Allocating, TellsItsWholeListInPages) {
    EXPECT_FALSE(authority.session(0).told());
    dial();
    talk();
    expect_equal(mns(0, 1000));
    EXPECT_TRUE(said().heard(kAaa));
}

TEST_F(Allocating, ARefusalIsToldOnceOnEachSide) {
    grant_roles({"other.example"});
    dial();
    talk();
    ASSERT_EQ(notices.size(), 2u) << notices.back().id << ": " << notices.back().text;
    EXPECT_STREQ(notices[0].id, "ANCHOR_ASSOCIATION_REFUSED");
    EXPECT_STREQ(notices[1].id, "AUTHORITY_ASSOCIATION_FAILED");
    EXPECT_NE(notices[1].text.find("no authority aaa.example"), std::string::npos);
}

TEST_F(Allocating, TellsAnEmptyListAsAList) {
    authority.grant({});
    dial();
    talk();
    expect_equal({});
    EXPECT_TRUE(said().heard(kAaa));
}

TEST_F(Allocating, TellsWhatChangesWithinOneExchange) {
    dial();
    talk();
    auto changed = mns(1, 1000);
    authority.grant(changed);
    for (int step = 0; step < 2; ++step) links[0]->step();
    EXPECT_TRUE(serves(mn_of(1000)));
    EXPECT_FALSE(serves(mn_of(0)));
    talk();
    expect_equal(changed);
}

TEST_F(Allocating, ChangesOfAListThatIsStillBeingToldAreTold) {
    authority.grant(mns(0, 60'000));
    dial();
    for (int step = 0; step < 30; ++step) links[0]->step(3000);
    EXPECT_FALSE(authority.session(0).told());
    EXPECT_FALSE(said().heard(kAaa));
    auto changed = mns(10, 60'000);
    authority.grant(changed);
    talk();
    expect_equal(changed);
    EXPECT_FALSE(serves(mn_of(3)));
}

TEST_F(Allocating, TheSmallWindowHoldsWhileNobodyAcknowledges) {
    authority.grant(mns(0, 60'000));
    dial();
    EXPECT_FALSE(authority.session(0).told());
    talk();
    expect_equal(mns(0, 60'000));
}

TEST_F(Allocating, AfterACutTheListBringsWhatHasChangedMeanwhile) {
    dial();
    talk();
    links[0]->cut();
    talk();
    EXPECT_FALSE(authority.session(0).associated());
    authority.grant(mns(50, 1000));
    EXPECT_TRUE(serves(mn_of(0))) << "silence withdraws nothing";
    dial();
    talk();
    expect_equal(mns(50, 1000));
    EXPECT_FALSE(serves(mn_of(0)));
}

TEST_F(Allocating, ACutInTheListWithdrawsNothing) {
    dial();
    talk();
    links[0]->cut();
    talk();
    authority.grant(mns(0, 990));
    dial();
    for (int step = 0; step < 4; ++step) links[1]->step(100);
    links[1]->cut();
    talk();
    EXPECT_EQ(said().granted(kAaa), 1000u);
    EXPECT_TRUE(serves(mn_of(999)));
}

TEST_F(Allocating, AListThatIsTooShortIsToldToTheOperatorWhoMayConfirm) {
    dial();
    talk();
    links[0]->cut();
    talk();
    authority.grant(mns(0, 800));
    dial();
    talk();
    EXPECT_EQ(last_notice(), "ANCHOR_AUTHORITY_LIST_TOO_SHORT");
    EXPECT_NE(notices.back().text.find("200 of 1000 MNs that aaa.example"), std::string::npos);
    EXPECT_TRUE(serves(mn_of(999)));
    EXPECT_EQ(node.confirm_removal(kAaa), 200u);
    EXPECT_FALSE(serves(mn_of(999)));
}

TEST_F(Allocating, AnAnchorThatAcknowledgesNonsenseIsRefused) {
    Peer anchor(node, clock, kAaa);  // only its link: what it says is said to the authority
    MemoryLink link({.names = {{{kAaa}, {"anchor.example"}}}});
    Session rogue(link.end(1), anchor, {}, clock.now().now);
    link.attach(0, authority.connected(0, link.end(0)));
    link.attach(1, rogue);
    control::Message reply;
    reply.mutable_associate_reply()->set_version(kControlVersion);
    reply.mutable_associate_reply()->set_code(control::CODE_INSTALLED);
    rogue.send(reply);
    link.run();
    EXPECT_TRUE(authority.session(0).associated());
    control::Message acknowledgement;
    acknowledgement.mutable_acknowledgement()->set_number(1);
    acknowledgement.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
    rogue.send(acknowledgement);
    link.run();
    EXPECT_FALSE(authority.session(0).associated());
    EXPECT_TRUE(std::any_of(notices.begin(), notices.end(), [](const Notice& notice) {
        return std::string(notice.id) == "AUTHORITY_MESSAGE_REFUSED";
    }));
}

TEST_F(Allocating, AnItemThatTheAnchorRefusesIsToldToTheOperator) {
    authority.grant({mn(1)});
    Peer anchor(node, clock, kAaa);
    MemoryLink link({.names = {{{kAaa}, {"anchor.example"}}}});
    Session other(link.end(1), anchor, {}, clock.now().now);
    link.attach(0, authority.connected(0, link.end(0)));
    link.attach(1, other);
    control::Message reply;
    reply.mutable_associate_reply()->set_version(kControlVersion);
    reply.mutable_associate_reply()->set_code(control::CODE_INSTALLED);
    other.send(reply);
    link.run();
    ASSERT_EQ(anchor.count(control::Message::kLmaAllocation), 1u);
    control::Message acknowledgement;
    acknowledgement.mutable_acknowledgement()->set_number(1);
    auto& result = *acknowledgement.mutable_acknowledgement()->add_results();
    result.set_code(control::CODE_LACK_OF_RESOURCES);
    result.set_text("full");
    other.send(acknowledgement);
    link.run();
    EXPECT_EQ(last_notice(), "AUTHORITY_ITEM_REFUSED");
    EXPECT_TRUE(authority.session(0).told());
}

}  // namespace
}  // namespace mobility
