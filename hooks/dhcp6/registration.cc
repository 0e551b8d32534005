// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads, judges and answers registrations.
#include "hooks/dhcp6/registration.h"

#include <cc/data.h>
#include <dhcp/dhcp6.h>
#include <dhcp/option6_iaaddr.h>

#include <boost/pointer_cast.hpp>

#include "hooks/dhcp6/own_reply.h"
#include "hooks/dhcp6/translation.h"

namespace mobility::dhcp6 {

using isc::data::Element;
using isc::dhcp::Lease;
using isc::dhcp::Lease6;
using isc::dhcp::Pkt6;
using Verdict = RegistrationVerdict;

namespace {

/// In the row's user-context, which Kea keeps over a restart: our name, and what the row is.
const char kContext[] = "kea-mobility";
const char kRegistered[] = "registered";

/// Where the client sent it from (RFC 9686 section 4.2.1).
IpAddress source_of(const Pkt6& inform) {
    return address_of(inform.relay_info_.empty() ? inform.getRemoteAddr()
                                                 : inform.relay_info_.back().peeraddr_);
}

std::size_t count(const Pkt6& message, std::uint16_t code) { return message.options_.count(code); }

bool held(const Lease6& row, std::time_t now) {
    return row.state_ == Lease::STATE_DEFAULT && row.cltt_ + row.valid_lft_ > now;
}

/// Why nobody could use it on this link; empty when it is in place.
std::string misplaced(const Registration& registration, const Domain& domain,
                      const RegistrationGround& ground) {
    const auto& address = registration.address;
    const auto kea = kea_address(address);
    const auto [prefix, length] = ground.subnet.get();
    const auto subnet = Prefix::make(address_of(prefix), length);
    if (!subnet || !domain.anchor_of(*subnet)) return "no anchor owns the subnet of this link";
    if (address.is_link_local()) {
        return ground.link_locals ? "" : "a link-local address (register-link-locals is off)";
    }
    if (!address.is_global()) return "no unicast address";
    if (!ground.subnet.inRange(kea)) return "outside the subnet of this link " + subnet->text();
    if (address == subnet->address()) return "the subnet-router anycast address";
    if (ground.subnet.inPool(Lease::TYPE_PD, kea)) return "in a pool of prefixes to delegate";
    if (!domain.anchor_of(Prefix::host(address))) return "outside the prefixes of every anchor";
    return "";
}

std::string holder(const Lease6& row) {
    const auto mn = mn_of(row);
    return mn ? "MN " + mn->text() : std::string("nobody");
}

}  // namespace

Result<Registration> read_registration(const Pkt6& inform) {
    const auto mn = mn_of(inform);
    if (!mn || count(inform, D6O_CLIENTID) != 1) return Error{"no Client Identifier"};
    if (count(inform, D6O_SERVERID) != 0) return Error{"a Server Identifier"};
    if (count(inform, D6O_ORO) != 0) return Error{"an Option Request"};
    for (const std::uint16_t association : {D6O_IA_NA, D6O_IA_TA, D6O_IA_PD}) {
        if (count(inform, association) != 0) return Error{"an identity association"};
    }
    if (count(inform, D6O_IAADDR) != 1) return Error{"not exactly one IA Address"};
    const auto option = boost::dynamic_pointer_cast<isc::dhcp::Option6IAAddr>(
        inform.options_.find(D6O_IAADDR)->second);
    if (!option) return Error{"an IA Address that cannot be read"};
    Registration registration{*mn, address_of(option->getAddress()), option->getPreferred(),
                              option->getValid()};
    if (registration.address != source_of(inform)) {
        return Error{"from another address than the one to be registered"};
    }
    if (registration.preferred > registration.valid) {
        return Error{"a preferred lifetime longer than the valid one"};
    }
    return registration;
}

RegistrationFinding judge_registration(const Registration& registration, const Domain& domain,
                                       const RegistrationGround& ground, std::time_t now) {
    if (auto why = misplaced(registration, domain, ground); !why.empty()) {
        return {Verdict::kInappropriate, std::move(why)};
    }
    if (ground.reserved) return {Verdict::kTaken, "reserved for a host of the configuration"};
    const bool ends = registration.valid == 0;
    const auto fresh = ends ? Verdict::kNothing : Verdict::kNew;
    if (!ground.row) return {fresh, ""};
    const auto& row = *ground.row;
    const bool own = mn_of(row) == registration.mn;
    if (!is_registered(row)) {
        if (own && held(row, now)) return {Verdict::kLeased, "Kea has leased it to this client"};
        return {Verdict::kTaken, held(row, now) ? "leased to " + holder(row)
                                                : "Kea keeps the row of " + holder(row)};
    }
    if (!held(row, now)) return {fresh, ""};
    if (!own) return {Verdict::kTaken, "registered by " + holder(row)};
    return {ends ? Verdict::kEnd : Verdict::kRefresh, ""};
}

bool is_registered(const Lease6& row) {
    // Kea leaves the context to a lease that it makes of an old row.
    if (row.iaid_ != kRegisteredIaid) return false;
    const auto context = row.getContext();
    if (!context || context->getType() != Element::map) return false;
    const auto own = context->get(kContext);
    return own && own->getType() == Element::string && own->stringValue() == kRegistered;
}

isc::dhcp::Lease6Ptr row_of(const Registration& registration, isc::dhcp::SubnetID subnet,
                            std::time_t now) {
    const auto number = [](std::int64_t value) { return Element::create(value); };
    const auto context = Element::createMap();
    context->set(kContext, Element::create(std::string(kRegistered)));
    const auto row = Element::createMap();
    row->set("type", Element::create(std::string("IA_NA")));
    row->set("ip-address", Element::create(registration.address.text()));
    row->set("prefix-len", number(128));
    row->set("duid", Element::create(registration.mn.text()));
    row->set("iaid", number(kRegisteredIaid));
    row->set("preferred-lft", number(registration.preferred));
    row->set("valid-lft", number(registration.valid));
    row->set("cltt", number(now));
    row->set("subnet-id", number(subnet));
    row->set("state", number(Lease::STATE_DEFAULT));
    row->set("fqdn-fwd", Element::create(false));
    row->set("fqdn-rev", Element::create(false));
    row->set("hostname", Element::create(std::string()));
    row->set("user-context", context);
    return Lease6::fromElement(row);
}

isc::dhcp::Pkt6Ptr make_registration_reply(const isc::dhcp::Pkt6Ptr& inform,
                                           const isc::dhcp::DuidPtr& server) {
    auto reply = make_own_reply(inform, kAddrRegReply, server);
    reply->addOption(inform->getOption(D6O_IAADDR));
    return reply;
}

bool asks_for_registration(const Pkt6& query) {
    const auto found = query.options_.find(D6O_ORO);
    if (found == query.options_.end()) return false;
    const auto codes = found->second->toBinary();
    for (std::size_t at = 0; at + 1 < codes.size(); at += 2) {
        if ((codes[at] << 8 | codes[at + 1]) == kAddrRegEnable) return true;
    }
    return false;
}

}  // namespace mobility::dhcp6
