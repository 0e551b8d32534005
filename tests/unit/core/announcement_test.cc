// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Announcements: what a datagram may say, whom it makes an AR dial, how often, and whom an anchor
// tells when.
#include "core/announcement.h"

#include "core/announced_anchors.h"
#include "core/frame.h"
#include "core/wire.h"
#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

const std::string kHere = "anchor.example";
const std::string kByName = "anchor2.example";

Announcement announcement(const std::string& identity, const std::string& at = "2001:db8:c::1",
                          std::uint16_t port = 4480) {
    return {identity, address(at), port, {prefix("2001:db8:a::/48")}};
}

control::Message message_of(const Announcement& said) {
    FrameReader reader;
    const auto datagram = wire::encode(said);
    reader.append({reinterpret_cast<const std::uint8_t*>(datagram.data()), datagram.size()});
    return **reader.next();
}

TEST(AnAnnouncement, KeepsWhatItSays) {
    const auto said = announcement(kHere);
    const auto heard = wire::decode_announcement(wire::encode(said));
    ASSERT_TRUE(heard) << heard.error();
    EXPECT_EQ(*heard, said);
    const auto ipv4 = announcement(kHere, "192.0.2.1", 65535);
    EXPECT_EQ(*wire::decode_announcement(wire::encode(ipv4)), ipv4);
}

TEST(AnAnnouncement, FitsADatagramHoweverManyPrefixesTheAnchorOwns) {
    auto said = announcement(std::string(255, 'a'));
    said.prefixes.assign(1000, prefix("2001:db8:a::/48"));
    EXPECT_LE(wire::encode(said).size(), kMaxAnnouncement);
    EXPECT_TRUE(wire::decode_announcement(wire::encode(said)));
}

TEST(AnAnnouncement, OfWhatCannotBeDialledIsNone) {
    for (const char* at : {"::", "::1", "fe80::1", "ff02::1", "127.0.0.1", "0.0.0.0"}) {
        EXPECT_FALSE(wire::decode_announcement(wire::encode(announcement(kHere, at)))) << at;
    }
    EXPECT_FALSE(wire::decode_announcement(wire::encode(announcement(kHere, "2001:db8:c::1", 0))));
    EXPECT_FALSE(wire::decode_announcement(wire::encode(announcement(""))));
    EXPECT_FALSE(wire::decode_announcement(wire::encode(announcement(std::string(256, 'a')))));
    auto message = message_of(announcement(kHere));
    message.mutable_anchor_announcement()->set_port(65536);
    EXPECT_FALSE(wire::decode_announcement(encode_frame(message)));
    message = message_of(announcement(kHere));
    message.mutable_anchor_announcement()->mutable_prefixes(0)->set_length(200);
    EXPECT_FALSE(wire::decode_announcement(encode_frame(message)));
}

TEST(AnAnnouncement, IsOneWholeFrameAndNoOtherMessage) {
    const auto good = wire::encode(announcement(kHere));
    for (std::size_t size = 0; size < good.size(); ++size) {
        EXPECT_FALSE(wire::decode_announcement(good.substr(0, size))) << size;
    }
    EXPECT_FALSE(wire::decode_announcement(std::string(kMaxAnnouncement + 1, '\0')));
    control::Message other;
    other.mutable_heartbeat();
    EXPECT_FALSE(wire::decode_announcement(encode_frame(other)));
}

class Announced : public ::testing::Test {
protected:
    auto hear(const Announcement& said) { return anchors.hear(wire::encode(said), now); }
    std::optional<std::string> dialled(const Announcement& said) {
        const auto dial = hear(said);
        if (!dial || !dial->at) return std::nullopt;
        return dial->at->address.text();
    }
    void pass(Milliseconds time) { now += time; }

    AnnouncedAnchors anchors{{{kHere, true}, {kByName, false}}};
    Instant now{std::chrono::hours{5}};
};

TEST_F(Announced, AnAnchorOfTheConfigurationIsDialledWhereItIsConfigured) {
    const auto dial = hear(announcement(kHere, "2001:db8:bad::1"));
    ASSERT_TRUE(dial);
    EXPECT_EQ(dial->anchor, 0u);
    EXPECT_FALSE(dial->at) << "a configured address is never overridden";
}

