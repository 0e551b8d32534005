// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The set of held messages.
#include "hooks/in_flight.h"

namespace mobility {
namespace {

void append(MessageKey& key, const IpAddress& address) {
    const auto bytes = address.bytes();
    key.append(bytes.begin(), bytes.end());
}

}  // namespace

MessageKey message_key(const MnId& mn, std::uint32_t transaction, const Attachment& attachment) {
    MessageKey key;
    key.reserve(mn.bytes.size() + 36);
    for (int shift = 24; shift >= 0; shift -= 8) {
        key.push_back(static_cast<char>((transaction >> shift) & 0xFF));
    }
    append(key, attachment.link_address);
    append(key, attachment.relay_source);
    return key + mn.bytes;  // last: the only part whose length varies
}

InFlight::Begun InFlight::begin(const MessageKey& key) {
    const std::lock_guard lock(mutex_);
    if (keys_.contains(key)) return Begun::kCopy;
    if (keys_.size() >= most_) return Begun::kFull;
    keys_.insert(key);
    size_ = keys_.size();
    return Begun::kHeld;
}

void InFlight::end(const MessageKey& key) {
    const std::lock_guard lock(mutex_);
    keys_.erase(key);
    size_ = keys_.size();
}

bool InFlight::holds(const MessageKey& key) const {
    if (size_ == 0) return false;
    const std::lock_guard lock(mutex_);
    return keys_.contains(key);
}

}  // namespace mobility
