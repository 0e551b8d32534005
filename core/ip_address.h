// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// IP addresses and prefixes of both families, as text and as bytes: the key of every table.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "core/result.h"

namespace mobility {

enum class Family : std::uint8_t { kIpv4 = 4, kIpv6 = 6 };

/// One IPv4 or IPv6 address. The default is the IPv6 unspecified address.
class IpAddress {
public:
    IpAddress() = default;

    /// From network byte order: 4 bytes are IPv4, 16 are IPv6; any other length is an error.
    static Result<IpAddress> from_bytes(std::span<const std::uint8_t> bytes);
    /// RFC 4291 section 2.2 text (no zone) or dotted decimal. The error names the text.
    static Result<IpAddress> parse(std::string_view text);

    Family family() const { return family_; }
    /// Network byte order, 4 or 16 bytes.
    std::span<const std::uint8_t> bytes() const {
        return {bytes_.data(), family_ == Family::kIpv4 ? std::size_t{4} : std::size_t{16}};
    }
    /// RFC 5952 text.
    std::string text() const;
    /// Number of bits, 32 or 128.
    unsigned bits() const { return family_ == Family::kIpv4 ? 32 : 128; }

    bool is_unspecified() const;
    bool is_loopback() const;
    /// fe80::/10 or 169.254.0.0/16.
    bool is_link_local() const;
    /// ff00::/8 or 224.0.0.0/4.
    bool is_multicast() const;
    /// What may name an access link or a host: none of the four above (unique local counts).
    bool is_global() const {
        return !is_unspecified() && !is_loopback() && !is_link_local() && !is_multicast();
    }

    auto operator<=>(const IpAddress&) const = default;

private:
    friend class Prefix;
    Family family_ = Family::kIpv6;
    std::array<std::uint8_t, 16> bytes_{};
};

/// An address block. Bits behind the length are always zero.
class Prefix {
public:
    Prefix() = default;
    /// `length` 0..32 or 0..128; bits behind it must be zero. The error names both.
    static Result<Prefix> make(const IpAddress& address, unsigned length);
    /// "2001:db8::/32"; an address without a length is a host prefix.
    static Result<Prefix> parse(std::string_view text);
    /// The /32 or /128 of one address.
    static Prefix host(const IpAddress& address);

    const IpAddress& address() const { return address_; }
    unsigned length() const { return length_; }
    bool is_host() const { return length_ == address_.bits(); }
    bool contains(const IpAddress& address) const;
    bool contains(const Prefix& other) const;
    bool overlaps(const Prefix& other) const { return contains(other) || other.contains(*this); }
    /// "2001:db8::1/128": always with the length.
    std::string text() const;

    auto operator<=>(const Prefix&) const = default;

private:
    IpAddress address_;
    std::uint8_t length_ = 0;
};

}  // namespace mobility

template <>
struct std::hash<mobility::IpAddress> {
    std::size_t operator()(const mobility::IpAddress& address) const noexcept;
};
template <>
struct std::hash<mobility::Prefix> {
    std::size_t operator()(const mobility::Prefix& prefix) const noexcept;
};
