// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The walker over DHCPv6 options: the only place that trusts an option's length, after checking it.
#include "dhcp-wire/dhcp6_options.h"

#include "dhcp-wire/network_order.h"

namespace mobility {
namespace {

constexpr std::size_t kOptionHeader = 4;

}  // namespace

Result<Dhcp6Options> Dhcp6Options::check(Bytes bytes, std::size_t offset) {
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t left = bytes.size() - at;
        if (left < kOptionHeader) {
            return malformed(offset + at, "an option's header needs 4 bytes, " +
                                              std::to_string(left) + " are left");
        }
        const auto code = static_cast<Dhcp6OptionCode>(read_u16(bytes, at));
        const std::size_t length = read_u16(bytes, at + 2);
        if (length > left - kOptionHeader) {
            return malformed(offset + at, text(code) + " claims " + std::to_string(length) +
                                              " bytes, " + std::to_string(left - kOptionHeader) +
                                              " are left");
        }
        at += kOptionHeader + length;
    }
    return Dhcp6Options(bytes, offset);
}

Dhcp6Option Dhcp6Options::Iterator::operator*() const {
    return {static_cast<Dhcp6OptionCode>(read_u16(rest_, 0)),
            rest_.subspan(kOptionHeader, read_u16(rest_, 2)), offset_ + kOptionHeader};
}

Dhcp6Options::Iterator& Dhcp6Options::Iterator::operator++() {
    const std::size_t step = kOptionHeader + read_u16(rest_, 2);
    rest_ = rest_.subspan(step);
    offset_ += step;
    return *this;
}

Dhcp6Options::Iterator Dhcp6Options::Iterator::operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
}

std::optional<Dhcp6Option> Dhcp6Options::find(Dhcp6OptionCode code) const {
    for (const Dhcp6Option option : *this) {
        if (option.code == code) {
            return option;
        }
    }
    return std::nullopt;
}

Result<std::optional<Dhcp6Option>> Dhcp6Options::find_single(Dhcp6OptionCode code) const {
    std::optional<Dhcp6Option> found;
    for (const Dhcp6Option option : *this) {
        if (option.code != code) {
            continue;
        }
        if (found) {
            return malformed(option.offset - kOptionHeader, "a second " + text(code));
        }
        found = option;
    }
    return found;
}

}  // namespace mobility
