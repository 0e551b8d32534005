// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Row first, then the event; the answer waits for the network as every Reply does. Of a new
// registration that an anchor refuses no row is left.
#include "hooks/dhcp6/registration_callouts.h"

#include <dhcp/dhcp6.h>
#include <dhcpsrv/cfg_subnets6.h>
#include <dhcpsrv/cfgmgr.h>
#include <dhcpsrv/resource_handler.h>
#include <dhcpsrv/srv_config.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "hooks/dhcp6/held_replies.h"
#include "hooks/dhcp6/own_reply.h"
#include "hooks/dhcp6/registered_rows.h"
#include "hooks/dhcp6/registration.h"
#include "hooks/dhcp6/translation.h"
#include "hooks/log.h"
#include "hooks/packet_state.h"
#include "hooks/report.h"

namespace mobility::dhcp6 {

using isc::dhcp::Lease6Ptr;
using isc::dhcp::Pkt6Ptr;
using isc::hooks::CalloutHandle;
using Verdict = RegistrationVerdict;

namespace {

/// What is known of some addresses, by one thread at a time. Kea serialises by client, and not this
/// type: two clients may claim one address at once. Before Kea's own lock of an address, which does
/// not wait.
struct Ledger {
    std::mutex mutex;
    /// The last writing of an address's row, while an anchor's word on it is awaited.
    std::unordered_map<IpAddress, std::uint64_t> awaited;
    std::uint64_t writings = 0;

    std::uint64_t written(const IpAddress& address) { return awaited[address] = ++writings; }
    /// False: the row has been written again since.
    bool answered(const IpAddress& address, std::uint64_t writing) {
        const auto found = awaited.find(address);
        if (found == awaited.end() || found->second != writing) return false;
        awaited.erase(found);
        return true;
    }
};

Ledger& ledger(const IpAddress& address) {
    static std::array<Ledger, 64> ledgers;
    return ledgers[std::hash<IpAddress>()(address) % ledgers.size()];
}

/// One message, once it has been read.
struct Claim {
    Pkt6Ptr inform;
    Attachment attachment;
    Registration registration;
    Instant arrived;
    Running& running;

    Prefix prefix() const { return Prefix::host(registration.address); }
    std::string text() const {
        return registration.address.text() + " by MN " + registration.mn.text() +
               ", link-layer address " + attachment.link_layer.text() + ", from " +
               attachment.relay_source.text() + ", link-address " + attachment.link_address.text();
    }
    void tell_gone(const std::optional<MnId>& mn, DetachReason why) const {
        report(Detached{mn, {prefix()}, why}, running);
    }
};

/// The subnet of the attachment, or its sibling in a shared network that has the address.
template <typename SubnetPtr>
SubnetPtr with_address(const SubnetPtr& first, const isc::asiolink::IOAddress& address,
                       const isc::dhcp::ClientClasses& classes) {
    for (auto each = first; each; each = each->getNextSubnet(first, classes)) {
        if (each->inRange(address)) return each;
    }
    return first;
}

auto subnet_of(const Pkt6Ptr& query, const Attachment& attachment, const Running& running) {
    using isc::dhcp::CfgSubnets6;
    const auto subnets = isc::dhcp::CfgMgr::instance().getCurrentCfg()->getCfgSubnets6();
    auto subnet = subnets->selectSubnet(CfgSubnets6::initSelector(query));
    if (const auto id = running.configuration.domain.subnet_of(attachment.link_address)) {
        const auto chosen = subnets->getSubnet(*id);
        if (chosen && chosen->clientSupported(query->getClasses())) subnet = chosen;
    }
    return subnet;
}

/// The answer to a registration that waits for the network. Refused, it says nothing: the client is
/// not to believe in a path.
class HeldAcknowledgement final : public HeldReply {
public:
    /// `written`: the row as this message has left it, in that `writing`; `former`: as it was
    /// before, or nullptr.
    HeldAcknowledgement(Pkt6Ptr reply, Lease6Ptr written, std::uint64_t writing, Lease6Ptr former,
                        Claim claim)
        : reply_(std::move(reply)),
          written_(std::move(written)),
          writing_(writing),
          former_(std::move(former)),
          claim_(std::move(claim)) {}

