// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Status Codes in place of addresses and prefixes.
#include "hooks/dhcp6/refused_items.h"

#include <dhcp/dhcp6.h>
#include <dhcp/option6_ia.h>
#include <dhcp/option6_iaaddr.h>
#include <dhcp/option6_iaprefix.h>
#include <dhcp/option6_status_code.h>

#include <algorithm>
#include <boost/pointer_cast.hpp>

#include "hooks/kea_address.h"
#include "hooks/refusal_text.h"

namespace mobility::dhcp6 {

using isc::dhcp::Option6IA;
using isc::dhcp::Option6IAAddr;
using isc::dhcp::Option6IAPrefix;
using isc::dhcp::OptionPtr;

namespace {

OptionPtr status(std::uint16_t code, const RefusedItem& item) {
    return OptionPtr(new isc::dhcp::Option6StatusCode(code, text_for_client(item)));
}

std::uint16_t code_for(std::uint8_t query_type, bool addresses) {
    if (query_type == DHCPV6_RENEW || query_type == DHCPV6_REBIND) return STATUS_NoBinding;
    return addresses ? STATUS_NoAddrsAvail : STATUS_NoPrefixAvail;
}

/// An address or a prefix; nothing for every other option.
std::optional<Prefix> prefix_of(const OptionPtr& option) {
    if (const auto delegated = boost::dynamic_pointer_cast<Option6IAPrefix>(option)) {
        const auto prefix =
            Prefix::make(address_of(delegated->getAddress()), delegated->getLength());
        return prefix ? std::optional(*prefix) : std::nullopt;
    }
    const auto address = boost::dynamic_pointer_cast<Option6IAAddr>(option);
    return address ? std::optional(Prefix::host(address_of(address->getAddress()))) : std::nullopt;
}

void set_refused_in(Option6IA& association, std::uint8_t query_type,
                    const std::vector<RefusedItem>& items) {
    std::vector<boost::shared_ptr<Option6IAAddr>> refused;  // prefixes are addresses to Kea
    const RefusedItem* why = nullptr;
    bool others = false;
    for (const auto& [code, option] : association.getOptions()) {
        const auto prefix = prefix_of(option);
        if (!prefix) continue;
        const auto item = std::find_if(items.begin(), items.end(), [&](const RefusedItem& each) {
            return each.prefix == *prefix;
        });
        if (item == items.end()) {
            others = true;
        } else {
            refused.push_back(boost::dynamic_pointer_cast<Option6IAAddr>(option));
            why = &*item;
        }
    }
    if (!why) return;
    if (others) {
        for (const auto& each : refused) {
            each->setPreferred(0);
            each->setValid(0);
        }
        return;
    }
    const bool addresses = association.getType() == D6O_IA_NA;
    while (association.delOption(addresses ? D6O_IAADDR : D6O_IAPREFIX)) {
    }
    while (association.delOption(D6O_STATUS_CODE)) {
    }
    association.setT1(0);
    association.setT2(0);
    association.addOption(status(code_for(query_type, addresses), *why));
}

}  // namespace

void set_refused(isc::dhcp::Pkt6& reply, std::uint8_t query_type,
                 const std::vector<RefusedItem>& items) {
    if (items.empty()) return;
    for (const auto& [code, option] : reply.options_) {
        if (code != D6O_IA_NA && code != D6O_IA_PD) continue;
        if (const auto association = boost::dynamic_pointer_cast<Option6IA>(option)) {
            set_refused_in(*association, query_type, items);
        }
    }
}

void set_not_on_link(isc::dhcp::Pkt6& reply, const std::vector<RefusedItem>& items) {
    while (reply.delOption(D6O_STATUS_CODE)) {
    }
    reply.addOption(status(STATUS_NotOnLink, items.front()));
}

}  // namespace mobility::dhcp6
