// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Strict reading of one map of a Kea configuration.
#include "hooks/json_section.h"

#include <algorithm>
#include <utility>

namespace mobility {

using isc::data::ConstElementPtr;
using isc::data::Element;

namespace {

/// " (file:line:column)" where the parser kept it.
std::string place(const ConstElementPtr& element) {
    const auto& position = element->getPosition();
    return position.line_ == 0 ? "" : " (" + position.str() + ")";
}

std::string range(std::int64_t least, std::int64_t most) {
    return "a number " + std::to_string(least) + ".." + std::to_string(most);
}

}  // namespace

JsonSection::JsonSection(ConstElementPtr map, std::string path)
    : map_(std::move(map)), path_(std::move(path)) {
    if (!map_) throw ConfigurationError((path_.empty() ? "parameters" : path_) + " is missing");
    if (map_->getType() != Element::map) {
        throw ConfigurationError((path_.empty() ? "parameters" : path_) + " is " + map_->str() +
                                 place(map_) + ", expected a map");
    }
}

std::string JsonSection::name_of(const std::string& key) const {
    return path_.empty() ? key : path_ + "." + key;
}

void JsonSection::refuse(const std::string& key, const std::string& expected) const {
    const auto element = map_->get(key);
    if (!element) {
        throw ConfigurationError("\"" + name_of(key) + "\" is missing: expected " + expected +
                                 place(map_));
    }
    throw ConfigurationError("\"" + name_of(key) + "\" is " + element->str() + ": expected " +
                             expected + place(element));
}

ConstElementPtr JsonSection::optional(const std::string& key) {
    known_.insert(key);
    return map_->get(key);
}

ConstElementPtr JsonSection::required(const std::string& key, const std::string& expected) {
    auto element = optional(key);
    if (!element) refuse(key, expected);
    return element;
}

std::string JsonSection::text(const std::string& key) {
    const std::string expected = "a text that is not empty";
    const auto element = required(key, expected);
    if (element->getType() != Element::string || element->stringValue().empty()) {
        refuse(key, expected);
    }
    return element->stringValue();
}

std::optional<std::string> JsonSection::optional_text(const std::string& key) {
    if (!optional(key)) return std::nullopt;
    return text(key);
}

std::string JsonSection::choice(const std::string& key, const std::vector<std::string>& allowed,
                                const std::string& otherwise) {
    const auto element = optional(key);
    if (!element) return otherwise;
    if (element->getType() == Element::string &&
        std::find(allowed.begin(), allowed.end(), element->stringValue()) != allowed.end()) {
        return element->stringValue();
    }
    std::string expected;
    for (const auto& each : allowed) expected += (expected.empty() ? "\"" : " or \"") + each + "\"";
    refuse(key, expected);
}

bool JsonSection::flag(const std::string& key, bool otherwise) {
    const auto element = optional(key);
    if (!element) return otherwise;
    if (element->getType() != Element::boolean) refuse(key, "true or false");
    return element->boolValue();
}

std::int64_t JsonSection::integer(const std::string& key, std::int64_t least, std::int64_t most) {
    const auto element = required(key, range(least, most));
    if (element->getType() != Element::integer || element->intValue() < least ||
        element->intValue() > most) {
        refuse(key, range(least, most));
    }
    return element->intValue();
}

std::optional<std::int64_t> JsonSection::optional_integer(const std::string& key,
                                                          std::int64_t least, std::int64_t most) {
    if (!optional(key)) return std::nullopt;
    return integer(key, least, most);
}

IpAddress JsonSection::address(const std::string& key) {
    const auto parsed = IpAddress::parse(text(key));
    if (!parsed) refuse(key, "an IP address");
    return *parsed;
}

std::vector<Prefix> JsonSection::prefixes(const std::string& key, Family family) {
    const std::string expected = std::string("a list of ") +
                                 (family == Family::kIpv6 ? "IPv6" : "IPv4") +
                                 " prefixes with at least one, bits behind the length zero";
    const auto list = required(key, expected);
    if (list->getType() != Element::list || list->size() == 0) refuse(key, expected);
    std::vector<Prefix> result;
    for (const auto& element : list->listValue()) {
        const auto prefix = element->getType() == Element::string
                                ? Prefix::parse(element->stringValue())
                                : Result<Prefix>(Error{"no text"});
        if (!prefix || prefix->address().family() != family) refuse(key, expected);
        result.push_back(*prefix);
    }
    return result;
}

std::vector<JsonSection> JsonSection::sections(const std::string& key) {
    const auto list = optional(key);
    if (!list) return {};
    if (list->getType() != Element::list) refuse(key, "a list of maps");
    std::vector<JsonSection> result;
    for (const auto& element : list->listValue()) {
        result.emplace_back(element, name_of(key) + "[" + std::to_string(result.size()) + "]");
    }
    return result;
}

void JsonSection::finish() const {
    for (const auto& [key, element] : map_->mapValue()) {
        if (key == "comment" || key == "user-context" || known_.contains(key)) continue;
        std::string known;
        for (const auto& each : known_) known += (known.empty() ? "" : ", ") + each;
        throw ConfigurationError("\"" + name_of(key) + "\" is not a parameter" + place(element) +
                                 ": expected one of " + known);
    }
}

}  // namespace mobility
