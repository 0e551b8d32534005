// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// MN Address Setup and Remove, their acknowledgements, and the full list.
#include "core/source_session.h"

#include "core/wire.h"

namespace mobility {

SourceSession::SourceSession(Source& source, AnchorIndex anchor, SourceIdentity identity,
                             std::string anchor_name, std::vector<Prefix> prefixes,
                             SessionTimers timers, const Clock& clock,
                             std::function<void(const Notice&)> notices, ProtocolOffer offer)
    : DialledSession({std::move(anchor_name), "SOURCE_ASSOCIATION_REFUSED", "SOURCE_SESSION_CLOSED",
                      "SOURCE_MESSAGE_REFUSED"},
                     std::move(offer), timers, clock, std::move(notices)),
      source_(source),
      anchor_(anchor),
      identity_(std::move(identity)),
      prefixes_(std::move(prefixes)) {}

void SourceSession::introduce(control::Associate& associate) const {
    associate.set_identity(identity_.identity);
    associate.set_role(control::ROLE_SOURCE);
    associate.set_lease_domain(identity_.lease_domain);
    associate.set_software(identity_.software);
    for (const auto& prefix : prefixes_) wire::write(prefix, *associate.add_prefixes());
}

Result<void> SourceSession::accepted(const control::AssociateReply&) { return {}; }

void SourceSession::begin() {
    notice({"SOURCE_ASSOCIATED",
            "associated with " + anchor_name() + " as source " + identity_.lease_domain,
            anchor_name()});
    source_.connected(anchor_);
}

void SourceSession::send_attached(std::uint64_t number, const Attached& event) {
    control::Message message;
    message.set_number(number);
    wire::write(event, clock().now().now, *message.mutable_mn_address_setup());
    send(message);
}

void SourceSession::send_detached(std::uint64_t number, const Detached& event) {
    control::Message message;
    message.set_number(number);
    wire::write(event, *message.mutable_mn_address_remove());
    send(message);
}

void SourceSession::send_digest(const StateDigest& digest) {
    control::Message message;
    wire::write(digest, *message.mutable_state_digest());
    send(message);
}

void SourceSession::send_list_begin(const Buckets& buckets) {
    control::Message message;
    wire::write(buckets, *message.mutable_full_state_begin());
    send(message);
}

void SourceSession::send_list_page(const std::vector<LeaseEntry>& page) {
    control::Message message;
    wire::write(page, *message.mutable_mn_address_list());
    send(message);
}

void SourceSession::send_list_end() {
    control::Message message;
    message.mutable_full_state_end();
    send(message);
}

Result<void> SourceSession::instructed(const control::Message& message) {
    if (message.has_state_digest() && compares()) {
        const auto digest = wire::read(message.state_digest());
        if (!digest) return Error{digest.error()};
        source_.compared(anchor_, *digest);
        return {};
    }
    if (!message.has_acknowledgement()) {
        return Error{"a message that an anchor does not send to a source"};
    }
    const auto& acknowledgement = message.acknowledgement();
    source_.answered(anchor_, acknowledgement.number(), wire::read(acknowledgement));
    return {};
}

void SourceSession::room() { source_.drained(anchor_); }

void SourceSession::lost() { source_.disconnected(anchor_); }

}  // namespace mobility
