// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What a full state of a million bindings does to a move: the longest call into the core, which a
// move waits for at most, while lists, full states and removals are under way: resync_bench
// [--leases N]
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <string_view>

#include "tests/bench/resync_domain.h"

namespace mobility::bench {
namespace {

void print(const char* phase, const Domain::Figures& f, bool last = false) {
    std::fprintf(stderr,
                 "%-26s %9.2f ms (%-22s) p99 %6.3f ms, moves %6zu, longest %8.2f ms, %8zu entries, "
                 "%7zu messages, %10zu octets, unsent %8zu, %6.2f s\n",
                 phase, f.longest_ms, f.longest.c_str(), f.p99_ms, f.moves, f.move_longest_ms,
                 f.entries, f.messages, f.octets, f.most_unsent, f.seconds);
    const auto figure = [&](const char* name, double value, const char* end = ", ") {
        std::printf("\"%s: %s\": %.4f%s", phase, name, value, end);
    };
    figure("longest call ms", f.longest_ms);
    figure("p99 call ms", f.p99_ms);
    figure("longest move ms", f.move_longest_ms);
    figure("list entries", static_cast<double>(f.entries));
    figure("messages", static_cast<double>(f.messages));
    figure("octets", static_cast<double>(f.octets));
    figure("most unsent", static_cast<double>(f.most_unsent));
    figure("seconds", f.seconds, last ? "}}\n" : ", ");
}

void measure(std::size_t leases) {
    Domain domain(leases);
    domain.take_figures();
    std::printf("{\"figures\": {");

    const auto listed = [&] { return domain.listed(); };
    const auto list_again = [&] {
        domain.cut_source();
        domain.settle();
        domain.connect_source();
        domain.run_until(listed);
    };

    domain.connect_ar(1);
    domain.connect_source();
    domain.run_until([&] { return domain.listed() && domain.anchor().anchor().listed(); });
    print("full list", domain.take_figures());

    domain.connect_ar(0);
    domain.run_until([&] { return domain.ar(0).router().size() >= leases; });
    print("full state", domain.take_figures());

    domain.cut_ar(0);
    domain.settle();
    domain.connect_ar(0);
    domain.run_until([] { return true; });
    print("equal full state", domain.take_figures());

    domain.compare_lists();
    list_again();
    print("equal list", domain.take_figures());

    domain.keep_leases(leases - 1);
    list_again();
    print("one lease differs", domain.take_figures());

    domain.keep_leases(leases / 2);
    list_again();
    print("half is missing", domain.take_figures());

    domain.confirm_removal();
    domain.run_until([&] { return domain.ar(0).router().size() <= leases / 2 + 64; });
    print("half ends, AR there", domain.take_figures());

    domain.cut_ar(0);
    domain.settle();
    domain.keep_leases(0);
    list_again();
    domain.confirm_removal();
    domain.run_until([&] { return domain.anchor().anchor().bindings().size() <= 64; });
    print("half ends, AR away", domain.take_figures());

    domain.connect_ar(0);
    domain.run_until([&] { return domain.ar(0).router().size() <= 64; });
    print("AR forgets half", domain.take_figures(), true);
}

}  // namespace
}  // namespace mobility::bench

int main(int argc, char** argv) {
    std::size_t leases = 1'000'000;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (std::string_view(argv[i]) == "--leases")
            leases = std::strtoul(argv[i + 1], nullptr, 10);
    }
    try {
        mobility::bench::measure(leases);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "resync_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
