// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A map of a Kea configuration, read strictly: what is missing, out of range or unknown is refused
// with key, value and what was expected.
#pragma once

#include "hooks/kea_compat.h"
// Compatibility first.
#include <cc/data.h>

#include <cstdint>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/ip_address.h"

namespace mobility {

/// A configuration that must not take effect. The text is complete: key, value, remedy.
class ConfigurationError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Every function throws ConfigurationError. Call finish() after the last key has been read.
class JsonSection {
public:
    /// `path` names the map in messages, e.g. "anchors[0]"; empty for the outermost.
    JsonSection(isc::data::ConstElementPtr map, std::string path);

    bool has(const std::string& key) const { return map_->contains(key); }

    std::string text(const std::string& key);
    std::optional<std::string> optional_text(const std::string& key);
    /// One of `allowed`, or `otherwise` when the key is missing.
    std::string choice(const std::string& key, const std::vector<std::string>& allowed,
                       const std::string& otherwise);
    bool flag(const std::string& key, bool otherwise);
    std::int64_t integer(const std::string& key, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> optional_integer(const std::string& key, std::int64_t least,
                                                 std::int64_t most);
    IpAddress address(const std::string& key);
    /// At least one, each of the family.
    std::vector<Prefix> prefixes(const std::string& key, Family family);
    /// A list of maps, possibly empty; nothing when the key is missing.
    std::vector<JsonSection> sections(const std::string& key);

    /// Keys that nobody asked for are refused.
    void finish() const;

    /// "anchors[0].port"
    std::string name_of(const std::string& key) const;
    [[noreturn]] void refuse(const std::string& key, const std::string& expected) const;

private:
    isc::data::ConstElementPtr optional(const std::string& key);
    isc::data::ConstElementPtr required(const std::string& key, const std::string& expected);

    isc::data::ConstElementPtr map_;
    std::string path_;
    std::set<std::string> known_;
};

}  // namespace mobility
