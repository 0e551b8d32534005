// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// mobility-route-agent: the daemon of an anchor and of an access router.
#include <unistd.h>

#include <iostream>
#include <span>

#include "daemon/command_line.h"
#include "daemon/pid_file.h"
#include "route-agent/agent.h"
#include "route-agent/check.h"
#include "route-agent/control_socket.h"
#include "route-agent/messages.h"
#include "route-agent/own_kernel.h"

namespace {

using namespace mobility;

int serve(const std::string& path) {
    auto settings = read_settings(path);
    Signals signals;
    Log log("mobility-route-agent", route_agent::messages(), settings.log);
    std::optional<PidFile> pid;
    if (settings.pid_file) pid.emplace(*settings.pid_file);
    RouteAgent agent(std::move(settings), path, log, signals);
    agent.run();
    return 0;
}

/// --ask "QUESTION" and --remove-all, for the agent of a configuration.
std::optional<int> answer_operator(std::span<char* const> arguments) {
    std::string config = "/etc/kea-mobility/route-agent.conf", question;
    bool remove = false;
    for (std::size_t i = 1; i < arguments.size(); ++i) {
        const std::string word = arguments[i];
        if (word == "--remove-all") remove = true;
        if (i + 1 == arguments.size()) break;
        if (word == "--ask") question = arguments[i + 1];
        if (word == "--config" || word == "-c") config = arguments[i + 1];
    }
    if (remove) {
        const auto settings = read_settings(config);
        if (ask(settings.control_socket, "status")) {
            throw std::runtime_error("the agent runs, and would put back what it wants: stop it");
        }
        const auto [removed, refused] = remove_all(settings);
        std::cout << removed << " removed\n";
        for (const auto& why : refused) std::cerr << "not removed: " << why << "\n";
        return refused.empty() ? 0 : 1;
    }
    if (question.empty()) return std::nullopt;
    const auto answer = ask(read_settings(config).control_socket, question);
    if (!answer) throw std::runtime_error(answer.error());
    std::cout << *answer << "\n";
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    const std::span<char* const> arguments(argv, static_cast<std::size_t>(argc));
    const Program program{
        "mobility-route-agent",
        "Programs tunnels and host routes on an anchor or an access router; as an authority "
        "it tells\nanchors which MNs may be served.\n"
        "  --ask QUESTION  ask the running agent: status, bindings, "
        "confirm-removal LEASE-DOMAIN-OR-AUTHORITY,\n"
        "                  gone ADDRESS, gone LINK-LAYER-ADDRESS, gone all\n"
        "  --remove-all    take away all routes that the agent has installed",
        "/etc/kea-mobility/route-agent.conf", route_agent::messages()};
    try {
        if (const auto status = answer_operator(arguments)) return *status;
        std::string config;
        if (const auto status =
                answer_command_line(program, arguments, check_configuration, config)) {
            return *status;
        }
        return serve(config);
    } catch (const std::exception& error) {
        std::cerr << program.name << ": " << error.what() << "\n";
        return 1;
    }
}
