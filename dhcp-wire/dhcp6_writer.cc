// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Writes DHCPv6 headers and options in network byte order and fills in lengths behind itself.
#include "dhcp-wire/dhcp6_writer.h"

#include <algorithm>
#include <cassert>

namespace mobility {
namespace {

Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Dhcp6Writer::Dhcp6Writer(std::vector<std::uint8_t>& out) : out_(out) { out_.clear(); }

void Dhcp6Writer::message(Dhcp6MessageType type, std::uint32_t transaction_id) {
    assert(!is_relay_message(type));
    u32(static_cast<std::uint32_t>(type) << 24 | (transaction_id & 0xffffff));
}

void Dhcp6Writer::relay_message_header(Dhcp6MessageType type, std::uint8_t hop_count,
                                       const IpAddress& link_address,
                                       const IpAddress& peer_address) {
    assert(is_relay_message(type));
    u8(static_cast<std::uint8_t>(type));
    u8(hop_count);
    ipv6(link_address);
    ipv6(peer_address);
}

void Dhcp6Writer::option(Dhcp6OptionCode code, Bytes data) {
    option_holding(code, [&] { bytes(data); });
}

void Dhcp6Writer::interface_id(std::string_view id) { interface_id(as_bytes(id)); }

void Dhcp6Writer::elapsed_time(std::chrono::milliseconds elapsed) {
    const auto steps = std::clamp<std::chrono::milliseconds::rep>(elapsed.count() / 10, 0, 0xffff);
    option_holding(Dhcp6OptionCode::kElapsedTime, [&] { u16(static_cast<std::uint16_t>(steps)); });
}

void Dhcp6Writer::option_request(std::span<const Dhcp6OptionCode> codes) {
    option_holding(Dhcp6OptionCode::kOptionRequest, [&] {
        for (const Dhcp6OptionCode code : codes) {
            u16(static_cast<std::uint16_t>(code));
        }
    });
}

void Dhcp6Writer::status(Dhcp6StatusCode code, std::string_view message) {
    option_holding(Dhcp6OptionCode::kStatusCode, [&] {
        u16(static_cast<std::uint16_t>(code));
        bytes(as_bytes(message));
    });
}

void Dhcp6Writer::link_layer_address(const Dhcp6LinkLayerAddress& address) {
    option_holding(Dhcp6OptionCode::kClientLinkLayerAddress, [&] {
        u16(address.hardware_type);
        bytes(address.address);
    });
}

void Dhcp6Writer::ia_address(const IpAddress& address, std::uint32_t preferred,
                             std::uint32_t valid) {
    option_holding(Dhcp6OptionCode::kIaAddr, [&] {
        ipv6(address);
        u32(preferred);
        u32(valid);
    });
}

void Dhcp6Writer::ia_prefix(const Prefix& prefix, std::uint32_t preferred, std::uint32_t valid) {
    option_holding(Dhcp6OptionCode::kIaPrefix, [&] {
        u32(preferred);
        u32(valid);
        u8(static_cast<std::uint8_t>(prefix.length()));
        ipv6(prefix.address());
    });
}

Result<void> Dhcp6Writer::finish() const {
    if (option_too_long_) {
        return Error{"an option of more than 65535 bytes"};
    }
    if (out_.size() > kDhcp6MaxMessage) {
        return Error{"a message of " + std::to_string(out_.size()) + " bytes, UDP carries " +
                     std::to_string(kDhcp6MaxMessage)};
    }
    return {};
}

void Dhcp6Writer::u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
}

void Dhcp6Writer::u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value));
}

void Dhcp6Writer::ipv6(const IpAddress& address) {
    assert(address.family() == Family::kIpv6);
    bytes(address.bytes());
}

/// Returns where the contents begin.
std::size_t Dhcp6Writer::begin_option(Dhcp6OptionCode code) {
    u16(static_cast<std::uint16_t>(code));
    u16(0);
    return out_.size();
}

void Dhcp6Writer::end_option(std::size_t begin) {
    const std::size_t length = out_.size() - begin;
    option_too_long_ = option_too_long_ || length > 0xffff;
    out_[begin - 2] = static_cast<std::uint8_t>(length >> 8);
    out_[begin - 1] = static_cast<std::uint8_t>(length);
}

}  // namespace mobility