    void refuse(const std::vector<RefusedItem>&) override { refused_ = true; }
    void send() override {
        if (refused_) return discard();
        {
            auto& known = ledger(address());
            const std::lock_guard one_at_a_time(known.mutex);
            known.answered(address(), writing_);
        }
        send_now(reply_);
    }
    void discard() override {
        ++claim_.running.counters.registrations_refused;
        log_limited(kRegistrationRefused,
                    [this] { return claim_.text() + ": an anchor has refused it"; });
        auto& known = ledger(address());
        const std::lock_guard one_at_a_time(known.mutex);
        if (!known.answered(address(), writing_)) return;  // another message stands for it now
        if (former_) return restore_row(*written_, former_);
        if (!withdraw_row(*written_)) return;
        claim_.tell_gone(claim_.registration.mn, DetachReason::kDeleted);
    }

private:
    const IpAddress& address() const { return claim_.registration.address; }

    Pkt6Ptr reply_;
    const Lease6Ptr written_;
    const std::uint64_t writing_;
    const Lease6Ptr former_;
    const Claim claim_;
    bool refused_ = false;
};

Pkt6Ptr reply_to(const Claim& claim) {
    auto reply = make_registration_reply(claim.inform, server_identifier());
    reply->pack();
    return reply;
}

void answer_now(const Claim& claim) {
    auto reply = reply_to(claim);
    send_now(reply);
}

Attached event_of(const Claim& claim, Item item, Proof proof) {
    return {claim.registration.mn,
            claim.attachment,
            {std::move(item)},
            proof,
            order_of(*claim.inform, claim.arrived)};
}

/// Tells the anchor, and answers once it has; in the ledger's turn. `written`, `former`: the row as
/// it is and as it was, nullptr where this message has made it.
void attach(const Claim& claim, const Lease6Ptr& written, const Lease6Ptr& former) {
    auto event =
        event_of(claim, {kRegisteredIaid, claim.prefix(), Seconds(claim.registration.valid)},
                 Proof::kCommit);
    auto reply = reply_to(claim);
    auto& known = ledger(claim.registration.address);
    const auto writing = known.written(claim.registration.address);
    const auto wait = [&](HoldId) {
        return std::make_shared<HeldAcknowledgement>(reply, written, writing, former, claim);
    };
    const auto reported = report(claim.registration.mn, std::move(event), claim.running, wait);
    if (reported == Reported::kHeld) {
        ++claim.running.counters.registrations_held;
        return;
    }
    known.answered(claim.registration.address, writing);
    if (reported == Reported::kUnheld) send_now(reply);
}

void refuse(const Claim& claim, const HookMessage& message, const std::string& why) {
    ++claim.running.counters.registrations_refused;
    log_limited(message, [&] { return claim.text() + ": " + why; });
}

void register_address(const Claim& claim, isc::dhcp::SubnetID subnet, const Lease6Ptr& present,
                      Verdict verdict, std::time_t now) {
    const auto link_layer =
        claim.inform->getMAC(isc::dhcp::HWAddr::HWADDR_SOURCE_CLIENT_ADDR_RELAY_OPTION);
    const auto row = put_row(claim.registration, subnet, link_layer, present, now);
    if (!row) return refuse(claim, kAddressTaken, "somebody else was quicker");
    auto& counters = claim.running.counters;
    ++(verdict == Verdict::kNew ? counters.registrations : counters.registrations_refreshed);
    log_limited(kAddressRegistered, [&] {
        return claim.text() + ", for " + std::to_string(claim.registration.valid) + " s";
    });
    if (claim.registration.address.is_link_local()) return answer_now(claim);
    const auto former = present ? mn_of(*present) : std::nullopt;
    if (former && *former != claim.registration.mn) {  // its time was over, and Kea was to say so
        claim.tell_gone(former, DetachReason::kExpired);
    }
    attach(claim, row, verdict == Verdict::kNew ? nullptr : present);
}

void give_up(const Claim& claim, const Lease6Ptr& row) {
    remove_row(row);
    ++claim.running.counters.registrations_ended;
    // Before the answer, which may fail: nothing else would say it.
    if (!claim.registration.address.is_link_local()) {
        claim.tell_gone(claim.registration.mn, DetachReason::kReleased);
    }
    answer_now(claim);
}

/// Says nothing to the client, and where it is to the anchor: it is as good a sign as a Confirm.
void note_place(const Claim& claim, const isc::dhcp::Lease6& lease, std::time_t now) {
    const Seconds left(lease.cltt_ + lease.valid_lft_ - now);
    report(event_of(claim, {lease.iaid_, claim.prefix(), left}, Proof::kLookup), claim.running);
}

void judge(const Claim& claim) {
    const auto& registration = claim.registration;
    const auto& configuration = claim.running.configuration;
    const std::lock_guard one_at_a_time(ledger(registration.address).mutex);
    isc::dhcp::ResourceHandler allocation;
    if (!allocation.tryLock(isc::dhcp::Lease::TYPE_NA, kea_address(registration.address))) {
        return refuse(claim, kRegistrationRefused, "Kea is allocating it now");
    }
    const auto subnet = with_address(subnet_of(claim.inform, claim.attachment, claim.running),
                                     kea_address(registration.address), claim.inform->getClasses());
    if (!subnet) return refuse(claim, kRegistrationRefused, "no subnet for this link-address");
    const auto row = find_row(registration.address);
    const auto now = std::time(nullptr);
    const auto finding =
        judge_registration(registration, configuration.domain,
                           {*subnet, row, is_reserved(registration.address, subnet->getID()),
                            configuration.parameters.registration.link_locals},
                           now);
    switch (finding.verdict) {
        case Verdict::kNew:
        case Verdict::kRefresh:
            return register_address(claim, subnet->getID(), row, finding.verdict, now);
        case Verdict::kEnd:
            return give_up(claim, row);
        case Verdict::kNothing:
            return answer_now(claim);
        case Verdict::kLeased:
            note_place(claim, *row, now);
            return refuse(claim, kRegistrationRefused, finding.why);
        case Verdict::kTaken:
            return refuse(claim, kAddressTaken, finding.why);
        case Verdict::kInappropriate:
            return refuse(claim, kRegistrationRefused, finding.why);
    }
}

}  // namespace

void take_registration(CalloutHandle& handle, const Pkt6Ptr& inform, Running& running) {
    auto attachment = attachment_of(*inform);
    if (!attachment || inform->inClass("DROP")) return;
    handle.setStatus(CalloutHandle::NEXT_STEP_DROP);  // Kea has nothing to say to it
    auto registration = read_registration(*inform);
    if (!registration) {
        ++running.counters.registrations_discarded;
        return;
    }
    if (running.in_flight.holds(message_key(registration->mn, inform->getTransid(), *attachment))) {
        ++running.counters.retransmissions_dropped;
        return;
    }
    const auto longest = running.configuration.parameters.registration.longest;
    registration->valid = std::min(registration->valid, longest);
    registration->preferred = std::min(registration->preferred, registration->valid);
    judge({inform, std::move(*attachment), std::move(*registration), state_of(handle)->arrived,
           running});
}

void offer_registration(const Pkt6Ptr& query, isc::dhcp::Pkt6& answer, const Running& running) {
    const auto type = answer.getType();
    if (type != DHCPV6_ADVERTISE && type != DHCPV6_REPLY) return;
    if (!asks_for_registration(*query) || answer.getOption(kAddrRegEnable)) return;
    const auto attachment = attachment_of(*query);
    if (!attachment) return;
    const auto subnet = subnet_of(query, *attachment, running);
    if (!subnet) return;
    const auto [address, length] = subnet->get();
    const auto prefix = Prefix::make(address_of(address), length);
    if (!prefix || !running.configuration.domain.anchor_of(*prefix)) return;
    using isc::dhcp::Option;
    answer.addOption(isc::dhcp::OptionPtr(new Option(Option::V6, kAddrRegEnable)));
}

}  // namespace mobility::dhcp6
