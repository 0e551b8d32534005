// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Messages of the control protocol on a byte stream: four bytes of length in network order, then
// the protobuf encoding.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "core/control.pb.h"
#include "core/result.h"

namespace mobility {

/// A message is never longer than this (octets, without the length field).
inline constexpr std::size_t kMaxFrame = 1 << 20;

std::string encode_frame(const control::Message& message);

/// Cuts a stream into messages. After an error the stream is lost: close the connection.
class FrameReader {
public:
    void append(std::span<const std::uint8_t> bytes);
    /// The next whole message; nothing when more bytes are needed; an error for an oversized or
    /// undecodable one.
    Result<std::optional<control::Message>> next();

private:
    std::string buffer_;
    std::size_t begin_ = 0;
};

}  // namespace mobility
