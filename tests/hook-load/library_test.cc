// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The real libdhcp_mobility.so in Kea's own HooksManager, in one process, without a server: loaded,
// configured, refused, asked, unloaded, and again.
#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/command_interpreter.h>
#include <dhcp/iface_mgr.h>
#include <dhcp/pkt6.h>
#include <dhcpsrv/callout_handle_store.h>
#include <dhcpsrv/cfgmgr.h>
#include <dhcpsrv/lease_mgr_factory.h>
#include <dhcpsrv/resource_handler.h>
#include <dlfcn.h>
#include <gmock/gmock-matchers.h>
#include <gtest/gtest.h>
#include <hooks/hooks_manager.h>
#include <log/logger_support.h>

#include <fstream>
#include <sstream>

#include "tests/unit/hooks/examples.h"
#include "tests/unit/hooks/packets.h"
#include "tests/unit/transport/certificates.h"

namespace mobility {
namespace {

using isc::data::ConstElementPtr;
using isc::data::Element;
using isc::dhcp::CfgMgr;
using isc::hooks::CalloutHandle;
using isc::hooks::HooksManager;
using ::testing::HasSubstr;

const char* const kPoints[] = {"dhcp6_srv_configured", "buffer6_receive",   "pkt6_receive",
                               "subnet6_select",       "leases6_committed", "pkt6_send",
                               "buffer6_send",         "lease6_expire",     "command_processed"};

bool mapped() {
    std::ifstream maps("/proc/self/maps");
    std::stringstream text;
    text << maps.rdbuf();
    return text.str().find("libdhcp_mobility") != std::string::npos;
}

class LoadedLibrary : public ::testing::Test {
protected:
    LoadedLibrary() : files_(certificates_.files("DNS:kea.example")) {
        for (const auto* point : kPoints) HooksManager::registerHook(point);
        CfgMgr::instance().setFamily(AF_INET6);
        isc::dhcp::LeaseMgrFactory::create("type=memfile universe=6 persist=false");
    }
    ~LoadedLibrary() override {
        unload();
        CfgMgr::instance().clear();
        isc::dhcp::LeaseMgrFactory::destroy();
    }

    ConstElementPtr parameters(const std::string& changes = "{}") {
        const auto map = with(changes);
        map->set("certificate-file", Element::create(files_.certificate));
        map->set("key-file", Element::create(files_.key));
        map->set("trust-anchor", Element::create(files_.trust_anchor));
        return map;
    }

    /// Kea's steps of a (re)configuration. Returns the refusal, or nothing.
    std::string configure(const ConstElementPtr& parameters) {
        HooksManager::prepareUnloadLibraries();
        EXPECT_TRUE(HooksManager::unloadLibraries());
        EXPECT_FALSE(mapped()) << "it must be gone in between";
        CfgMgr::instance().rollback();
        const auto staging = CfgMgr::instance().getStagingCfg();
        isc::dhcp::Subnet6Ptr subnet(new isc::dhcp::Subnet6(
            isc::asiolink::IOAddress("2001:db8:d000::"), 64, 900, 1440, 1800, 3600, 1));
        staging->getCfgSubnets6()->add(subnet);
        staging->getHooksConfig().add(LIBRARY_FILE, parameters);
        EXPECT_TRUE(HooksManager::loadLibraries(staging->getHooksConfig().get()));
        const auto refusal = ask_libraries(staging);
        if (refusal.empty()) CfgMgr::instance().commit();
        return refusal;
    }

    std::string ask_libraries(const isc::dhcp::SrvConfigPtr& staging) {
        const auto handle = HooksManager::createCalloutHandle();
        handle->setArgument("server_config", staging);
        call("dhcp6_srv_configured", *handle);
        if (handle->getStatus() != CalloutHandle::NEXT_STEP_DROP) return "";
        std::string error;
        handle->getArgument("error", error);
        return error;
    }

    static void call(const std::string& point, CalloutHandle& handle) {
        HooksManager::callCallouts(isc::hooks::ServerHooks::getServerHooks().getIndex(point),
                                   handle);
    }

    /// One turn of the server's main loop.
    static void main_loop() { isc::dhcp::IfaceMgr::instance().receive6(0, 1000); }

    static ConstElementPtr status() {
        const auto handle = HooksManager::createCalloutHandle();
        HooksManager::callCommandHandlers("mobility-status", *handle);
        ConstElementPtr response;
        handle->getArgument("response", response);
        return response;
    }
    static std::int64_t counter(const std::string& name) {
        return status()->get("arguments")->get("counters")->get(name)->intValue();
    }

    /// A Renew that has been committed, as far as the library sees it.
    static CalloutHandle::CalloutNextStep commit(const isc::dhcp::Pkt6Ptr& query) {
        const auto handle = isc::dhcp::getCalloutHandle(query);
        const isc::hooks::ScopedCalloutHandleState no_circle(handle);
        handle->setArgument("query6", query);
        call("buffer6_receive", *handle);
        isc::dhcp::Lease6CollectionPtr leases(
            new isc::dhcp::Lease6Collection{lease("2001:db8:d000::5")});
        handle->setArgument("leases6", leases);
        handle->setArgument("deleted_leases6",
                            isc::dhcp::Lease6CollectionPtr(new isc::dhcp::Lease6Collection));
        call("leases6_committed", *handle);
        return handle->getStatus();  // before the state is reset
    }

