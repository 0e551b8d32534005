// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Configuring, starting and stopping.
#include "hooks/hook.h"

#include <dhcpsrv/cfg_multi_threading.h>
#include <dhcpsrv/cfgmgr.h>
#include <util/multi_threading_mgr.h>

#include <utility>

#include "hooks/log.h"
#include "hooks/open_databases.h"
#include "hooks/receive_buffers.h"
#include "hooks/server_check.h"

namespace mobility {

using isc::hooks::CalloutHandle;
using isc::util::MultiThreadingMgr;

namespace {

const char kCriticalSection[] = "mobility";

ServerSection section_of(const isc::dhcp::SrvConfig& server) {
    return server_section(server.toElement());
}

/// What `server` gives to our library; nothing if it does not name it.
std::optional<isc::data::ConstElementPtr> own_parameters(isc::dhcp::SrvConfig& server,
                                                         const std::string& library) {
    for (const auto& each : server.getHooksConfig().get()) {
        const auto& path = kea::library_path(each);
        if (path.substr(path.rfind('/') + 1) == library) return kea::library_parameters(each);
    }
    return std::nullopt;
}

/// False: what is open is not to be listed.
bool opened_as_in_force(isc::dhcp::SrvConfig& current, isc::dhcp::SrvConfig* refused) {
    try {
        const auto reopened = open_databases_of(current, refused);
        if (!reopened) return true;
        log_always(kDatabasesReopened, *reopened);
        isc::dhcp::CfgMgr::instance().rollback();  // libreload must not find it there
        return true;
    } catch (const std::exception& error) {
        log_always(kIdle,
                   std::string("the databases of the configuration in force cannot be opened "
                               "again: ") +
                       error.what());
        return false;
    }
}

std::string summary(const Configuration& configuration, bool multi_threaded) {
    std::string anchors;
    for (const auto& anchor : configuration.parameters.anchors) {
        anchors += " " + anchor.name + " at " + anchor.address.text();
    }
    return "source " + configuration.parameters.lease_domain + " as " + configuration.identity +
           ", anchors" + anchors + ", " +
           std::to_string(configuration.parameters.hold_limit.count()) + " ms hold-limit, " +
           std::to_string(configuration.max_held) + " max-held, " +
           (multi_threaded ? "multi-threaded" : "single-threaded");
}

}  // namespace

Hook::Hook(isc::data::ConstElementPtr parameters, std::string library)
    : parameters_(std::move(parameters)), library_(std::move(library)) {
    const auto staging = isc::dhcp::CfgMgr::instance().getStagingCfg();
    if (own_parameters(*staging, library_)) candidate_for_ = staging;  // else: libreload
    try {
        wake_main_thread();
    } catch (const ConfigurationError& error) {
        log_always(kIdle, error.what());
    }
}

Hook::~Hook() {
    stop();
    main_thread_.reset();
}

void Hook::stop() {
    MultiThreadingMgr::instance().removeCriticalSectionCallbacks(kCriticalSection);
    if (owned_) owned_->service.stop();
    running_ = nullptr;
    owned_.reset();
    log_all_left_out();  // the service's thread is no more there to say it
}

void Hook::configured(CalloutHandle& handle) {
    asked_ = true;
    decided_ = false;
    candidate_.reset();
    candidate_for_.reset();
    std::string refusal;
    try {
        wake_main_thread();
        handle.getArgument("server_config", candidate_for_);
        candidate_ = make_configuration(parameters_, section_of(*candidate_for_), library_);
        for (const auto& warning : candidate_->warnings) log_always(kConfigurationWarning, warning);
        return;
    } catch (const ConfigurationError& error) {
        refusal = error.what();
    } catch (const std::exception& error) {
        refusal = std::string("cannot be read: ") + error.what();
    }
    log_always(kConfigurationRefused, refusal);
    handle.setArgument("error", library_ + ": " + refusal);
    handle.setStatus(CalloutHandle::NEXT_STEP_DROP);
}

void Hook::wake_main_thread() {
    if (!main_thread_) main_thread_.emplace([this] { on_main_thread(); });
    main_thread_->wake();
}

void Hook::on_main_thread() {
    if (!decided_) decide();
    if (auto* now = running()) now->service.turn().run_waiting();
}

void Hook::decide() {
    decided_ = true;
    stop();
    const auto current = isc::dhcp::CfgMgr::instance().getCurrentCfg();
    auto candidate = std::exchange(candidate_, std::nullopt);
    const auto candidate_for = std::exchange(candidate_for_, nullptr);
    if (candidate && candidate_for == current) {
        start(std::move(*candidate));
    } else {
        keep_in_force(*current, candidate_for.get());
    }
}

void Hook::keep_in_force(isc::dhcp::SrvConfig& current, isc::dhcp::SrvConfig* refused) {
    const auto own = own_parameters(current, library_);
    const bool open = own && opened_as_in_force(current, refused);
    // Kea forgets this after a refusal: multi-threaded by name and without a thread, or threaded
    // although the configuration in force is not, it would answer nobody any more.
    isc::dhcp::CfgMultiThreading::apply(current.getDHCPMultiThreading());
    if (!own) log_always(kIdle, "the configuration in force does not name " + library_);
    if (!open) return;
    try {
        start(make_configuration(*own, section_of(current), library_));
        log_always(kConfigurationKept, asked_ ? "the new one was refused"
                                              : "the libraries were loaded again, or the new one "
                                                "failed before");
    } catch (const std::exception& error) {
        log_always(kIdle,
                   std::string("the configuration in force no longer works: ") + error.what());
    }
}

void Hook::start(Configuration configuration) {
    auto& threads = MultiThreadingMgr::instance();
    const bool multi_threaded = threads.getMode();
    owned_ = std::make_unique<Running>(std::move(configuration), multi_threaded,
                                       [this] { main_thread_->wake(); });
    auto& turn = owned_->service.turn();
    if (multi_threaded) {
        threads.addCriticalSectionCallbacks(
            kCriticalSection, [] {}, [&turn] { turn.pause(); }, [&turn] { turn.resume(); });
    }
    owned_->service.start();
    running_.store(owned_.get(), std::memory_order_release);
    const auto buffer = enlarge_receive_buffers();
    log_always(kConfigured, summary(owned_->configuration, multi_threaded) +
                                ", receive buffers of " + std::to_string(buffer) + " bytes");
    if (buffer != 0 && buffer < kReceiveBuffer) {
        log_always(kConfigurationWarning,
                   "a burst of moves will lose messages: the server's receive buffers have " +
                       std::to_string(buffer) + " bytes; set net.core.rmem_max to " +
                       std::to_string(kReceiveBuffer / 2) + " or more");
    }
}

}  // namespace mobility
