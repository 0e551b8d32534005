// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads the header of a DHCPv4 message, and finds and checks the fields that hold its options.
#include "dhcp-wire/dhcp4_message.h"

#include "dhcp-wire/network_order.h"

namespace mobility {
namespace {

constexpr std::size_t kChaddrAt = 28;
constexpr std::size_t kMostChaddr = 16;
constexpr std::size_t kSnameAt = 44;
constexpr std::size_t kSnameSize = 64;
constexpr std::size_t kFileAt = 108;
constexpr std::size_t kFileSize = 128;
constexpr std::size_t kOptionsAt = kDhcp4Header + 4;
constexpr std::uint16_t kBroadcastFlag = 0x8000;
constexpr unsigned kOverloadsFile = 1;
constexpr unsigned kOverloadsSname = 2;

IpAddress address_at(Bytes datagram, std::size_t at) {
    return *IpAddress::from_bytes(datagram.subspan(at, 4));
}

Result<Dhcp4Header> read_header(Bytes datagram) {
    if (datagram.size() < kOptionsAt) {
        return malformed(0, "a DHCPv4 message of " + std::to_string(datagram.size()) +
                                " bytes, its header and magic cookie alone have 240");
    }
    if (datagram[0] != 1 && datagram[0] != 2) {
        return malformed(0, "an op of " + std::to_string(datagram[0]) +
                                ", expected 1 (BOOTREQUEST) or 2 (BOOTREPLY)");
    }
    const std::size_t hlen = datagram[2];
    if (hlen > kMostChaddr) {
        return malformed(2, "an hlen of " + std::to_string(hlen) + ", chaddr has 16 bytes");
    }
    if (const auto cookie = read_u32(datagram, kDhcp4Header); cookie != kDhcp4MagicCookie) {
        return malformed(kDhcp4Header, "no magic cookie: " + std::to_string(cookie) +
                                           ", expected " + std::to_string(kDhcp4MagicCookie));
    }
    return Dhcp4Header{static_cast<Dhcp4Op>(datagram[0]),
                       datagram[1],
                       datagram[3],
                       read_u32(datagram, 4),
                       read_u16(datagram, 8),
                       (read_u16(datagram, 10) & kBroadcastFlag) != 0,
                       address_at(datagram, 12),
                       address_at(datagram, 16),
                       address_at(datagram, 20),
                       address_at(datagram, 24),
                       datagram.subspan(kChaddrAt, hlen)};
}

/// 0 without an Overload option, which counts in the options field only (RFC 2132 section 9.3).
Result<unsigned> read_overload(const Dhcp4Options& options) {
    unsigned overload = 0;
    for (const Dhcp4Option option : options) {
        if (option.code != Dhcp4OptionCode::kOverload) {
            continue;
        }
        if (overload != 0) {
            return malformed(option.offset - 2, "a second " + text(option.code));
        }
        if (option.data.size() != 1 || option.data[0] < 1 || option.data[0] > 3) {
            return malformed(option.offset, text(option.code) + " is not one byte of 1, 2 or 3");
        }
        overload = option.data[0];
    }
    return overload;
}

Result<void> read_options(Bytes datagram, Dhcp4Message& message) {
    const auto take = [](const Result<Dhcp4Options>& checked, Dhcp4Options& to) -> Result<void> {
        if (!checked) {
            return Error{checked.error()};
        }
        to = *checked;
        return {};
    };
    const auto field = [&](std::size_t at, std::size_t size) {
        return Dhcp4Options::check(datagram.subspan(at, size), at);
    };
    if (auto done = take(field(kOptionsAt, std::dynamic_extent), message.options); !done) {
        return done;
    }
    const auto overload = read_overload(message.options);
    if (!overload) {
        return Error{overload.error()};
    }
    if ((*overload & kOverloadsFile) != 0) {
        if (auto done = take(field(kFileAt, kFileSize), message.file_options); !done) {
            return done;
        }
    }
    if ((*overload & kOverloadsSname) != 0) {
        return take(field(kSnameAt, kSnameSize), message.sname_options);
    }
    return {};
}

}  // namespace

std::optional<Dhcp4Contents> Dhcp4Message::find(Dhcp4OptionCode code) const {
    std::optional<Dhcp4Contents> found;
    for (const Dhcp4Options* const field : {&options, &file_options, &sname_options}) {
        for (const Dhcp4Option option : *field) {
            if (option.code != code) {
                continue;
            }
            if (!found) {
                found = Dhcp4Contents{code, option.offset, option.data, {}};
                continue;
            }
            auto& joined = found->joined;
            if (joined.empty()) {
                joined.assign(found->whole.begin(), found->whole.end());
            }
            joined.insert(joined.end(), option.data.begin(), option.data.end());
        }
    }
    return found;
}

Result<Dhcp4Message> parse_dhcp4_message(Bytes datagram) {
    const auto header = read_header(datagram);
    if (!header) {
        return Error{header.error()};
    }
    Dhcp4Message message;
    message.header = *header;
    message.fixed = datagram.first(kDhcp4Header);
    if (const auto read = read_options(datagram, message); !read) {
        return Error{read.error()};
    }
    const auto type = message.find(Dhcp4OptionCode::kMessageType);
    if (!type) {
        return malformed(kOptionsAt, "no " + text(Dhcp4OptionCode::kMessageType));
    }
    if (type->data().size() != 1) {
        return malformed(type->offset, text(type->code) + " has " +
                                           std::to_string(type->data().size()) +
                                           " bytes, expected 1");
    }
    message.type = static_cast<Dhcp4MessageType>(type->data()[0]);
    return message;
}

}  // namespace mobility
