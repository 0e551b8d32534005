// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads typed values out of JSON and words the refusals.
#include "daemon/config_value.h"

#include <algorithm>
#include <cassert>
#include <nlohmann/json.hpp>
#include <numeric>

namespace mobility {
namespace {

constexpr std::size_t kShownValue = 60;

std::string shown(const nlohmann::json& value) {
    const std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return text.size() <= kShownValue ? text : text.substr(0, kShownValue) + "…";
}

const char* type_name(const nlohmann::json& value) {
    switch (value.type()) {
        case nlohmann::json::value_t::null:
            return "null";
        case nlohmann::json::value_t::boolean:
            return "a boolean";
        case nlohmann::json::value_t::string:
            return "a string";
        case nlohmann::json::value_t::array:
            return "a list";
        case nlohmann::json::value_t::object:
            return "a map";
        case nlohmann::json::value_t::number_float:
            return "a fraction";
        default:
            return "a number";
    }
}

std::string message(const std::string& path, const std::string& what) {
    return path.empty() ? what : path + ": " + what;
}

std::string join(const std::string& path, const std::string& key) {
    return path.empty() ? key : path + "." + key;
}

/// How many letters must be added, dropped or changed to make `a` from `b`.
std::size_t edit_distance(const std::string& a, const std::string& b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, changed});
        }
    }
    return row.back();
}

std::string unknown_key(const std::string& key, const std::vector<std::string>& known) {
    const auto nearest = std::ranges::min_element(
        known, {}, [&](const std::string& candidate) { return edit_distance(key, candidate); });
    std::string text = "unknown key \"" + key + "\"";
    if (nearest != known.end() && edit_distance(key, *nearest) <= 1 + nearest->size() / 4) {
        return text + "; did you mean \"" + *nearest + "\"?";
    }
    text += "; known here:";
    for (const std::string& candidate : known) {
        text += " " + candidate;
    }
    return text;
}

}  // namespace

ConfigValue::ConfigValue(const nlohmann::json& value, std::string path)
    : value_(&value), path_(std::move(path)) {}

std::string ConfigValue::string() const {
    if (!value_->is_string()) {
        refuse_type("a string");
    }
    auto text = value_->get<std::string>();
    if (text.empty()) {
        refuse("is empty");
    }
    return text;
}

bool ConfigValue::boolean() const {
    if (!value_->is_boolean()) {
        refuse_type("true or false");
    }
    return value_->get<bool>();
}

std::int64_t ConfigValue::integer(std::int64_t min, std::int64_t max) const {
    const std::string expected =
        "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
    if (!value_->is_number_integer()) {
        refuse_type(expected.c_str());
    }
    // A number above int64 is stored unsigned; as a double it compares well enough with the range.
    const bool too_large = value_->is_number_unsigned() &&
                           value_->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
    if (too_large || value_->get<std::int64_t>() < min || value_->get<std::int64_t>() > max) {
        refuse("is out of range; expected " + expected);
    }
    return value_->get<std::int64_t>();
}

IpAddress ConfigValue::address() const {
    const auto address = IpAddress::parse(string());
    if (!address) {
        refuse("is not an IP address; expected one like \"2001:db8::1\"");
    }
    return *address;
}

IpAddress ConfigValue::global_ipv6_address() const {
    const IpAddress address = this->address();
    const char* const kind = address.family() == Family::kIpv4 ? "IPv4"
                             : address.is_unspecified()        ? "unspecified"
                             : address.is_loopback()           ? "loopback"
                             : address.is_link_local()         ? "link-local"
                             : address.is_multicast()          ? "multicast"
                                                               : nullptr;
    if (kind) {
        refuse("is " + std::string(kind) + "; expected a global IPv6 address");
    }
    return address;
}

Prefix ConfigValue::prefix() const {
    const auto prefix = Prefix::parse(string());
    if (!prefix) {
        refuse("is not a prefix; expected one like \"2001:db8::/32\" (" + prefix.error() + ")");
    }
    return *prefix;
}

std::vector<ConfigValue> ConfigValue::list() const {
    if (!value_->is_array()) {
        refuse_type("a list");
    }
    std::vector<ConfigValue> values;
    for (const auto& element : *value_) {
        values.emplace_back(element, path_ + "[" + std::to_string(values.size()) + "]");
    }
    return values;
}

std::vector<ConfigValue> ConfigValue::list_not_empty() const {
    auto values = list();
    if (values.empty()) {
        refuse("is empty; expected at least one element");
    }
    return values;
}

ConfigMap ConfigValue::map(std::initializer_list<std::string_view> keys) const {
    if (!value_->is_object()) {
        refuse_type("a map");
    }
    return ConfigMap(*value_, path_, keys);
}

void ConfigValue::refuse(const std::string& what) const {
    throw ConfigError(message(path_, shown(*value_) + " " + what));
}

void ConfigValue::refuse_type(const char* expected) const {
    refuse(std::string("is ") + type_name(*value_) + "; expected " + expected);
}

ConfigMap::ConfigMap(const nlohmann::json& map, std::string path,
                     std::initializer_list<std::string_view> keys)
    : map_(&map), path_(std::move(path)), keys_(keys.begin(), keys.end()) {
    for (const auto& [key, value] : map.items()) {
        if (std::ranges::find(keys_, key) == keys_.end()) {
            refuse(unknown_key(key, keys_));
        }
    }
}

ConfigValue ConfigMap::required(const std::string& key) const {
    if (auto value = optional(key)) {
        return *value;
    }
    refuse(key + " is missing");
}

std::optional<ConfigValue> ConfigMap::optional(const std::string& key) const {
    assert(std::ranges::find(keys_, key) != keys_.end());
    const auto found = map_->find(key);
    if (found == map_->end()) {
        return std::nullopt;
    }
    return ConfigValue(*found, join(path_, key));
}

void ConfigMap::refuse(const std::string& what) const { throw ConfigError(message(path_, what)); }

}  // namespace mobility
