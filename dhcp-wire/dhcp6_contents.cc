// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads the contents of DHCPv6 options, each against the length that its definition demands.
#include "dhcp-wire/dhcp6_contents.h"

#include <algorithm>
#include <array>

#include "dhcp-wire/network_order.h"

namespace mobility {
namespace {

constexpr std::size_t kMaxDuid = 130;
constexpr std::size_t kMaxLinkLayerAddress = 32;

Error wrong_length(const Dhcp6Option& option, const std::string& expected) {
    return malformed(option.offset, text(option.code) + " has " +
                                        std::to_string(option.data.size()) + " bytes, expected " +
                                        expected);
}

/// The options behind the first `fixed` bytes of an option.
Result<Dhcp6Options> options_behind(const Dhcp6Option& option, std::size_t fixed) {
    if (option.data.size() < fixed) {
        return wrong_length(option, "at least " + std::to_string(fixed));
    }
    return Dhcp6Options::check(option.data.subspan(fixed), option.offset + fixed);
}

void clear_bits_behind(std::array<std::uint8_t, 16>& address, unsigned length) {
    for (std::size_t byte = 0; byte < address.size(); ++byte) {
        const unsigned before = static_cast<unsigned>(byte) * 8;
        const unsigned keep = length <= before ? 0 : std::min(8U, length - before);
        address[byte] = static_cast<std::uint8_t>(address[byte] & (0xff00U >> keep));
    }
}

}  // namespace

Result<Dhcp6Ia> parse_dhcp6_ia(const Dhcp6Option& option) {
    const auto options = options_behind(option, 12);
    if (!options) {
        return Error{options.error()};
    }
    return Dhcp6Ia{read_u32(option.data, 0), read_u32(option.data, 4), read_u32(option.data, 8),
                   *options};
}

Result<Dhcp6IaAddress> parse_dhcp6_ia_address(const Dhcp6Option& option) {
    const auto options = options_behind(option, 24);
    if (!options) {
        return Error{options.error()};
    }
    return Dhcp6IaAddress{*IpAddress::from_bytes(option.data.first(16)), read_u32(option.data, 16),
                          read_u32(option.data, 20), *options};
}

Result<Dhcp6IaPrefix> parse_dhcp6_ia_prefix(const Dhcp6Option& option) {
    const auto options = options_behind(option, 25);
    if (!options) {
        return Error{options.error()};
    }
    const unsigned length = option.data[8];
    if (length > 128) {
        return malformed(option.offset + 8, "IAPREFIX (26) has a prefix-length of " +
                                                std::to_string(length) + ", expected 0 to 128");
    }
    std::array<std::uint8_t, 16> address{};
    std::ranges::copy(option.data.subspan(9, 16), address.begin());
    clear_bits_behind(address, length);
    const auto prefix = Prefix::make(*IpAddress::from_bytes(address), length);
    if (!prefix) {
        return Error{prefix.error()};
    }
    return Dhcp6IaPrefix{read_u32(option.data, 0), read_u32(option.data, 4), *prefix, *options};
}

Result<Dhcp6Status> parse_dhcp6_status(const Dhcp6Option& option) {
    if (option.data.size() < 2) {
        return wrong_length(option, "at least 2");
    }
    const Bytes message = option.data.subspan(2);
    return Dhcp6Status{
        static_cast<Dhcp6StatusCode>(read_u16(option.data, 0)),
        std::string_view(reinterpret_cast<const char*>(message.data()), message.size())};
}

Result<Bytes> parse_dhcp6_duid(const Dhcp6Option& option) {
    if (option.data.size() < 3 || option.data.size() > kMaxDuid) {
        return wrong_length(option, "a DUID of 3 to 130");
    }
    return option.data;
}

Result<std::chrono::milliseconds> parse_dhcp6_elapsed_time(const Dhcp6Option& option) {
    if (option.data.size() != 2) {
        return wrong_length(option, "2");
    }
    return std::chrono::milliseconds(10) * read_u16(option.data, 0);
}

Result<Dhcp6LinkLayerAddress> parse_dhcp6_link_layer_address(const Dhcp6Option& option) {
    if (option.data.size() < 3 || option.data.size() > 2 + kMaxLinkLayerAddress) {
        return wrong_length(option, "a hardware type and an address of 1 to 32");
    }
    return Dhcp6LinkLayerAddress{read_u16(option.data, 0), option.data.subspan(2)};
}

}  // namespace mobility
