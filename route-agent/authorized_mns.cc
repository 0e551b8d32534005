// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Line by line.
#include "route-agent/authorized_mns.h"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "daemon/config_value.h"

namespace mobility {
namespace {

std::string_view content_of(std::string_view line) {
    line = line.substr(0, line.find('#'));
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string_view::npos) return {};
    return line.substr(first, line.find_last_not_of(" \t\r") + 1 - first);
}

}  // namespace

std::unordered_set<MnId> read_authorized_mns(const std::string& path) {
    errno = 0;
    std::ifstream file(path);
    std::unordered_set<MnId> mns;
    std::string line;
    for (std::size_t number = 1; std::getline(file, line); ++number) {
        const auto content = content_of(line);
        if (content.empty()) continue;
        auto mn = MnId::parse(content);
        if (!mn) throw ConfigError(path + ":" + std::to_string(number) + ": " + mn.error());
        mns.insert(std::move(*mn));
    }
    if (!file.is_open() || file.bad()) {
        throw ConfigError(path + ": cannot be read: " + std::strerror(errno));
    }
    return mns;
}

}  // namespace mobility
