// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How an MN's state follows from the answers that it gets (RFC 9915 section 18.2.10).
#include "dhcp-player/mobile_node.h"

#include <algorithm>

namespace mobility::player {
namespace {

bool refused(const AnsweredIa& answered) {
    return answered.status && answered.status->code != Dhcp6StatusCode::kSuccess;
}

}  // namespace

MobileNode::MobileNode(MnNumber number, Identity identity, std::vector<Dhcp6OptionCode> kinds)
    : number_(number), identity_(std::move(identity)), kinds_(std::move(kinds)) {}

bool MobileNode::holds(const IpAddress& address) const {
    const auto has = [&](const Lease& lease) { return lease.prefix.contains(address); };
    return std::ranges::any_of(registered_, has) ||
           std::ranges::any_of(held_, [&](const IdentityAssociation& ia) {
               return std::ranges::any_of(ia.leases, has);
           });
}

void MobileNode::learn(Dhcp6MessageType asked, const Answer& answer) {
    if (answer.registered) {
        hold(*answer.registered);
        return;
    }
    if (answer.type == Dhcp6MessageType::kAdvertise) {
        offered_.clear();
        for (const AnsweredIa& answered : answer.ias) {
            if (!refused(answered)) {
                offered_.push_back(answered.ia);
            }
        }
        server_id_ = answer.server_id;
        return;
    }
    switch (asked) {
        case Dhcp6MessageType::kSolicit:
        case Dhcp6MessageType::kRequest:
        case Dhcp6MessageType::kRenew:
        case Dhcp6MessageType::kRebind:
            offered_.clear();
            server_id_ = answer.server_id;
            for (const AnsweredIa& answered : answer.ias) {
                if (!refused(answered)) {
                    hold(answered);
                }
            }
            break;
        case Dhcp6MessageType::kRelease:
        case Dhcp6MessageType::kDecline:
            forget();
            break;
        default:
            break;
    }
}

void MobileNode::hold(const AnsweredIa& answered) {
    std::erase_if(held_, [&](const IdentityAssociation& ia) {
        return ia.code == answered.ia.code && ia.iaid == answered.ia.iaid;
    });
    IdentityAssociation ia = answered.ia;
    std::erase_if(ia.leases, [](const Lease& lease) { return lease.valid_lifetime == 0; });
    if (!ia.leases.empty()) {
        held_.push_back(std::move(ia));
    }
}

void MobileNode::hold(const Lease& registered) {
    std::erase_if(registered_,
                  [&](const Lease& lease) { return lease.prefix == registered.prefix; });
    if (registered.valid_lifetime != 0) {
        registered_.push_back(registered);
    }
}

void MobileNode::forget() {
    offered_.clear();
    held_.clear();
}

void MobileNode::be_on(const Link* link) {
    if (link != link_) {
        link_ = link;
        arrivals_ = {};
    }
}

void MobileNode::packet_arrived(const Link& on, Instant at) {
    if (&on != link_) {
        ++arrivals_.elsewhere;
        arrivals_.last_elsewhere = at;
        return;
    }
    if (arrivals_.here++ == 0) {
        arrivals_.first_here = at;
    }
    arrivals_.last_here = at;
}

}  // namespace mobility::player
