// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What Kea sees of libdhcp_mobility.so: the entry points and one function per hook point, of both
// servers: each server binds those that it has. Nothing is decided here.
#include <dlfcn.h>

#include <exception>
#include <memory>
#include <string>

#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/command_interpreter.h>

#include "hooks/dhcp4/callouts.h"
#include "hooks/dhcp6/callouts.h"
#include "hooks/dhcp6/confirm_callouts.h"
#include "hooks/hook.h"
#include "hooks/lease_commands.h"
#include "hooks/log.h"
#include "hooks/report.h"
#include "hooks/status.h"

#define MOBILITY_ENTRY extern "C" __attribute__((visibility("default")))

namespace {

using isc::hooks::CalloutHandle;
using mobility::Hook;
using mobility::Running;

std::unique_ptr<Hook> hook;  ///< from load() to unload(), while no callout runs

void failed(const std::string& point, const std::string& why) {
    mobility::log_limited(
        mobility::kCalloutFailed, [&] { return point + ": " + why; }, point);
    if (hook && hook->running()) ++hook->running()->counters.failed_callouts;
}

/// The firewall: Kea would only log what comes out of a callout, and so do we, with more to say.
template <typename Body>
int guarded(const char* point, Body body) noexcept {
    try {
        body();
        return 0;
    } catch (const std::exception& error) {
        failed(point, error.what());
    } catch (...) {
        failed(point, "not an exception of ours or Kea's");
    }
    return 1;
}

/// Runs `body` while a configuration is in force; DHCP needs nothing from us otherwise. Its failure
/// is not Kea's: that would write a line (HOOKS_CALLOUT_ERROR) each time a client causes one.
template <typename Body>
int callout(const char* point, CalloutHandle& handle, Body body) noexcept {
    guarded(point, [&] {
        if (auto* running = hook->running()) body(handle, *running);
    });
    return 0;
}

std::string own_file_name() {
    Dl_info info{};
    if (dladdr(reinterpret_cast<const void*>(&own_file_name), &info) == 0) {
        return "libdhcp_mobility.so";
    }
    const std::string path = info.dli_fname;
    return path.substr(path.rfind('/') + 1);
}

void lease_command(CalloutHandle& handle, Running& running) {
    std::string name;
    handle.getArgument("name", name);
    if (!name.starts_with("lease")) return;
    isc::data::ConstElementPtr arguments;
    isc::data::ConstElementPtr response;
    handle.getArgument("arguments", arguments);
    handle.getArgument("response", response);
    int code = 1;
    isc::config::parseAnswer(code, response);
    if (code != isc::config::CONTROL_RESULT_SUCCESS) return;
    auto meaning = mobility::meaning_of(name, arguments);
    for (auto& event : meaning.detached) mobility::report(std::move(event), running);
    if (!meaning.list_again) return;
    ++running.counters.lists_requested;
    running.service.mailbox().post_always(mobility::ListAgainLetter{});
}

int mobility_status(CalloutHandle& handle) {
    return guarded("mobility-status", [&] {
        handle.setArgument("response", mobility::status_answer(hook->running()));
    });
}

}  // namespace

MOBILITY_ENTRY int version() { return KEA_HOOKS_VERSION; }

MOBILITY_ENTRY int multi_threading_compatible() { return 1; }

/// Never fails for configuration: a failure here would leave Kea answering nobody.
MOBILITY_ENTRY int load(isc::hooks::LibraryHandle& handle) {
    return guarded("load", [&] {
        hook = std::make_unique<Hook>(handle.getParameters(), own_file_name());
        handle.registerCommandCallout("mobility-status", mobility_status);
        mobility::log_always(mobility::kLoaded, MOBILITY_VERSION);
    });
}

MOBILITY_ENTRY int unload() {
    return guarded("unload", [] {
        hook.reset();
        mobility::log_always(mobility::kUnloaded, "clients of held Replies will retransmit");
    });
}

MOBILITY_ENTRY int dhcp6_srv_configured(CalloutHandle& handle) {
    return guarded("dhcp6_srv_configured", [&] { hook->configured(handle); });
}

MOBILITY_ENTRY int buffer6_receive(CalloutHandle& handle) {
    return callout("buffer6_receive", handle, mobility::dhcp6::buffer_received);
}

MOBILITY_ENTRY int pkt6_receive(CalloutHandle& handle) {
    return callout("pkt6_receive", handle, mobility::dhcp6::packet_received);
}

MOBILITY_ENTRY int subnet6_select(CalloutHandle& handle) {
    return callout("subnet6_select", handle, mobility::dhcp6::select_subnet);
}

MOBILITY_ENTRY int leases6_committed(CalloutHandle& handle) {
    return callout("leases6_committed", handle, mobility::dhcp6::leases_committed);
}

MOBILITY_ENTRY int pkt6_send(CalloutHandle& handle) {
    return callout("pkt6_send", handle, mobility::dhcp6::packet_sending);
}

MOBILITY_ENTRY int buffer6_send(CalloutHandle& handle) {
    return callout("buffer6_send", handle, mobility::dhcp6::buffer_sending);
}

MOBILITY_ENTRY int lease6_expire(CalloutHandle& handle) {
    return callout("lease6_expire", handle, mobility::dhcp6::lease_expired);
}

MOBILITY_ENTRY int dhcp4_srv_configured(CalloutHandle& handle) {
    return guarded("dhcp4_srv_configured", [&] { hook->configured(handle); });
}

MOBILITY_ENTRY int buffer4_receive(CalloutHandle& handle) {
    return callout("buffer4_receive", handle, mobility::dhcp4::buffer_received);
}

MOBILITY_ENTRY int pkt4_receive(CalloutHandle& handle) {
    return callout("pkt4_receive", handle, mobility::dhcp4::packet_received);
}

MOBILITY_ENTRY int subnet4_select(CalloutHandle& handle) {
    return callout("subnet4_select", handle, mobility::dhcp4::select_subnet);
}

MOBILITY_ENTRY int leases4_committed(CalloutHandle& handle) {
    return callout("leases4_committed", handle, mobility::dhcp4::leases_committed);
}

MOBILITY_ENTRY int pkt4_send(CalloutHandle& handle) {
    return callout("pkt4_send", handle, mobility::dhcp4::packet_sending);
}

MOBILITY_ENTRY int lease4_expire(CalloutHandle& handle) {
    return callout("lease4_expire", handle, mobility::dhcp4::lease_expired);
}

MOBILITY_ENTRY int command_processed(CalloutHandle& handle) {
    return callout("command_processed", handle, lease_command);
}
