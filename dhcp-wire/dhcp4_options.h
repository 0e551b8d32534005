// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The options in one field of a DHCPv4 message: checked once, then walked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>

#include "core/result.h"
#include "dhcp-wire/bytes.h"
#include "dhcp-wire/dhcp4_codes.h"

namespace mobility {

/// A view of one option, or of one part of a long one (RFC 3396). It lives as long as the datagram
/// that it was read from.
struct Dhcp4Option {
    Dhcp4OptionCode code{};
    Bytes data;
    /// Where `data` begins in the datagram: errors name it.
    std::size_t offset = 0;
};

/// A view of the options in one field (RFC 2132 section 2) whose lengths were checked when it was
/// made, so that walking it cannot fail or leave the field. Pad and End are not among them.
class Dhcp4Options {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Dhcp4Option;
        using difference_type = std::ptrdiff_t;
        using pointer = const Dhcp4Option*;
        using reference = Dhcp4Option;

        Iterator() = default;
        Dhcp4Option operator*() const;
        Iterator& operator++();
        Iterator operator++(int);
        bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

    private:
        friend class Dhcp4Options;
        Iterator(Bytes rest, std::size_t offset) : rest_(rest), offset_(offset) { skip_pads(); }
        void skip_pads();
        Bytes rest_;
        std::size_t offset_ = 0;
    };

    /// No options.
    Dhcp4Options() = default;
    /// `field` begins at `offset` in the datagram. An error where an option's header or contents
    /// would pass the end of the field. Options end at End, which RFC 2131 demands, or with the
    /// field, since clients exist that leave it out and nothing is ambiguous then.
    static Result<Dhcp4Options> check(Bytes field, std::size_t offset);

    Iterator begin() const { return {bytes_, offset_}; }
    Iterator end() const { return {bytes_.last(0), offset_ + bytes_.size()}; }
    /// Up to End, which is not part of it; Pads are.
    Bytes bytes() const { return bytes_; }

private:
    Dhcp4Options(Bytes bytes, std::size_t offset) : bytes_(bytes), offset_(offset) {}
    Bytes bytes_;
    std::size_t offset_ = 0;
};

}  // namespace mobility