TEST_F(Announced, AnAnchorWithoutAnAddressIsDialledWhereItSaysToBe) {
    const auto dial = hear(announcement(kByName, "2001:db8:c::2", 4499));
    ASSERT_TRUE(dial);
    EXPECT_EQ(dial->anchor, 1u);
    EXPECT_EQ(dial->at, (AnnouncedAddress{address("2001:db8:c::2"), 4499}));
}

TEST_F(Announced, WhoIsNotInTheConfigurationIsCountedAndNotDialled) {
    EXPECT_FALSE(hear(announcement("eve.example")));
    EXPECT_FALSE(anchors.hear("rubbish", now));
    EXPECT_EQ(anchors.counters().unknown, 1u);
    EXPECT_EQ(anchors.counters().garbage, 1u);
    EXPECT_EQ(anchors.counters().heard, 2u);
    EXPECT_EQ(anchors.counters().dialled, 0u);
}

TEST_F(Announced, AFloodDialsEachAnchorOnceASecond) {
    int here = 0, by_name = 0;
    for (int i = 0; i < 10'000; ++i) {
        if (hear(announcement(kHere))) ++here;
        if (hear(announcement(kByName))) ++by_name;
        pass(Milliseconds{1});
    }
    EXPECT_EQ(here, 10);
    EXPECT_EQ(by_name, 10);
    EXPECT_EQ(anchors.counters().needless, 20'000u - 20u);
}

TEST_F(Announced, AnAnchorThatHasASessionIsLeftAlone) {
    anchors.associated(0);
    EXPECT_FALSE(hear(announcement(kHere)));
    EXPECT_EQ(anchors.counters().needless, 1u);
    anchors.lost(0);
    EXPECT_TRUE(hear(announcement(kHere))) << "what was needless costs no second";
}

TEST_F(Announced, AProvenAddressTakesTurnsWithWhatOthersAnnounceInItsName) {
    EXPECT_EQ(dialled(announcement(kByName, "2001:db8:c::2")), "2001:db8:c::2");
    anchors.associated(1);
    anchors.lost(1);
    std::vector<std::string> where;
    for (int i = 0; i < 4; ++i) {
        pass(Seconds{2});
        where.push_back(dialled(announcement(kByName, "2001:db8:bad::1")).value_or("none"));
    }
    EXPECT_EQ(where, (std::vector<std::string>{"2001:db8:bad::1", "2001:db8:c::2",
                                               "2001:db8:bad::1", "2001:db8:c::2"}));
}

TEST_F(Announced, AnAnchorThatHasMovedIsFoundWhereItAnnouncesItself) {
    dialled(announcement(kByName, "2001:db8:c::2"));
    anchors.associated(1);
    anchors.lost(1);
    pass(Seconds{2});
    EXPECT_EQ(dialled(announcement(kByName, "2001:db8:c::3")), "2001:db8:c::3");
    anchors.associated(1);
    anchors.lost(1);
    pass(Seconds{2});
    EXPECT_EQ(dialled(announcement(kByName, "2001:db8:bad::1")), "2001:db8:bad::1");
    pass(Seconds{2});
    EXPECT_EQ(dialled(announcement(kByName, "2001:db8:bad::1")), "2001:db8:c::3");
}

TEST(AnnouncementRounds, BeginAtOnceAndThenEverySoOften) {
    AnnouncementRounds rounds(Seconds{10});
    Instant now{std::chrono::hours{5}};
    EXPECT_TRUE(rounds.due(now));
    EXPECT_FALSE(rounds.due(now + Milliseconds{9999}));
    EXPECT_TRUE(rounds.due(now + Seconds{10}));
    EXPECT_FALSE(rounds.due(now + Seconds{19}));
}

TEST(AnnouncementRounds, TellEveryoneOnceAndNotAllInOneMoment) {
    AnnouncementRounds rounds(Seconds{10});
    std::vector<IpAddress> all;
    for (int i = 1; i <= 120; ++i) all.push_back(address("2001:db8:c::a:" + std::to_string(i)));
    rounds.begin(all);
    std::vector<IpAddress> told;
    for (const std::size_t expected : {50u, 50u, 20u, 0u}) {
        const auto now = rounds.next();
        EXPECT_EQ(now.size(), expected);
        told.insert(told.end(), now.begin(), now.end());
    }
    EXPECT_EQ(told, all);
    rounds.begin({all[0]});
    EXPECT_EQ(rounds.next(), std::vector{all[0]});
}

}  // namespace
}  // namespace mobility
