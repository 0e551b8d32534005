// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A network namespace for each test, and in it a forwarder.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "route-agent/netlink_forwarder.h"
#include "tests/unit/forwarder/network_namespace.h"

namespace mobility {

inline Prefix prefix(const std::string& text) { return Prefix::parse(text).value(); }
inline IpAddress address(const std::string& text) { return IpAddress::parse(text).value(); }
inline LinkLayerAddress mac(char last) { return {std::string("\x02\0\0\0\0", 5) + last}; }

inline const auto kHost = prefix("2001:db8:9::1/128");
inline const Tunnel kFirst{address("2001:db8:5:1::1"), TunnelMode::kSeg6};

/// Is skipped where there are none; a derived SetUp() asks IsSkipped() before it goes on.
class InNamespace : public testing::Test {
protected:
    void SetUp() override {
        const auto why_not = no_namespaces_reason();
        if (!why_not.empty()) GTEST_SKIP() << why_not;
        namespace_.emplace();
    }

    std::optional<NetworkNamespace> namespace_;
};

class NetlinkWorld : public InNamespace {
protected:
    void SetUp() override {
        InNamespace::SetUp();
        if (IsSkipped()) return;
        NetworkNamespace::add_pair("core", "corepeer");
        NetworkNamespace::add_pair("access1", "mn1");
        restart();
    }

    void restart(const NetlinkSettings& settings = {}) {
        forwarder_.reset();
        auto opened = NetlinkForwarder::open(settings);
        ASSERT_TRUE(opened) << opened.error();
        forwarder_ = std::move(opened.value());
    }

    ForwardingState installed() {
        auto state = forwarder_->installed();
        if (state) return *state;
        ADD_FAILURE() << state.error();
        return {};
    }

    void apply(std::initializer_list<Operation> operations) {
        for (const auto& outcome : forwarder_->apply(std::vector(operations))) {
            EXPECT_EQ(outcome.kind, Outcome::Kind::kDone) << outcome.reason;
        }
    }

    std::unique_ptr<NetlinkForwarder> forwarder_;
};

}  // namespace mobility
