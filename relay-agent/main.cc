// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// mobility-relay-agent: the DHCPv6 and DHCPv4 relay agent of an access router. Clients' messages go
// from its access links to the DHCP servers, and the servers' answers back.
#include <cstdio>
#include <memory>
#include <span>

#include "daemon/command_line.h"
#include "daemon/config_file.h"
#include "daemon/log.h"
#include "daemon/pid_file.h"
#include "daemon/privileges.h"
#include "daemon/readiness.h"
#include "daemon/signals.h"
#include "relay-agent/advice.h"
#include "relay-agent/own_addresses.h"
#include "relay-agent/relay_agent.h"
#include "relay-agent/relay_config.h"
#include "relay-agent/relay_messages.h"

namespace {

using namespace mobility;

constexpr const char* kName = "mobility-relay-agent";

RelayConfig read_config(const std::string& path) {
    return read_relay_config(ConfigFile::read(path).root());
}

std::vector<std::string> check(const std::string& path) {
    const RelayConfig config = read_config(path);
    const auto machine = read_machine();
    return machine ? absent_here(config, *machine) : std::vector<std::string>{machine.error()};
}

Result<void> serve(const RelayConfig& config, const std::string& path, Log& log) {
    Signals signals;
    const auto pid_file =
        config.pid_file.empty() ? nullptr : std::make_unique<PidFile>(config.pid_file);
    auto agent = RelayAgent::open(config, log);
    if (!agent) {
        return Error{agent.error()};
    }
    if (const auto dropped = drop_privileges(config.user, {}); !dropped) {
        return dropped;
    }
    if (geteuid() == 0) {
        log.write(kRelayRunsAsRoot, "no \"user\" in " + path);
    }
    log.write(kRelayStarted, describe_privileges());
    announce_ready(kName);
    return (*agent)->run(signals, [&] { return read_config(path); });
}

}  // namespace

int main(int argc, char** argv) {
    const Program program{kName, "DHCPv6 and DHCPv4 relay agent of an access router",
                          "/etc/kea-mobility/relay-agent.conf", relay_messages()};
    std::string path;
    const auto status =
        answer_command_line(program, std::span(argv, static_cast<std::size_t>(argc)), check, path);
    if (status) {
        return *status;
    }
    try {
        const RelayConfig config = read_config(path);
        Log log(kName, relay_messages(), config.log);
        if (const auto served = serve(config, path, log); !served) {
            log.write(kRelayFailed, served.error());
            return 1;
        }
        log.write(kRelayStopped, "asked to stop");
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: %s: %s\n", kName, path.c_str(), error.what());
        return 1;
    }
}
