// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The walker over DHCPv4 options: the only place that trusts an option's length, after checking it.
#include "dhcp-wire/dhcp4_options.h"

namespace mobility {
namespace {

constexpr std::size_t kOptionHeader = 2;
constexpr auto kPad = static_cast<std::uint8_t>(Dhcp4OptionCode::kPad);
constexpr auto kEnd = static_cast<std::uint8_t>(Dhcp4OptionCode::kEnd);

}  // namespace

Result<Dhcp4Options> Dhcp4Options::check(Bytes field, std::size_t offset) {
    std::size_t at = 0;
    while (at < field.size() && field[at] != kEnd) {
        if (field[at] == kPad) {
            ++at;
            continue;
        }
        const auto code = static_cast<Dhcp4OptionCode>(field[at]);
        const std::size_t left = field.size() - at;
        if (left < kOptionHeader) {
            return malformed(offset + at, text(code) + " has no length: its field ends");
        }
        const std::size_t length = field[at + 1];
        if (length > left - kOptionHeader) {
            return malformed(offset + at, text(code) + " claims " + std::to_string(length) +
                                              " bytes, " + std::to_string(left - kOptionHeader) +
                                              " are left");
        }
        at += kOptionHeader + length;
    }
    return Dhcp4Options(field.first(at), offset);
}

void Dhcp4Options::Iterator::skip_pads() {
    while (!rest_.empty() && rest_[0] == kPad) {
        rest_ = rest_.subspan(1);
        ++offset_;
    }
}

Dhcp4Option Dhcp4Options::Iterator::operator*() const {
    return {static_cast<Dhcp4OptionCode>(rest_[0]), rest_.subspan(kOptionHeader, rest_[1]),
            offset_ + kOptionHeader};
}

Dhcp4Options::Iterator& Dhcp4Options::Iterator::operator++() {
    const std::size_t step = kOptionHeader + rest_[1];
    rest_ = rest_.subspan(step);
    offset_ += step;
    skip_pads();
    return *this;
}

Dhcp4Options::Iterator Dhcp4Options::Iterator::operator++(int) {
    Iterator before = *this;
    ++*this;
    return before;
}

}  // namespace mobility
