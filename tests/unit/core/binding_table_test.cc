// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which bindings an MN has, whatever comes and goes.
#include "core/binding_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <functional>
#include <random>
#include <set>

#include "tests/unit/core/examples.h"

namespace mobility {
namespace {

using namespace example;

class BindingTableTest : public ::testing::Test {
protected:
    Binding& of(int number, const MnId& mn) {
        auto& binding = table.create(home(number));
        if (binding.mn != mn) table.hand_over(binding, mn);
        return binding;
    }
    void place(Binding& binding, bool there) {
        const auto where = there ? std::make_shared<Place>() : nullptr;
        table.place(
            binding, [&](Binding& b) { b.where = where; }, [](NodeId) {});
    }
    std::vector<Prefix> placed(const MnId& mn) const {
        std::vector<Prefix> prefixes;
        for (const auto* each : table.placed(mn)) prefixes.push_back(each->prefix);
        std::sort(prefixes.begin(), prefixes.end());
        return prefixes;
    }

    BindingTable table;
};

TEST_F(BindingTableTest, WhatAnMnHasIsFoundInWhateverOrderItComesAndGoes) {
    std::mt19937 random(7);
    std::array<std::set<Prefix>, 4> expected;
    for (int i = 0; i < 3000; ++i) {
        const int number = 1 + static_cast<int>(random() % 40);
        const auto owner = random() % expected.size();
        const bool there = random() % 3 != 0;
        for (auto& prefixes : expected) prefixes.erase(home(number));
        if (there) expected[owner].insert(home(number));
        place(of(number, mn(static_cast<int>(owner))), there);
        std::size_t all = 0;
        for (std::size_t each = 0; each < expected.size(); ++each) {
            const auto& prefixes = expected[each];
            all += prefixes.size();
            ASSERT_EQ(placed(mn(static_cast<int>(each))),
                      std::vector(prefixes.begin(), prefixes.end()));
            ASSERT_EQ(table.has_placed(mn(static_cast<int>(each))), !prefixes.empty());
        }
        ASSERT_EQ(table.placed(), all);
    }
}

/// A client may ask for as many as it likes, where nothing limits it.
TEST_F(BindingTableTest, OneMnWithManyCostsAboutWhatManyMnsCost) {
    constexpr int kMany = 9000;
    const auto processor_time = [&](const std::function<MnId(int)>& owner) {
        const auto begun = std::clock();
        for (int i = 1; i <= kMany; ++i) place(of(i, owner(i)), true);
        for (int i = 1; i <= kMany; ++i) place(of(i, owner(i)), false);
        return std::clock() - begun;
    };
    const auto many = processor_time([](int i) { return MnId{std::to_string(i)}; });
    const auto one = processor_time([](int) { return mn(1); });
    EXPECT_LT(one, 10 * many) << "hundreds of times as much, if each is looked for among all";
}

}  // namespace
}  // namespace mobility
