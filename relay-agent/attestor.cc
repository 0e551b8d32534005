// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The Relay-forward is read as a server reads it; one datagram goes to the route agent.
#include "relay-agent/attestor.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "core/wire.h"
#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_message.h"

namespace mobility {
namespace {

constexpr Milliseconds kMostElapsed{60'000};  // as sources cap it

std::string as_string(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

/// A level that a server selects the subnet by.
void take_link(const Dhcp6RelayMessage& level, Attachment& attachment) {
    attachment.link_address = level.link_address;
    attachment.interface_id = level.interface_id ? as_string(*level.interface_id) : std::string();
    attachment.link_layer = {};
    const auto option = level.options.find(Dhcp6OptionCode::kClientLinkLayerAddress);
    if (!option) return;
    if (const auto link_layer = parse_dhcp6_link_layer_address(*option)) {
        attachment.link_layer.bytes = as_string(link_layer->address);
    }
}

}  // namespace

std::optional<RelayedExchange> exchange_in(Bytes relay_forward) {
    RelayedExchange exchange;
    Dhcp6Option inner{{}, relay_forward, 0};
    bool linked = false;
    for (;;) {
        const auto type = dhcp6_message_type(inner.data, inner.offset);
        if (!type) return std::nullopt;
        if (!is_relay_message(*type)) break;
        const auto level = parse_dhcp6_relay_message(inner.data, inner.offset);
        if (!level) return std::nullopt;
        if (!level->link_address.is_unspecified() && !level->link_address.is_link_local()) {
            take_link(*level, exchange.attachment);
            linked = true;
        }
        exchange.attachment.link_local = level->peer_address;
        inner = level->relay_message;
    }
    const auto message = parse_dhcp6_message(inner.data, inner.offset);
    if (!message || !linked) return std::nullopt;
    const auto identifier = message->options.find(Dhcp6OptionCode::kClientId);
    if (!identifier) return std::nullopt;
    const auto duid = parse_dhcp6_duid(*identifier);
    if (!duid) return std::nullopt;
    exchange.mn.bytes = as_string(*duid);
    exchange.order.transaction = message->transaction_id;
    if (const auto option = message->options.find(Dhcp6OptionCode::kElapsedTime)) {
        if (const auto elapsed = parse_dhcp6_elapsed_time(*option)) {
            exchange.order.elapsed = std::min(*elapsed, kMostElapsed);
        }
    }
    return exchange;
}

Attestor::Attestor(Descriptor socket, std::string path)
    : socket_(std::move(socket)), path_(std::move(path)) {}

Result<std::shared_ptr<Attestor>> Attestor::open(const std::string& path) {
    if (path.empty()) return std::shared_ptr<Attestor>();
    if (path.size() >= sizeof(sockaddr_un::sun_path)) {
        return Error{"attestation-socket: the path " + path + " is longer than " +
                     std::to_string(sizeof(sockaddr_un::sun_path) - 1) + " octets"};
    }
    Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (socket.get() < 0) return Error{std::string("attestation-socket: ") + std::strerror(errno)};
    return std::shared_ptr<Attestor>(new Attestor(std::move(socket), path));
}

bool Attestor::attest(Bytes relay_forward, Instant now) {
    const auto exchange = exchange_in(relay_forward);
    return !exchange || attest(*exchange, now);  // else nothing that anybody would wait for
}

bool Attestor::attest(const RelayedExchange& exchange, Instant now) {
    waiting_.push_back({now, wire::encode(exchange)});
    octets_ += waiting_.back().datagram.size();
    return tell(now);
}

bool Attestor::tell(Instant now) {
    const bool given_up = give_up(now);
    auto sent = Sent::kTaken;
    while (!waiting_.empty() && sent == Sent::kTaken) {
        sent = send(waiting_.front().datagram);
        if (sent == Sent::kTaken) drop_first();
    }
    busy_ = sent == Sent::kBusy;
    return !given_up && sent != Sent::kNobodyListens;
}

bool Attestor::connect() {
    sockaddr_un agent{};
    agent.sun_family = AF_UNIX;
    std::memcpy(agent.sun_path, path_.c_str(), path_.size() + 1);
    connected_ =
        ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&agent), sizeof agent) == 0;
    return connected_;
}

Attestor::Sent Attestor::send(const std::string& datagram) {
    for (int life = 0; life < 2; ++life) {  // of the agent: it may have been restarted
        if (!connected_ && !connect()) return Sent::kNobodyListens;
        if (::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL) >= 0) {
            return Sent::kTaken;
        }
        if (errno == EAGAIN || errno == ENOBUFS) return Sent::kBusy;
        connected_ = false;
    }
    return Sent::kNobodyListens;
}

bool Attestor::give_up(Instant now) {
    const auto before = waiting_.size();
    while (!waiting_.empty() && (waiting_.size() > kMost || octets_ > kMostOctets ||
                                 now - waiting_.front().since > kLongest)) {
        drop_first();
    }
    return waiting_.size() < before;
}

void Attestor::drop_first() {
    octets_ -= waiting_.front().datagram.size();
    waiting_.pop_front();
}

}  // namespace mobility
