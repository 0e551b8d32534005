// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Runs a fuzz target over its seeds, each also cut short at every byte, and over mutations of them
// that are the same in every run: what stands in for libFuzzer where the compiler has none.
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t kMutations = 2000;  // of all seeds together
/// Beyond so many octets a seed is cut at so many places only.
constexpr std::size_t kMostCuts = 2000;

using Input = std::vector<char>;

/// What is being run, for whoever wants to run it again.
const std::uint8_t* running = nullptr;
std::size_t running_size = 0;

extern "C" void show_running(int signal) {
    std::fputs("the input that failed, for xxd -r -p: ", stderr);
    for (std::size_t i = 0; i < running_size; ++i) std::fprintf(stderr, "%02x", running[i]);
    std::fputs("\n", stderr);
    std::signal(signal, SIG_DFL);
    std::raise(signal);
}

/// In memory of just its size, so that AddressSanitizer sees a read behind it.
void run(const Input& input, std::size_t size) {
    const auto exact = std::make_unique<std::uint8_t[]>(size);
    std::copy_n(input.begin(), size, exact.get());
    running = exact.get();
    running_size = size;
    LLVMFuzzerTestOneInput(exact.get(), size);
}

std::vector<Input> read_seeds(int argc, char** argv) {
    std::vector<std::filesystem::path> paths;
    for (int i = 1; i < argc; ++i) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(argv[i])) {
            if (entry.is_regular_file()) {
                paths.push_back(entry.path());
            }
        }
    }
    std::sort(paths.begin(), paths.end());  // a folder has no order of its own
    std::vector<Input> seeds;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return seeds;
}

/// A few octets changed, put in, taken out, or a piece of another seed.
Input mutate(const std::vector<Input>& seeds, std::mt19937& random) {
    const auto below = [&](std::size_t limit) { return limit == 0 ? 0 : random() % limit; };
    const auto place = [](Input& input, std::size_t at) {
        return input.begin() + static_cast<std::ptrdiff_t>(at);
    };
    auto input = seeds[below(seeds.size())];
    for (auto changes = 1 + below(4); changes > 0; --changes) {
        const auto at = below(input.size() + 1);
        switch (below(4)) {
            case 0:
                if (at < input.size()) input[at] = static_cast<char>(random());
                break;
            case 1:
                input.insert(place(input, at), static_cast<char>(random()));
                break;
            case 2:
                input.erase(place(input, at),
                            place(input, std::min(input.size(), at + 1 + below(8))));
                break;
            default: {
                auto other = seeds[below(seeds.size())];
                const auto from = below(other.size() + 1);
                const auto to = std::min(other.size(), from + below(64));
                input.insert(place(input, at), place(other, from), place(other, to));
            }
        }
    }
    return input;
}

}  // namespace

int main(int argc, char** argv) {
    std::signal(SIGABRT, show_running);
    std::signal(SIGSEGV, show_running);
    const auto seeds = read_seeds(argc, argv);
    for (const auto& seed : seeds) {
        const auto step = 1 + seed.size() / kMostCuts;
        for (std::size_t size = 0; size < seed.size(); size += step) {
            run(seed, size);
        }
        run(seed, seed.size());
    }
    std::mt19937 random(1);
    for (std::size_t i = 0; i < kMutations && !seeds.empty(); ++i) {
        const auto input = mutate(seeds, random);
        run(input, input.size());
    }
    std::printf("%zu seeds\n", seeds.size());
    return seeds.empty() ? 1 : 0;
}
