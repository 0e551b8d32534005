// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Where the journal's fuzzer and its seeds keep their files: in memory where there is a folder for
// that, since each commit waits for the disk.
#pragma once

#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>

#include "tests/fuzz/require.h"

namespace mobility::fuzz {

class JournalFolder {
public:
    JournalFolder() {
        const std::filesystem::path memory = "/dev/shm";
        std::string pattern =
            (std::filesystem::is_directory(memory) ? memory
                                                   : std::filesystem::temp_directory_path()) /
            "kea-mobility-journal-XXXXXX";
        require(mkdtemp(pattern.data()) != nullptr, "there is room for a folder");
        path_ = pattern;
    }
    ~JournalFolder() { std::filesystem::remove_all(path_); }
    JournalFolder(const JournalFolder&) = delete;
    JournalFolder& operator=(const JournalFolder&) = delete;

    std::string journal() const { return path_ / "journal"; }
    /// The journal's file is this, and nothing is beside it.
    void hold(std::span<const std::uint8_t> octets) const {
        clear();
        std::ofstream(journal(), std::ios::binary)
            .write(reinterpret_cast<const char*>(octets.data()),
                   static_cast<std::streamsize>(octets.size()));
    }
    void clear() const {
        for (const auto& each : std::filesystem::directory_iterator(path_)) {
            std::filesystem::remove(each.path());
        }
    }
    /// Of the file with this behind the journal's name; nothing where there is none.
    std::string content(const std::string& suffix = {}) const {
        std::ifstream file(journal() + suffix, std::ios::binary);
        return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    }

private:
    std::filesystem::path path_;
};

}  // namespace mobility::fuzz