    /// A row under the address that a host has made itself and tells of now.
    static bool registers() {
        const auto query = inform();
        const auto handle = isc::dhcp::getCalloutHandle(query);
        {
            const isc::hooks::ScopedCalloutHandleState no_circle(handle);
            handle->setArgument("query6", query);
            call("buffer6_receive", *handle);
            call("pkt6_receive", *handle);
        }
        return static_cast<bool>(isc::dhcp::LeaseMgrFactory::instance().getLease6(
            isc::dhcp::Lease::TYPE_NA, isc::asiolink::IOAddress(kOwnAddress)));
    }

    void unload() {
        HooksManager::prepareUnloadLibraries();
        EXPECT_TRUE(HooksManager::unloadLibraries());
        EXPECT_FALSE(mapped());
    }

    mobility::testing::Certificates certificates_;
    const TlsFiles files_;
};

TEST_F(LoadedLibrary, StartsWhenTheMainLoopGoesOnAndItsStaticsBeginAgainEachTime) {
    for (int life = 0; life < 3; ++life) {
        EXPECT_EQ(configure(parameters()), "");
        EXPECT_NE(status()->get("result")->intValue(), 0) << "not before the server has decided";
        main_loop();
        ASSERT_EQ(status()->get("result")->intValue(), 0) << status()->str();
        EXPECT_EQ(counter("attached"), 0);
        EXPECT_EQ(commit(relayed(DHCPV6_RENEW)), CalloutHandle::NEXT_STEP_CONTINUE)
            << "no anchor is there to wait for";
        EXPECT_EQ(counter("attached"), 1);
        EXPECT_EQ(counter("unheld-anchor-away"), 1);
    }
}

TEST_F(LoadedLibrary, RefusesWithTheReasonAndKeepsTheParametersInForce) {
    EXPECT_EQ(configure(parameters(R"({"hold-limit": 123})")), "");
    main_loop();
    EXPECT_THAT(configure(parameters(R"({"hold-limit": "fast"})")),
                HasSubstr(R"(libdhcp_mobility.so: "hold-limit" is "fast")"));
    main_loop();
    ASSERT_EQ(status()->get("result")->intValue(), 0) << "the old parameters are in force";
    EXPECT_EQ(commit(relayed(DHCPV6_RENEW)), CalloutHandle::NEXT_STEP_CONTINUE);
    EXPECT_EQ(counter("attached"), 1);
}

TEST_F(LoadedLibrary, LeavesAServerAloneWhoseConfigurationInForceDoesNotNameIt) {
    EXPECT_THAT(configure(parameters(R"({"max-held": 1000})")), HasSubstr("\"max-held\" is 1000"));
    main_loop();
    EXPECT_NE(status()->get("result")->intValue(), 0);
    EXPECT_EQ(commit(relayed(DHCPV6_RENEW)), CalloutHandle::NEXT_STEP_CONTINUE);
}

TEST_F(LoadedLibrary, GoesOnWithTheConfigurationInForceWhenTheLibrariesAreLoadedAgain) {
    EXPECT_EQ(configure(parameters(R"({"hold-limit": 123})")), "");
    main_loop();
    EXPECT_EQ(commit(relayed(DHCPV6_RENEW)), CalloutHandle::NEXT_STEP_CONTINUE);
    EXPECT_EQ(counter("attached"), 1);
    const auto libraries = HooksManager::getLibraryInfo();
    unload();
    EXPECT_TRUE(HooksManager::loadLibraries(libraries));
    main_loop();
    ASSERT_EQ(status()->get("result")->intValue(), 0) << "nobody asks it about a configuration";
    EXPECT_EQ(counter("attached"), 0);
}

TEST_F(LoadedLibrary, RegistersNoAddressThatAnotherThreadOfKeaAllocatesJustNow) {
    EXPECT_EQ(configure(parameters(R"({"register-addresses": true})")), "");
    main_loop();
    {
        isc::dhcp::ResourceHandler another;
        another.tryLock(isc::dhcp::Lease::TYPE_NA, isc::asiolink::IOAddress(kOwnAddress));
        EXPECT_FALSE(registers());
        EXPECT_EQ(counter("registrations-refused"), 1);
    }
    EXPECT_TRUE(registers());
}

TEST_F(LoadedLibrary, ServesPacketsAlsoWhenNoConfigurationNamesIt) {
    HooksManager::loadLibraries({{LIBRARY_FILE, parameters()}});
    EXPECT_EQ(commit(relayed(DHCPV6_RENEW)), CalloutHandle::NEXT_STEP_CONTINUE);
    main_loop();
    EXPECT_EQ(commit(relayed(DHCPV6_RENEW)), CalloutHandle::NEXT_STEP_CONTINUE);
}

}  // namespace
}  // namespace mobility

int main(int count, char** words) {
    ::testing::InitGoogleTest(&count, words);
    isc::log::initLogger("hook-load", isc::log::NONE);
    return RUN_ALL_TESTS();
}
