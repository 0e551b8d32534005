// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A full list out of Kea's own lease database in memory.
#include "hooks/lease_pages.h"

#include "hooks/kea_compat.h"
// Compatibility first.
#include <dhcpsrv/lease_mgr.h>
#include <dhcpsrv/lease_mgr_factory.h>
#include <dhcpsrv/memfile_lease_mgr.h>
#include <gtest/gtest.h>
#include <log/logger_level.h>
#include <log/logger_support.h>

#include <algorithm>
#include <boost/scoped_ptr.hpp>
#include <ctime>
#include <set>
#include <string>
#include <vector>

#include "tests/unit/hooks/packets.h"
#include "tests/unit/hooks/packets4.h"

namespace mobility {
namespace {

using isc::dhcp::LeaseMgrFactory;

Prefix prefix(const std::string& text) { return *Prefix::parse(text); }

class Database {
public:
    explicit Database(const std::string& universe) {
        if (!isc::log::isLoggingInitialized()) isc::log::initLogger("unit", isc::log::NONE);
        LeaseMgrFactory::create("type=memfile universe=" + universe + " persist=false");
    }
    ~Database() { LeaseMgrFactory::destroy(); }
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    template <typename Lease>
    void add(const Lease& lease) {
        EXPECT_TRUE(LeaseMgrFactory::instance().addLease(lease));
    }
};

/// All pages one after the other.
std::vector<LeaseEntry> list(const std::vector<Prefix>& prefixes) {
    LeasePages pages;
    std::vector<LeaseEntry> entries;
    std::optional<Prefix> after;
    for (int i = 0; i < 100; ++i) {
        auto page = pages.read(prefixes, after);
        entries.insert(entries.end(), page.leases.begin(), page.leases.end());
        after = page.next_after;
        if (!after) return entries;
    }
    ADD_FAILURE() << "the list has no end";
    return entries;
}

std::vector<std::string> listed(const std::vector<Prefix>& prefixes) {
    std::vector<std::string> texts;
    for (const auto& entry : list(prefixes)) texts.push_back(entry.item.prefix.text());
    return texts;
}

using Texts = std::vector<std::string>;

TEST(LeasePages, EachLeaseInsideThePrefixesIsListedOnceInOrder) {
    Database kea("6");
    const auto now = std::time(nullptr);
    for (const auto* address :
         {"2001:db8:2::1", "2001:db8:1::ffff", "2001:db8:1::", "2001:db8::9", "2001:db8:3::7"}) {
        kea.add(lease(address, 128, 1, now));
    }
    kea.add(lease("2001:db8:3:100::", 56, 2, now));
    EXPECT_EQ(listed({prefix("2001:db8:3::/48"), prefix("2001:db8:1::/48")}),
              (Texts{"2001:db8:1::/128", "2001:db8:1::ffff/128", "2001:db8:3::7/128",
                     "2001:db8:3:100::/56"}));
}

TEST(LeasePages, Ipv4LeasesLikewise) {
    Database kea("4");
    const auto now = std::time(nullptr);
    for (const auto* address : {"10.2.0.1", "10.1.255.255", "10.1.0.0", "10.0.255.255"}) {
        kea.add(lease4(address, {}, now));
    }
    EXPECT_EQ(listed({prefix("10.2.0.0/16"), prefix("10.1.0.0/16")}),
              (Texts{"10.1.0.0/32", "10.1.255.255/32", "10.2.0.1/32"}));
    EXPECT_EQ(listed({prefix("0.0.0.0/0")}).size(), 4u) << "no address lies before the first";
}

TEST(LeasePages, ManyLeasesTakeManyPages) {
    Database kea("4");
    const auto now = std::time(nullptr);
    for (int i = 0; i < 2000; ++i) {
        kea.add(lease4("10.1." + std::to_string(i / 200) + "." + std::to_string(i % 200), {}, now));
    }
    const auto first = LeasePages().read({prefix("10.0.0.0/8")}, std::nullopt);
    EXPECT_LT(first.leases.size(), 500u);
    EXPECT_EQ(first.next_after, first.leases.back().item.prefix);
    const auto all = listed({prefix("10.0.0.0/8")});
    EXPECT_EQ(all.size(), 2000u);
    EXPECT_EQ(std::set<std::string>(all.begin(), all.end()).size(), 2000u);
}

TEST(LeasePages, WhatHasEndedIsNotListedAndWhatLivesHasTheTimeThatIsLeft) {
    Database kea("6");
    const auto now = std::time(nullptr);
    kea.add(lease("2001:db8::1", 128, 1, now - 3601));
    kea.add(lease("2001:db8::2", 128, 5, now - 3000));
    const auto declined = lease("2001:db8::3", 128, 1, now);
    declined->state_ = isc::dhcp::Lease::STATE_DECLINED;
    kea.add(declined);
    const auto entries = list({prefix("2001:db8::/64")});
    ASSERT_EQ(entries.size(), 1u);
    EXPECT_EQ(entries[0].item.prefix, prefix("2001:db8::2/128"));
    EXPECT_EQ(entries[0].item.iaid, 5u);
    EXPECT_EQ(entries[0].mn.bytes, kDuidBytes);
    EXPECT_LE(entries[0].item.remaining, Seconds(600));
    EXPECT_GT(entries[0].item.remaining, Seconds(500));
}

/// MySQL and PostgreSQL keep an IPv6 address as text (Kea 2.2), so "behind an address" is as texts
/// are ordered: WHERE address > ? ORDER BY address LIMIT ?, with "0" for ::.
class OrderedAsTexts final : public isc::dhcp::Memfile_LeaseMgr {
public:
    using Memfile_LeaseMgr::getLeases6;
    OrderedAsTexts() : Memfile_LeaseMgr({{"universe", "6"}, {"persist", "false"}}) {}
    std::string getType() const override { return "mysql"; }
    isc::dhcp::Lease6Collection getLeases6(
        const isc::asiolink::IOAddress& behind,
        const isc::dhcp::LeasePageSize& most) const override {
        const auto text = behind.isV6Zero() ? "0" : behind.toText();
        auto all = Memfile_LeaseMgr::getLeases6();
        std::sort(all.begin(), all.end(), [](const auto& one, const auto& other) {
            return one->addr_.toText() < other->addr_.toText();
        });
        isc::dhcp::Lease6Collection page;
        for (const auto& each : all) {
            if (each->addr_.toText() > text && page.size() < most.page_size_) {
                page.push_back(each);
            }
        }
        return page;
    }
};

/// The private place where Kea keeps its one database.
template <auto Function>
struct Reach {
    friend boost::scoped_ptr<isc::dhcp::LeaseMgr>& the_database() { return Function(); }
};
boost::scoped_ptr<isc::dhcp::LeaseMgr>& the_database();
template struct Reach<&LeaseMgrFactory::getLeaseMgrPtr>;

TEST(LeasePages, OfADatabaseThatOrdersAddressesAsTextsNothingIsLeftOut) {
    Database kea("6");
    the_database().reset(new OrderedAsTexts);
    const auto now = std::time(nullptr);
    kea.add(lease("2001:db8:1::1", 128, 1, now));
    kea.add(lease("2001:db8:1::2", 128, 1, now));
    kea.add(lease("2001:db8:10::1", 128, 1, now));
    for (int i = 0; i < 300; ++i) kea.add(lease("2001:db8:f::" + std::to_string(i), 128, 1, now));
    EXPECT_EQ(listed({prefix("2001:db8:1::/48")}).size(), 2u);
    EXPECT_EQ(listed({prefix("2001:db8:10::/48")}).size(), 1u);
    EXPECT_EQ(listed({prefix("2001:db8:1::/48"), prefix("2001:db8:f::/48")}).size(), 302u);
}

TEST(LeasePages, NoLeaseAndNoPrefixAreTheEndOfTheList) {
    Database kea("6");
    EXPECT_EQ(listed({prefix("2001:db8::/64"), prefix("2001:db8:1::/64")}), Texts{});
    EXPECT_EQ(listed({}), Texts{});
}

}  // namespace
}  // namespace mobility
