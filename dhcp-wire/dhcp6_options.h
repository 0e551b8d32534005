// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The options of a DHCPv6 message or of an option that holds options: checked once, then walked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <string>

#include "core/result.h"
#include "dhcp-wire/bytes.h"
#include "dhcp-wire/dhcp6_codes.h"

namespace mobility {

/// A view of one option. It lives as long as the datagram that it was read from.
struct Dhcp6Option {
    Dhcp6OptionCode code{};
    Bytes data;
    /// Where `data` begins in the datagram: errors name it.
    std::size_t offset = 0;
};

/// A view of a list of options (RFC 9915 section 21.1) whose lengths were checked when it was made,
/// so that walking it cannot fail or leave the datagram.
class Dhcp6Options {
public:
    class Iterator {
    public:
        using iterator_category = std::forward_iterator_tag;
        using value_type = Dhcp6Option;
        using difference_type = std::ptrdiff_t;
        using pointer = const Dhcp6Option*;
        using reference = Dhcp6Option;

        Iterator() = default;
        Dhcp6Option operator*() const;
        Iterator& operator++();
        Iterator operator++(int);
        bool operator==(const Iterator& other) const { return rest_.size() == other.rest_.size(); }

    private:
        friend class Dhcp6Options;
        Iterator(Bytes rest, std::size_t offset) : rest_(rest), offset_(offset) {}
        Bytes rest_;
        std::size_t offset_ = 0;
    };

    /// No options.
    Dhcp6Options() = default;
    /// `offset` is where `bytes` begins in the datagram. An error where an option's header or its
    /// contents would pass the end; the contents of options are not looked into.
    static Result<Dhcp6Options> check(Bytes bytes, std::size_t offset);

    Iterator begin() const { return {bytes_, offset_}; }
    Iterator end() const { return {bytes_.last(0), offset_ + bytes_.size()}; }
    bool empty() const { return bytes_.empty(); }
    Bytes bytes() const { return bytes_; }

    /// The first one of this code.
    std::optional<Dhcp6Option> find(Dhcp6OptionCode code) const;
    /// For an option that may be there once at most: an error when it is there twice.
    Result<std::optional<Dhcp6Option>> find_single(Dhcp6OptionCode code) const;

private:
    Dhcp6Options(Bytes bytes, std::size_t offset) : bytes_(bytes), offset_(offset) {}
    Bytes bytes_;
    std::size_t offset_ = 0;
};

}  // namespace mobility
