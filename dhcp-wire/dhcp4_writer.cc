// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Writes DHCPv4 headers and options in network byte order.
#include "dhcp-wire/dhcp4_writer.h"

#include <algorithm>
#include <cassert>

namespace mobility {
namespace {

constexpr std::size_t kHopsAt = 3;
constexpr std::size_t kGiaddrAt = 24;
constexpr std::size_t kChaddrSize = 16;
constexpr std::size_t kLongestPart = 255;
constexpr std::uint16_t kBroadcastFlag = 0x8000;

Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

}  // namespace

Dhcp4Writer::Dhcp4Writer(std::vector<std::uint8_t>& out) : out_(out) { out_.clear(); }

void Dhcp4Writer::message(const Dhcp4Header& header, Dhcp4MessageType type) {
    assert(header.chaddr.size() <= kChaddrSize);
    u8(static_cast<std::uint8_t>(header.op));
    u8(header.hardware_type);
    u8(static_cast<std::uint8_t>(header.chaddr.size()));
    u8(header.hops);
    u32(header.xid);
    u16(header.secs);
    u16(header.broadcast ? kBroadcastFlag : std::uint16_t{0});
    ipv4(header.ciaddr);
    ipv4(header.yiaddr);
    ipv4(header.siaddr);
    ipv4(header.giaddr);
    bytes(header.chaddr);
    out_.resize(kDhcp4Header, 0);
    u32(kDhcp4MagicCookie);
    const auto number = static_cast<std::uint8_t>(type);
    option(Dhcp4OptionCode::kMessageType, {&number, 1});
}

void Dhcp4Writer::header_of(const Dhcp4Message& message) {
    assert(message.fixed.size() == kDhcp4Header);
    bytes(message.fixed);
    u32(kDhcp4MagicCookie);
}

void Dhcp4Writer::set_hops(std::uint8_t hops) { out_[kHopsAt] = hops; }

void Dhcp4Writer::set_giaddr(const IpAddress& giaddr) {
    assert(giaddr.family() == Family::kIpv4);
    std::ranges::copy(giaddr.bytes(), out_.begin() + kGiaddrAt);
}

void Dhcp4Writer::option(Dhcp4OptionCode code, Bytes data) {
    do {
        const Bytes part = data.first(std::min(data.size(), kLongestPart));
        u8(static_cast<std::uint8_t>(code));
        u8(static_cast<std::uint8_t>(part.size()));
        bytes(part);
        data = data.subspan(part.size());
    } while (!data.empty());
}

void Dhcp4Writer::options(const Dhcp4Options& options) { bytes(options.bytes()); }

void Dhcp4Writer::address(Dhcp4OptionCode code, const IpAddress& address) {
    option(code, address.bytes());
}

void Dhcp4Writer::seconds(Dhcp4OptionCode code, std::uint32_t seconds) {
    u8(static_cast<std::uint8_t>(code));
    u8(4);
    u32(seconds);
}

void Dhcp4Writer::relay_information(const RelayInformation& information) {
    u8(static_cast<std::uint8_t>(Dhcp4OptionCode::kRelayAgentInformation));
    u8(0);
    const std::size_t begin = out_.size();
    sub_option(Dhcp4RelaySubOption::kCircuitId, as_bytes(information.circuit_id));
    sub_option(Dhcp4RelaySubOption::kRemoteId, as_bytes(information.remote_id));
    if (information.server_identifier_override) {
        sub_option(Dhcp4RelaySubOption::kFlags, {&information.flags, 1});
        sub_option(Dhcp4RelaySubOption::kServerIdentifierOverride,
                   information.server_identifier_override->bytes());
    }
    assert(out_.size() - begin <= kLongestPart);
    out_[begin - 1] = static_cast<std::uint8_t>(out_.size() - begin);
}

void Dhcp4Writer::sub_option(Dhcp4RelaySubOption code, Bytes value) {
    if (value.empty()) {
        return;
    }
    u8(static_cast<std::uint8_t>(code));
    u8(static_cast<std::uint8_t>(value.size()));
    bytes(value);
}

Result<void> Dhcp4Writer::finish() {
    u8(static_cast<std::uint8_t>(Dhcp4OptionCode::kEnd));
    out_.resize(std::max(out_.size(), kDhcp4MinMessage), 0);
    if (out_.size() > kDhcp4MaxMessage) {
        return Error{"a message of " + std::to_string(out_.size()) + " bytes, UDP carries " +
                     std::to_string(kDhcp4MaxMessage)};
    }
    return {};
}

void Dhcp4Writer::u16(std::uint16_t value) {
    u8(static_cast<std::uint8_t>(value >> 8));
    u8(static_cast<std::uint8_t>(value));
}

void Dhcp4Writer::u32(std::uint32_t value) {
    u16(static_cast<std::uint16_t>(value >> 16));
    u16(static_cast<std::uint16_t>(value));
}

void Dhcp4Writer::ipv4(const IpAddress& address) {
    assert(address.family() == Family::kIpv4);
    bytes(address.bytes());
}

}  // namespace mobility
