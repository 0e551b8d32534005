// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Field by field.
#include "core/wire.h"

#include <algorithm>
#include <array>
#include <utility>

namespace mobility::wire {
namespace {

/// An arrival longer ago than this cannot be told from nonsense.
constexpr Milliseconds kMaxAge{3'600'000};
constexpr Milliseconds kMaxElapsed{60'000};
constexpr std::size_t kMaxMnId = 130;  // RFC 9915 section 11.1
constexpr std::size_t kMaxInterfaceId = 1024;
constexpr std::size_t kMaxLinkLayer = 32;

constexpr std::array kVerdicts{
    std::pair{Verdict::kInstalled, control::CODE_INSTALLED},
    std::pair{Verdict::kUnchanged, control::CODE_UNCHANGED},
    std::pair{Verdict::kDeferred, control::CODE_DEFERRED},
    std::pair{Verdict::kSuperseded, control::CODE_SUPERSEDED},
};

constexpr std::array kRefusals{
    std::pair{Refusal::kAdministrativelyProhibited, control::CODE_ADMINISTRATIVELY_PROHIBITED},
    std::pair{Refusal::kLackOfResources, control::CODE_LACK_OF_RESOURCES},
    std::pair{Refusal::kUnauthorizedMn, control::CODE_UNAUTHORIZED_MN},
    std::pair{Refusal::kInvalidIpAddress, control::CODE_INVALID_IP_ADDRESS},
    std::pair{Refusal::kOverIpAddressLimit, control::CODE_OVER_IP_ADDRESS_LIMIT},
    std::pair{Refusal::kUnknownAccessRouter, control::CODE_UNKNOWN_ACCESS_ROUTER},
    std::pair{Refusal::kInvalidAttachment, control::CODE_INVALID_ATTACHMENT},
    std::pair{Refusal::kNotAttested, control::CODE_NOT_ATTESTED},
};

std::span<const std::uint8_t> octets(const std::string& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::uint32_t milliseconds(Milliseconds value, Milliseconds most) {
    return static_cast<std::uint32_t>(std::clamp(value, Milliseconds{0}, most).count());
}

Error too_long(const char* field, std::size_t length, std::size_t most) {
    return {std::string(field) + " of " + std::to_string(length) + " octets; at most " +
            std::to_string(most) + " are allowed"};
}

std::uint32_t seconds(Seconds value) {
    return static_cast<std::uint32_t>(std::clamp<std::int64_t>(value.count(), 0, 0xffffffff));
}

}  // namespace

std::string bytes(const IpAddress& address) {
    const auto octets = address.bytes();
    return {octets.begin(), octets.end()};
}

void write(const Prefix& prefix, control::Prefix& message) {
    message.set_address(bytes(prefix.address()));
    message.set_length(prefix.length());
}

void write(const Item& item, control::Item& message) {
    message.set_iaid(item.iaid);
    write(item.prefix, *message.mutable_prefix());
    message.set_remaining_seconds(seconds(item.remaining));
}

void write(const Attachment& attachment, control::Attachment& message) {
    message.set_relay_source(bytes(attachment.relay_source));
    message.set_link_address(bytes(attachment.link_address));
    message.set_interface_id(attachment.interface_id);
    message.set_link_layer_address(attachment.link_layer.bytes);
    message.set_link_local(bytes(attachment.link_local));
}

void write(const BindingRecord& record, control::BindingRecord& message) {
    write(record.prefix, *message.mutable_prefix());
    message.set_mn_id(record.mn.bytes);
    message.set_iaid(record.iaid);
    message.set_owner(record.owner);
    if (record.sequence != 0) write(record.attachment, *message.mutable_attachment());
    message.set_sequence(record.sequence);
    message.set_remaining_seconds(seconds(record.remaining));
}

void write(const Attached& event, Instant now, control::MnAddressSetup& message) {
    message.set_mn_id(event.mn.bytes);
    write(event.attachment, *message.mutable_attachment());
    for (const auto& item : event.items) write(item, *message.add_items());
    message.set_proof(event.proof == Proof::kCommit ? control::MnAddressSetup::COMMIT
                                                    : control::MnAddressSetup::LOOKUP);
    message.set_transaction(event.order.transaction);
    message.set_elapsed_ms(milliseconds(event.order.elapsed, kMaxElapsed));
    message.set_coarse(event.order.coarse);
    const auto age = std::chrono::duration_cast<Milliseconds>(now - event.order.arrived);
    message.set_age_ms(milliseconds(age, kMaxAge));
}

void write(const Detached& event, control::MnAddressRemove& message) {
    if (event.mn) message.set_mn_id(event.mn->bytes);
    message.set_any_mn(!event.mn);
    for (const auto& prefix : event.prefixes) write(prefix, *message.add_prefixes());
    message.set_reason(static_cast<control::MnAddressRemove::Reason>(event.reason));
}

void write(const std::vector<LeaseEntry>& page, control::MnAddressList& message) {
    for (const auto& lease : page) {
        auto& entry = *message.add_entries();
        entry.set_mn_id(lease.mn.bytes);
        write(lease.item, *entry.mutable_item());
    }
}

void write(const std::vector<Answer>& answers, control::Acknowledgement& message) {
    for (const auto& answer : answers) {
        auto& result = *message.add_results();
        result.set_text(answer.text);
        if (answer.verdict == Verdict::kRefused) {
            result.set_code(code(answer.refusal));
            continue;
        }
        for (const auto& [verdict, code] : kVerdicts) {
            if (verdict == answer.verdict) result.set_code(code);
        }
    }
}

control::Code code(Refusal refusal) {
    for (const auto& [known, code] : kRefusals) {
        if (known == refusal) return code;
    }
    return control::CODE_ADMINISTRATIVELY_PROHIBITED;
}

control::TransportMode mode(TunnelMode mode) {
    switch (mode) {
        case TunnelMode::kSeg6:
            return control::TRANSPORT_SEG6;
        case TunnelMode::kIp6Tnl:
            return control::TRANSPORT_IP6TNL;
        case TunnelMode::kRouted:
            return control::TRANSPORT_ROUTED;
    }
    return control::TRANSPORT_UNSPECIFIED;
}

void write(const StateDigest& digest, control::StateDigest& message) {
    for (const auto sum : digest.sums()) message.add_sums(sum);
}

Result<StateDigest> read(const control::StateDigest& message) {
    if (message.sums_size() != static_cast<int>(Buckets::kCount)) {
        return Error{"state digest of " + std::to_string(message.sums_size()) + " sums; expected " +
                     std::to_string(Buckets::kCount)};
    }
    StateDigest::Sums sums;
    std::copy(message.sums().begin(), message.sums().end(), sums.begin());
    return StateDigest(sums);
}

void write(const Buckets& buckets, control::FullStateBegin& message) {
    if (buckets.is_all()) return;
    message.set_partial(true);
    std::string bits(Buckets::kCount / 8, '\0');
    for (std::size_t i = 0; i < Buckets::kCount; ++i) {
        if (buckets[i]) bits[i / 8] = static_cast<char>(bits[i / 8] | 1 << i % 8);
    }
    message.set_buckets(bits);
}

Result<Buckets> read(const control::FullStateBegin& message) {
    if (!message.partial()) return Buckets::all();
    const auto& bits = message.buckets();
    if (bits.size() != Buckets::kCount / 8) {
        return Error{"buckets of " + std::to_string(bits.size()) + " octets; expected " +
                     std::to_string(Buckets::kCount / 8)};
    }
    Buckets buckets;
    for (std::size_t i = 0; i < Buckets::kCount; ++i) {
        if (bits[i / 8] >> i % 8 & 1) buckets.add(i);
    }
    return buckets;
}

std::optional<TunnelMode> mode(control::TransportMode mode) {
    switch (mode) {
        case control::TRANSPORT_SEG6:
            return TunnelMode::kSeg6;
        case control::TRANSPORT_IP6TNL:
            return TunnelMode::kIp6Tnl;
        case control::TRANSPORT_ROUTED:
            return TunnelMode::kRouted;
        default:
            return std::nullopt;
    }
}

Result<IpAddress> read_address(const std::string& bytes, const char* field) {
    auto address = IpAddress::from_bytes(octets(bytes));
    if (!address) return Error{std::string(field) + ": " + address.error()};
    return address;
}

Result<Prefix> read(const control::Prefix& message) {
    const auto address = read_address(message.address(), "prefix");
    if (!address) return Error{address.error()};
    return Prefix::make(*address, message.length());
}

Result<std::vector<Prefix>> read(
    const google::protobuf::RepeatedPtrField<control::Prefix>& message) {
    std::vector<Prefix> prefixes;
    for (const auto& each : message) {
        const auto prefix = read(each);
        if (!prefix) return Error{prefix.error()};
        prefixes.push_back(*prefix);
    }
    return prefixes;
}

Result<Item> read(const control::Item& message) {
    const auto prefix = read(message.prefix());
    if (!prefix) return Error{prefix.error()};
    return Item{message.iaid(), *prefix, Seconds{message.remaining_seconds()}};
}

Result<Attachment> read(const control::Attachment& message) {
    Attachment attachment;
    const auto source = read_address(message.relay_source(), "relay source");
    const auto link = read_address(message.link_address(), "link-address");
    const auto local = read_address(message.link_local(), "peer-address");
    for (const auto* each : {&source, &link, &local}) {
        if (!*each) return Error{each->error()};
    }
    if (message.interface_id().size() > kMaxInterfaceId) {
        return too_long("Interface-ID", message.interface_id().size(), kMaxInterfaceId);
    }
    if (message.link_layer_address().size() > kMaxLinkLayer) {
        return too_long("link-layer address", message.link_layer_address().size(), kMaxLinkLayer);
    }
    attachment.relay_source = *source;
    attachment.link_address = *link;
    attachment.link_local = *local;
    attachment.interface_id = message.interface_id();
    attachment.link_layer.bytes = message.link_layer_address();
    return attachment;
}

Result<MnId> read_mn(const std::string& bytes) {
    if (bytes.empty()) return Error{"the MN identifier is empty"};
    if (bytes.size() > kMaxMnId) return too_long("MN identifier", bytes.size(), kMaxMnId);
    return MnId{bytes};
}

Result<BindingRecord> read(const control::BindingRecord& message) {
    const auto prefix = read(message.prefix());
    if (!prefix) return Error{prefix.error()};
    BindingRecord record;
    record.prefix = *prefix;
    record.mn.bytes = message.mn_id();
    if (record.mn.bytes.size() > kMaxMnId) {
        return too_long("MN identifier", record.mn.bytes.size(), kMaxMnId);
    }
    record.iaid = message.iaid();
    record.owner = message.owner();
    record.sequence = message.sequence();
    record.remaining = Seconds{message.remaining_seconds()};
    if (record.sequence != 0) {
        auto attachment = read(message.attachment());
        if (!attachment) return Error{attachment.error()};
        record.attachment = std::move(*attachment);
    }
    return record;
}

Result<Attached> read(const control::MnAddressSetup& message, Instant now) {
    auto mn = read_mn(message.mn_id());
    if (!mn) return Error{mn.error()};
    auto attachment = read(message.attachment());
    if (!attachment) return Error{attachment.error()};
    Attached event;
    event.mn = std::move(*mn);
    event.attachment = std::move(*attachment);
    for (const auto& each : message.items()) {
        const auto item = read(each);
        if (!item) return Error{item.error()};
        event.items.push_back(*item);
    }
    if (event.items.empty()) return Error{"no items"};
    event.proof =
        message.proof() == control::MnAddressSetup::COMMIT ? Proof::kCommit : Proof::kLookup;
    event.order.transaction = message.transaction();
    event.order.elapsed = std::min(Milliseconds{message.elapsed_ms()}, kMaxElapsed);
    event.order.arrived = now - std::min(Milliseconds{message.age_ms()}, kMaxAge);
    event.order.coarse = message.coarse();
    return event;
}

void write(const RelayedExchange& exchange, control::RelayedExchange& message) {
    message.set_mn_id(exchange.mn.bytes);
    write(exchange.attachment, *message.mutable_attachment());
    message.set_transaction(exchange.order.transaction);
    message.set_elapsed_ms(milliseconds(exchange.order.elapsed, kMaxElapsed));
}

Result<RelayedExchange> read(const control::RelayedExchange& message) {
    auto mn = read_mn(message.mn_id());
    if (!mn) return Error{mn.error()};
    auto attachment = read(message.attachment());
    if (!attachment) return Error{attachment.error()};
    RelayedExchange exchange{std::move(*mn), std::move(*attachment), {}};
    exchange.order.transaction = message.transaction();
    exchange.order.elapsed = std::min(Milliseconds{message.elapsed_ms()}, kMaxElapsed);
    return exchange;
}

void write_complete(Instant since, Instant now, control::LocationRegistration& message) {
    message.set_complete_ms(
        milliseconds(std::chrono::duration_cast<Milliseconds>(now - since), kMaxAge));
}

std::optional<Instant> read_complete(const control::LocationRegistration& message, Instant now) {
    if (!message.has_complete_ms()) return std::nullopt;
    return now - std::min(Milliseconds{message.complete_ms()}, kMaxAge);
}

std::string encode(const RelayedExchange& exchange) {
    control::RelayedExchange message;
    write(exchange, message);
    return message.SerializeAsString();
}

Result<RelayedExchange> decode_relayed_exchange(const std::string& datagram) {
    control::RelayedExchange message;
    if (!message.ParseFromString(datagram)) return Error{"not a relayed exchange"};
    return read(message);
}

Result<Detached> read(const control::MnAddressRemove& message) {
    Detached event;
    if (!message.any_mn()) {
        auto mn = read_mn(message.mn_id());
        if (!mn) return Error{mn.error()};
        event.mn = std::move(*mn);
    }
    auto prefixes = read(message.prefixes());
    if (!prefixes) return Error{prefixes.error()};
    event.prefixes = std::move(*prefixes);
    if (!control::MnAddressRemove::Reason_IsValid(message.reason())) {
        return Error{"unknown reason " + std::to_string(message.reason())};
    }
    event.reason = static_cast<DetachReason>(message.reason());
    return event;
}

Result<std::vector<LeaseEntry>> read(const control::MnAddressList& message) {
    std::vector<LeaseEntry> page;
    for (const auto& each : message.entries()) {
        auto mn = read_mn(each.mn_id());
        if (!mn) return Error{mn.error()};
        const auto item = read(each.item());
        if (!item) return Error{item.error()};
        page.push_back({std::move(*mn), *item});
    }
    return page;
}

std::vector<Answer> read(const control::Acknowledgement& message) {
    std::vector<Answer> answers;
    for (const auto& result : message.results()) {
        Answer answer{Verdict::kRefused, Refusal::kAdministrativelyProhibited, result.text()};
        for (const auto& [refusal, code] : kRefusals) {
            if (code == result.code()) answer.refusal = refusal;
        }
        for (const auto& [verdict, code] : kVerdicts) {
            if (code == result.code()) answer = {verdict, Refusal::kNone, result.text()};
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

}  // namespace mobility::wire
