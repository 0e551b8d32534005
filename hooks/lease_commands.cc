// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// lease6-del, -update, -add, -wipe and -bulk-apply; of lease4 the same.
#include "hooks/lease_commands.h"

#include <dhcpsrv/lease.h>

#include <algorithm>
#include <optional>

namespace mobility {

using isc::data::ConstElementPtr;
using isc::data::Element;

namespace {

std::string text_of(const ConstElementPtr& map, const std::string& key) {
    const auto element = map->get(key);
    return element && element->getType() == Element::string ? element->stringValue() : "";
}

std::optional<Prefix> prefix_of(const ConstElementPtr& lease) {
    const auto address = IpAddress::parse(text_of(lease, "ip-address"));
    if (!address) return std::nullopt;
    const auto type = text_of(lease, "type");
    if (type != "IA_PD" && type != "2") return Prefix::host(*address);
    const auto length = lease->get("prefix-len");
    if (!length || length->getType() != Element::integer || length->intValue() < 0) {
        return std::nullopt;
    }
    const auto prefix = Prefix::make(
        *address, static_cast<unsigned>(std::min<std::int64_t>(length->intValue(), 255)));
    return prefix ? std::optional(*prefix) : std::nullopt;
}

/// An operator names a delegated prefix without its length: then only a list helps.
void gone(const ConstElementPtr& lease, DetachReason reason, CommandMeaning& meaning) {
    const auto prefix = prefix_of(lease);
    if (prefix) {
        meaning.detached.push_back({std::nullopt, {*prefix}, reason});
    } else {
        meaning.list_again = true;
    }
}

/// A lease that was written and is nobody's.
void written(const ConstElementPtr& lease, CommandMeaning& meaning) {
    const auto state = lease->get("state");
    if (!state || state->getType() != Element::integer) return;
    const auto value = static_cast<std::uint32_t>(state->intValue());
    if (value == isc::dhcp::Lease::STATE_DEFAULT) return;
    gone(lease,
         value == isc::dhcp::Lease::STATE_DECLINED ? DetachReason::kDeclined
                                                   : DetachReason::kExpired,
         meaning);
}

template <typename Each>
void for_each_in(const ConstElementPtr& arguments, const std::string& key, Each each) {
    const auto list = arguments->get(key);
    if (!list || list->getType() != Element::list) return;
    for (const auto& lease : list->listValue()) {
        if (lease->getType() == Element::map) each(lease);
    }
}

}  // namespace

CommandMeaning meaning_of(const std::string& command, const ConstElementPtr& arguments) {
    CommandMeaning meaning;
    if (!arguments || arguments->getType() != Element::map) return meaning;
    if (!command.starts_with("lease4-") && !command.starts_with("lease6-")) return meaning;
    const auto verb = command.substr(7);
    if (verb == "del") {
        gone(arguments, DetachReason::kDeleted, meaning);
    } else if (verb == "wipe") {
        meaning.list_again = true;
    } else if (verb == "add" || verb == "update") {
        written(arguments, meaning);
    } else if (verb == "bulk-apply") {
        for_each_in(arguments, "deleted-leases",
                    [&](const auto& lease) { gone(lease, DetachReason::kDeleted, meaning); });
        for_each_in(arguments, "leases", [&](const auto& lease) { written(lease, meaning); });
    }
    return meaning;
}

}  // namespace mobility
