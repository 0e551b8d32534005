// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Framing.
#include "core/frame.h"

namespace mobility {
namespace {
constexpr std::size_t kLengthField = 4;
}

std::string encode_frame(const control::Message& message) {
    std::string frame(kLengthField, '\0');
    message.AppendToString(&frame);
    const auto length = frame.size() - kLengthField;
    for (std::size_t i = 0; i < kLengthField; ++i) {
        frame[i] = static_cast<char>(length >> (24 - 8 * i) & 0xff);
    }
    return frame;
}

void FrameReader::append(std::span<const std::uint8_t> bytes) {
    if (begin_ > 0 && begin_ * 2 >= buffer_.size()) {
        buffer_.erase(0, begin_);
        begin_ = 0;
    }
    buffer_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

Result<std::optional<control::Message>> FrameReader::next() {
    const auto available = buffer_.size() - begin_;
    if (available < kLengthField) return std::optional<control::Message>{};
    std::size_t length = 0;
    for (std::size_t i = 0; i < kLengthField; ++i) {
        length = length << 8 | static_cast<unsigned char>(buffer_[begin_ + i]);
    }
    if (length > kMaxFrame) {
        return Error{"a message of " + std::to_string(length) + " octets; at most " +
                     std::to_string(kMaxFrame) + " are allowed"};
    }
    if (available - kLengthField < length) return std::optional<control::Message>{};
    control::Message message;
    const char* body = buffer_.data() + begin_ + kLengthField;
    if (!message.ParseFromArray(body, static_cast<int>(length))) {
        return Error{"a message of " + std::to_string(length) + " octets that cannot be decoded"};
    }
    begin_ += kLengthField + length;
    return std::optional<control::Message>{std::move(message)};
}

}  // namespace mobility
