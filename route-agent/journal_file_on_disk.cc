// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The journal as a file among others: whose it is, and where a damaged one goes.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string_view>

#include "route-agent/journal_file.h"

namespace mobility {
namespace {

using Kind = JournalFailure::Kind;

constexpr int kMostMovedAside = 99;  // then somebody should look
constexpr std::string_view kMagic{"SQLite format 3\0", 16};
constexpr std::size_t kHeader = 100;  // octets of an SQLite file

}  // namespace

/// A file that is no journal may be somebody's: a mistyped name must not move it aside.
JournalFailure JournalFile::look_at_header() {
    std::array<char, kHeader> header{};
    std::ifstream file(path_, std::ios::binary);
    file.read(header.data(), header.size());
    const std::string_view start(header.data(), kMagic.size());
    says_ours_ = std::string_view(header.data() + 68, 4) == "KMJ1";
    if (file.gcount() == 0) return {};
    if (std::all_of(start.begin(), start.end(), [](char each) { return each == 0; })) {
        return {Kind::kDamaged, path_ + ": its beginning is gone"};
    }
    if (start != kMagic) return {Kind::kForeign, path_ + ": is no journal"};
    // With versions that SQLite does not know it would only read the file, or not even that.
    const bool known = header[18] >= 1 && header[18] <= 2 && header[19] >= 1 && header[19] <= 2;
    if (known && file.gcount() == kHeader) return {};
    return damaged("is no whole database");
}

JournalFailure JournalFile::move_aside() {
    close();
    for (int i = 1; i <= kMostMovedAside; ++i) {
        const auto aside = path_ + ".damaged-" + std::to_string(i);
        if (::access(aside.c_str(), F_OK) == 0) continue;
        if (std::rename(path_.c_str(), aside.c_str()) != 0) {
            return {Kind::kUnusable, path_ + ": cannot be moved aside: " + std::strerror(errno)};
        }
        // The log belongs to it: with a new file it would be taken for the new file's.
        for (const char* log : {"-wal", "-shm", "-journal"}) {
            std::rename((path_ + log).c_str(), (aside + log).c_str());
        }
        return {Kind::kNone, aside};
    }
    return {Kind::kUnusable, path_ + ": cannot be moved aside: there are " +
                                 std::to_string(kMostMovedAside) + " damaged ones already"};
}

}  // namespace mobility
