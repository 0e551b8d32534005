// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Strict reading of a JSON configuration: every value knows its path, and whatever is not as it
// must be stops the reading with a ConfigError that names the path, the value and what was
// expected.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/ip_address.h"

namespace mobility {

/// `access-interfaces[1].link-address: "fe80::1" is link-local; expected a global IPv6 address`
class ConfigError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class ConfigMap;

/// One value of a configuration. It lives as long as the ConfigFile that it came from.
class ConfigValue {
public:
    ConfigValue(const nlohmann::json& value, std::string path);

    /// "access-interfaces[1].link-address"; empty for the whole file.
    const std::string& path() const { return path_; }

    /// Not empty.
    std::string string() const;
    bool boolean() const;
    std::int64_t integer(std::int64_t min, std::int64_t max) const;
    IpAddress address() const;
    /// IPv6, and neither unspecified, loopback, link-local nor multicast.
    IpAddress global_ipv6_address() const;
    Prefix prefix() const;
    std::vector<ConfigValue> list() const;
    /// A list with at least one element.
    std::vector<ConfigValue> list_not_empty() const;
    /// `keys` are all that may be there: another key is an error, which proposes a similar one.
    ConfigMap map(std::initializer_list<std::string_view> keys) const;

    /// Throws a ConfigError: the path, the value, then `what`, e.g. "is link-local; expected …".
    [[noreturn]] void refuse(const std::string& what) const;

private:
    [[noreturn]] void refuse_type(const char* expected) const;

    const nlohmann::json* value_;
    std::string path_;
};

/// A map whose keys have been checked.
class ConfigMap {
public:
    const std::string& path() const { return path_; }
    /// A ConfigError when it is missing.
    ConfigValue required(const std::string& key) const;
    std::optional<ConfigValue> optional(const std::string& key) const;
    /// Throws a ConfigError about the map as a whole.
    [[noreturn]] void refuse(const std::string& what) const;

private:
    friend class ConfigValue;
    ConfigMap(const nlohmann::json& map, std::string path,
              std::initializer_list<std::string_view> keys);

    const nlohmann::json* map_;
    std::string path_;
    std::vector<std::string> keys_;
};

}  // namespace mobility
