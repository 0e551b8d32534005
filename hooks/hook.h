// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The library's life between load() and unload(): which configuration takes effect, and when.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/data.h>
#include <dhcpsrv/srv_config.h>
#include <hooks/callout_handle.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>

#include "hooks/configuration.h"
#include "hooks/main_thread.h"
#include "hooks/running.h"

namespace mobility {

/// Lives on Kea's main thread; running() is for all. Invariant: Running follows the configuration
/// that Kea really uses. Kea calls dhcp6_srv_configured (dhcp4_…) before it knows whether the new
/// configuration takes effect (ours or another library's refusal, a later error), and does not at
/// all after libreload or an earlier error. So the decision is taken when the main loop goes on
/// after load(): then Kea's current configuration says it.
class Hook {
public:
    /// `parameters` as load() sees them; `library`: our file name.
    Hook(isc::data::ConstElementPtr parameters, std::string library);
    /// unload(): stops, joins, lets go of every packet, answers nobody.
    ~Hook();

    /// dhcp4_srv_configured, dhcp6_srv_configured: refuses with the argument "error" and DROP.
    void configured(isc::hooks::CalloutHandle& handle);

    /// nullptr: no mobility (yet).
    Running* running() { return running_.load(std::memory_order_acquire); }

private:
    void wake_main_thread();
    void on_main_thread();
    void decide();
    void stop();
    void start(Configuration configuration);
    void keep_in_force(isc::dhcp::SrvConfig& current, isc::dhcp::SrvConfig* refused);

    const isc::data::ConstElementPtr parameters_;
    const std::string library_;
    std::optional<Configuration> candidate_;
    /// What Kea is about to use: since load(), for it may fail before we are asked.
    isc::dhcp::SrvConfigPtr candidate_for_;
    std::optional<MainThread> main_thread_;
    bool asked_ = false;  ///< about a configuration, since load()
    bool decided_ = false;
    std::unique_ptr<Running> owned_;
    std::atomic<Running*> running_ = nullptr;
};

}  // namespace mobility
