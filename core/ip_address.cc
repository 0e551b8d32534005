// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Text, bytes and containment of addresses and prefixes; no socket header, so that core stays pure.
#include "core/ip_address.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

namespace mobility {
namespace {

Error not_an_address(std::string_view text) {
    return {"\"" + std::string(text) + "\" is not an IP address"};
}

template <typename Number>
std::optional<Number> parse_number(std::string_view text, int base, std::size_t max_digits) {
    Number number{};
    if (text.empty() || text.size() > max_digits) return std::nullopt;
    const auto [end, failed] =
        std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::array<std::uint8_t, 4>> parse_dotted(std::string_view text) {
    std::array<std::uint8_t, 4> bytes{};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto dot = i < 3 ? text.find('.') : text.size();
        if (dot == std::string_view::npos) return std::nullopt;
        const auto part = text.substr(0, dot);
        const auto number = parse_number<std::uint8_t>(part, 10, 3);
        if (!number || (part.size() > 1 && part.front() == '0')) return std::nullopt;
        bytes[i] = *number;
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return bytes;
}

/// Groups between two "::" halves; an embedded IPv4 address may close the last.
bool append_groups(std::string_view text, bool may_end_dotted, std::vector<std::uint8_t>& bytes) {
    while (!text.empty()) {
        const auto colon = text.find(':');
        const auto part = text.substr(0, colon);
        if (colon == std::string_view::npos && may_end_dotted &&
            part.find('.') != std::string_view::npos) {
            const auto dotted = parse_dotted(part);
            if (!dotted) return false;
            bytes.insert(bytes.end(), dotted->begin(), dotted->end());
            return true;
        }
        const auto group = parse_number<std::uint16_t>(part, 16, 4);
        if (!group || bytes.size() > 16) return false;
        bytes.push_back(static_cast<std::uint8_t>(*group >> 8));
        bytes.push_back(static_cast<std::uint8_t>(*group & 0xff));
        if (colon == std::string_view::npos) return true;
        text.remove_prefix(colon + 1);
        if (text.empty()) return false;
    }
    return true;
}

std::optional<std::array<std::uint8_t, 16>> parse_colons(std::string_view text) {
    const auto gap = text.find("::");
    std::vector<std::uint8_t> head, tail;
    if (gap == std::string_view::npos) {
        if (!append_groups(text, true, head) || head.size() != 16) return std::nullopt;
    } else {
        const auto rest = text.substr(gap + 2);
        if (rest.find("::") != std::string_view::npos) return std::nullopt;
        if (!append_groups(text.substr(0, gap), false, head) || !append_groups(rest, true, tail) ||
            head.size() + tail.size() > 14) {
            return std::nullopt;
        }
    }
    std::array<std::uint8_t, 16> bytes{};
    std::copy(head.begin(), head.end(), bytes.begin());
    std::copy_backward(tail.begin(), tail.end(), bytes.end());
    return bytes;
}

std::string ipv6_text(std::span<const std::uint8_t> bytes) {
    std::array<unsigned, 8> groups{};
    for (std::size_t i = 0; i < 8; ++i) {
        groups[i] = static_cast<unsigned>(bytes[2 * i] << 8 | bytes[2 * i + 1]);
    }
    std::size_t gap = 8, gap_length = 1;  // the longest run of two or more zero groups
    for (std::size_t i = 0; i < 8;) {
        std::size_t end = i;
        while (end < 8 && groups[end] == 0) ++end;
        if (end - i > gap_length) {
            gap = i;
            gap_length = end - i;
        }
        i = std::max(end, i + 1);
    }
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) {
        if (i == gap) {
            text += "::";
            i += gap_length - 1;
            continue;
        }
        if (!text.empty() && text.back() != ':') text += ':';
        std::array<char, 4> digits{};
        const auto end = std::to_chars(digits.begin(), digits.end(), groups[i], 16).ptr;
        text.append(digits.begin(), end);
    }
    return text;
}

std::size_t hash_bytes(std::span<const std::uint8_t> bytes, std::size_t seed) {
    std::uint64_t hash = 0xcbf29ce484222325u ^ seed;  // FNV-1a, then mixed
    for (const auto byte : bytes) hash = (hash ^ byte) * 0x100000001b3u;
    hash ^= hash >> 32;
    return static_cast<std::size_t>(hash * 0x9e3779b97f4a7c15u);
}

}  // namespace

Result<IpAddress> IpAddress::from_bytes(std::span<const std::uint8_t> bytes) {
    if (bytes.size() != 4 && bytes.size() != 16) {
        return Error{"an IP address of " + std::to_string(bytes.size()) +
                     " bytes; expected 4 or 16"};
    }
    IpAddress address;
    address.family_ = bytes.size() == 4 ? Family::kIpv4 : Family::kIpv6;
    std::copy(bytes.begin(), bytes.end(), address.bytes_.begin());
    return address;
}

Result<IpAddress> IpAddress::parse(std::string_view text) {
    if (text.size() > 45) return not_an_address(text.substr(0, 45));
    if (text.find(':') != std::string_view::npos) {
        const auto bytes = parse_colons(text);
        return bytes ? from_bytes(*bytes) : Result<IpAddress>(not_an_address(text));
    }
    const auto bytes = parse_dotted(text);
    return bytes ? from_bytes(*bytes) : Result<IpAddress>(not_an_address(text));
}

std::string IpAddress::text() const {
    if (family_ == Family::kIpv6) return ipv6_text(bytes());
    return std::to_string(bytes_[0]) + "." + std::to_string(bytes_[1]) + "." +
           std::to_string(bytes_[2]) + "." + std::to_string(bytes_[3]);
}

bool IpAddress::is_unspecified() const {
    return std::all_of(bytes().begin(), bytes().end(), [](auto byte) { return byte == 0; });
}

bool IpAddress::is_loopback() const {
    if (family_ == Family::kIpv4) return bytes_[0] == 127;
    return bytes_[15] == 1 &&
           std::all_of(bytes_.begin(), bytes_.begin() + 15, [](auto byte) { return byte == 0; });
}

bool IpAddress::is_link_local() const {
    return family_ == Family::kIpv4 ? bytes_[0] == 169 && bytes_[1] == 254
                                    : bytes_[0] == 0xfe && (bytes_[1] & 0xc0) == 0x80;
}

bool IpAddress::is_multicast() const {
    return family_ == Family::kIpv4 ? (bytes_[0] & 0xf0) == 0xe0 : bytes_[0] == 0xff;
}

Result<Prefix> Prefix::make(const IpAddress& address, unsigned length) {
    if (length > address.bits()) {
        return Error{address.text() + "/" + std::to_string(length) + ": the length exceeds " +
                     std::to_string(address.bits())};
    }
    Prefix prefix;
    prefix.address_ = address;
    prefix.length_ = static_cast<std::uint8_t>(length);
    for (unsigned bit = length; bit < address.bits(); ++bit) {
        if (address.bytes_[bit / 8] >> (7 - bit % 8) & 1) {
            return Error{address.text() + "/" + std::to_string(length) +
                         ": bits behind the length are set"};
        }
    }
    return prefix;
}

Result<Prefix> Prefix::parse(std::string_view text) {
    const auto slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return Error{address.error()};
    if (slash == std::string_view::npos) return host(*address);
    const auto length = parse_number<unsigned>(text.substr(slash + 1), 10, 3);
    if (!length) return Error{"\"" + std::string(text) + "\" has no valid prefix length"};
    return make(*address, *length);
}

Prefix Prefix::host(const IpAddress& address) {
    Prefix prefix;
    prefix.address_ = address;
    prefix.length_ = static_cast<std::uint8_t>(address.bits());
    return prefix;
}

bool Prefix::contains(const IpAddress& address) const {
    if (address.family() != address_.family()) return false;
    const unsigned whole = length_ / 8u, rest = length_ % 8u;
    if (!std::equal(address_.bytes_.begin(), address_.bytes_.begin() + whole,
                    address.bytes_.begin())) {
        return false;
    }
    return rest == 0 || ((address_.bytes_[whole] ^ address.bytes_[whole]) >> (8 - rest)) == 0;
}

bool Prefix::contains(const Prefix& other) const {
    return other.length_ >= length_ && contains(other.address_);
}

std::string Prefix::text() const { return address_.text() + "/" + std::to_string(length_); }

}  // namespace mobility

std::size_t std::hash<mobility::IpAddress>::operator()(
    const mobility::IpAddress& address) const noexcept {
    return mobility::hash_bytes(address.bytes(), 0);
}

std::size_t std::hash<mobility::Prefix>::operator()(const mobility::Prefix& prefix) const noexcept {
    return mobility::hash_bytes(prefix.address().bytes(), prefix.length());
}
