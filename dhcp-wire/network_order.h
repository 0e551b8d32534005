// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Numbers in network byte order, read from bytes whose length the caller has checked.
#pragma once

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace mobility {

inline std::uint16_t read_u16(std::span<const std::uint8_t> bytes, std::size_t at) {
    assert(at + 2 <= bytes.size());
    return static_cast<std::uint16_t>(bytes[at] << 8 | bytes[at + 1]);
}

inline std::uint32_t read_u32(std::span<const std::uint8_t> bytes, std::size_t at) {
    assert(at + 4 <= bytes.size());
    return static_cast<std::uint32_t>(read_u16(bytes, at)) << 16 | read_u16(bytes, at + 2);
}

}  // namespace mobility
