// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Rates of the netlink forwarder beside `ip -batch` doing the same, and moves under traffic:
// forwarder_bench [--routes N] [--tunnels N] [--seconds N] [--json FILE]
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "route-agent/netlink_forwarder.h"
#include "tests/bench/forwarder_traffic.h"
#include "tests/unit/forwarder/network_namespace.h"

namespace mobility {
namespace {

/// As many as an agent gives in one slice of bulk work.
constexpr std::size_t kSlice = 1000;
constexpr std::uint32_t kPeerNexthop = 1000;

struct Options {
    std::size_t routes = 100'000;
    std::size_t tunnels = 50;
    double seconds = 3;
    std::string json;
};

using Figures = std::vector<std::pair<std::string, double>>;

double seconds_of(const std::function<void()>& work) {
    const auto begun = std::chrono::steady_clock::now();
    work();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
}

std::string host_text(std::size_t number) {
    char text[64];
    std::snprintf(text, sizeof text, "2001:db8:9::%zx:%zx", number >> 16, number & 0xffff);
    return text;
}

Tunnel tunnel(std::size_t number) {
    char text[64];
    std::snprintf(text, sizeof text, "2001:db8:5:%zx::1", number + 1);
    return {IpAddress::parse(text).value(), TunnelMode::kSeg6};
}

void apply_all(NetlinkForwarder& forwarder, const std::vector<Operation>& operations) {
    for (std::size_t i = 0; i < operations.size(); i += kSlice) {
        const auto count = std::min(kSlice, operations.size() - i);
        for (const auto& outcome : forwarder.apply(std::span(operations).subspan(i, count))) {
            if (outcome.kind != Outcome::Kind::kDone) throw std::runtime_error(outcome.reason);
        }
    }
}

std::unique_ptr<NetlinkForwarder> open_forwarder() {
    auto opened = NetlinkForwarder::open({});
    if (!opened) throw std::runtime_error(opened.error());
    return std::move(opened.value());
}

std::vector<Operation> all_to(const Options& options, std::size_t shift) {
    std::vector<Operation> operations;
    operations.reserve(options.routes);
    for (std::size_t i = 0; i < options.routes; ++i) {
        operations.push_back(
            SetRoute{Prefix::parse(host_text(i)).value(), tunnel((i + shift) % options.tunnels)});
    }
    return operations;
}

/// Microseconds of one move by itself, in the middle of all the others.
double median_move(NetlinkForwarder& forwarder, const Options& options) {
    std::vector<double> times;
    for (std::size_t i = 0; i < 2000; ++i) {
        const Operation move = SetRoute{Prefix::parse(host_text(i * 7 % options.routes)).value(),
                                        tunnel(i % options.tunnels)};
        times.push_back(1e6 * seconds_of([&] { forwarder.apply({&move, 1}); }));
    }
    std::ranges::nth_element(times, times.begin() + 1000);
    return times[1000];
}

void run_forwarder(const Options& options, Figures& figures) {
    const NetworkNamespace space;
    const auto forwarder = open_forwarder();
    const auto count = static_cast<double>(options.routes);
    const auto add = all_to(options, 0);
    const auto move = all_to(options, 1);
    std::vector<Operation> remove;
    for (const auto& operation : add) {
        remove.push_back(RemoveRoute{std::get<SetRoute>(operation).prefix});
    }
    figures.emplace_back("add_per_s", count / seconds_of([&] { apply_all(*forwarder, add); }));
    figures.emplace_back("move_per_s", count / seconds_of([&] { apply_all(*forwarder, move); }));
    figures.emplace_back("one_move_us_median", median_move(*forwarder, options));
    apply_all(*forwarder, move);
    std::size_t read = 0;
    figures.emplace_back("read_back_ms", 1e3 * seconds_of([&] {
                                             const auto state = forwarder->installed();
                                             if (!state) throw std::runtime_error(state.error());
                                             read = state->routes.size();
                                         }));
    if (read != options.routes) throw std::runtime_error("read back " + std::to_string(read));
    figures.emplace_back("remove_per_s",
                         count / seconds_of([&] { apply_all(*forwarder, remove); }));
}

void run_on_link(const Options& options, Figures& figures) {
    const NetworkNamespace space;
    NetworkNamespace::add_pair("access", "mn");
    const auto forwarder = open_forwarder();
    const auto number = options.routes / 5;
    std::vector<Operation> add, remove;
    for (std::size_t i = 0; i < number; ++i) {
        const auto prefix = Prefix::parse(host_text(i)).value();
        const LinkLayerAddress link_layer{std::string("\x02\0\0\0\0\1", 6)};
        add.push_back(SetRoute{prefix, OnLink{"access", link_layer}});
        remove.push_back(RemoveRoute{prefix});
    }
    const auto count = static_cast<double>(number);
    figures.emplace_back("on_link_add_per_s",
                         count / seconds_of([&] { apply_all(*forwarder, add); }));
    figures.emplace_back("on_link_remove_per_s",
                         count / seconds_of([&] { apply_all(*forwarder, remove); }));
}

/// One line per route for `ip -batch`.
double ip_batch(const Options& options, const std::function<std::string(std::size_t)>& line) {
    const auto path = std::filesystem::temp_directory_path() /
                      ("forwarder_bench." + std::to_string(::getpid()) + ".batch");
    {
        std::ofstream file(path);
        for (std::size_t i = 0; i < options.routes; ++i) file << line(i) << '\n';
    }
    const auto seconds = seconds_of([&] { ip("-6 -batch " + path.string()); });
    std::filesystem::remove(path);
    return static_cast<double>(options.routes) / seconds;
}

void run_ip(const Options& options, Figures& figures) {
    const NetworkNamespace space;
    for (std::size_t i = 0; i < options.tunnels; ++i) {
        ip("-6 nexthop add id " + std::to_string(kPeerNexthop + i) +
           " encap seg6 mode encap.red segs " + tunnel(i).to.text() + " dev lo");
    }
    const auto line = [&](const char* verb, std::size_t shift) {
        return [&, verb, shift](std::size_t i) {
            return std::string("route ") + verb + " " + host_text(i) + " nhid " +
                   std::to_string(kPeerNexthop + (i + shift) % options.tunnels) + " metric 213";
        };
    };
    figures.emplace_back("ip_batch_add_per_s", ip_batch(options, line("add", 0)));
    figures.emplace_back("ip_batch_move_per_s", ip_batch(options, line("replace", 1)));
    figures.emplace_back("ip_read_back_ms",
                         1e3 * seconds_of([] { ip("-6 route show >/dev/null"); }));
    figures.emplace_back("ip_batch_remove_per_s", ip_batch(options, [](std::size_t i) {
                             return "route del " + host_text(i) + " metric 213";
                         }));
}

void run_traffic(const Options& options, Figures& figures) {
    const auto still = moves_under_traffic(options.seconds, 20'000, false);
    figures.emplace_back("traffic_lost_without_moves", static_cast<double>(still.lost));
    const auto traffic = moves_under_traffic(options.seconds, 20'000, true);
    figures.emplace_back("traffic_packets", static_cast<double>(traffic.packets));
    figures.emplace_back("traffic_packets_per_s", traffic.packets_per_second);
    figures.emplace_back("traffic_moves", static_cast<double>(traffic.moves));
    figures.emplace_back("traffic_packets_lost", static_cast<double>(traffic.lost));
    figures.emplace_back("traffic_packets_reordered", static_cast<double>(traffic.reordered));
}

Options read_options(int count, char** arguments) {
    Options options;
    for (int i = 1; i + 1 < count; i += 2) {
        const std::string_view name = arguments[i];
        if (name == "--routes") {
            options.routes = std::strtoul(arguments[i + 1], nullptr, 10);
        } else if (name == "--tunnels") {
            options.tunnels = std::strtoul(arguments[i + 1], nullptr, 10);
        } else if (name == "--seconds") {
            options.seconds = std::strtod(arguments[i + 1], nullptr);
        } else if (name == "--json") {
            options.json = arguments[i + 1];
        } else {
            throw std::runtime_error("unknown option " + std::string(name));
        }
    }
    if (options.routes < 5 || options.tunnels < 1 || count % 2 == 0) {
        throw std::runtime_error("expected [--routes N] [--tunnels N] [--seconds N] [--json FILE]");
    }
    return options;
}

void write_json(const Figures& figures, std::ostream& out) {
    out << "{\"name\": \"forwarder\", \"figures\": {";
    const char* separator = "";
    for (const auto& [name, value] : figures) {
        char text[64];
        std::snprintf(text, sizeof text, "%.1f", value);
        out << separator << "\"" << name << "\": " << text;
        separator = ", ";
    }
    out << "}}\n";
}

int run(const Options& options) {
    const auto why_not = no_namespaces_reason();
    if (!why_not.empty()) {
        std::cout << "skipped: " << why_not << '\n';
        return 0;
    }
    Figures figures{{"routes", static_cast<double>(options.routes)},
                    {"tunnels", static_cast<double>(options.tunnels)}};
    run_forwarder(options, figures);
    run_on_link(options, figures);
    run_ip(options, figures);
    run_traffic(options, figures);
    for (const auto& [name, value] : figures) {
        std::printf("%-28s %14.1f\n", name.c_str(), value);
    }
    std::fflush(stdout);
    write_json(figures, std::cout);
    if (!options.json.empty()) {
        std::ofstream file(options.json);
        write_json(figures, file);
    }
    return 0;
}

}  // namespace
}  // namespace mobility

int main(int count, char** arguments) {
    try {
        return mobility::run(mobility::read_options(count, arguments));
    } catch (const std::exception& error) {
        std::cerr << "forwarder_bench: " << error.what() << '\n';
        return 1;
    }
}
