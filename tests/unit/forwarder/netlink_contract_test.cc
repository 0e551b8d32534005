// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The contract on the kernel, in a network namespace of each test's own.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "route-agent/netlink_forwarder.h"
#include "tests/unit/forwarder/forwarder_contract.h"
#include "tests/unit/forwarder/network_namespace.h"

namespace mobility {
namespace {

class NetlinkHost : public ForwarderHost {
public:
    NetlinkHost() {
        NetworkNamespace::add_pair("access1", "mn1");
        NetworkNamespace::add_pair("access2", "mn2");
        restart();
    }
    Forwarder& forwarder() override { return *forwarder_; }
    void restart() override {
        forwarder_.reset();
        auto opened = NetlinkForwarder::open({});
        if (!opened) throw std::runtime_error(opened.error());
        forwarder_ = std::move(opened.value());
    }
    void steal(const Prefix& prefix) override {
        ip("-6 route del " + prefix.text() + " proto 213 metric 213");
    }

private:
    NetworkNamespace namespace_;
    std::unique_ptr<NetlinkForwarder> forwarder_;
};

INSTANTIATE_TEST_SUITE_P(Netlink, ForwarderContract,
                         testing::Values(ForwarderKind{"netlink",
                                                       []() -> std::unique_ptr<ForwarderHost> {
                                                           return std::make_unique<NetlinkHost>();
                                                       },
                                                       &no_namespaces_reason}),
                         [](const auto& kind) { return std::string(kind.param.name); });

}  // namespace
}  // namespace mobility
