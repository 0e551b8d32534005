// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The boundary to the kernel's Ethernet: whole frames out and in.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/instant.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility::player {

struct ReceivedFrame {
    Bytes bytes;
    /// False where the sender left the checksum to hardware that the frame never met.
    bool checksum_is_set = true;
    Instant at;
};

class FrameDevice {
public:
    virtual ~FrameDevice() = default;
    virtual int fd() const = 0;
    /// A buffer for one more frame, which flush() sends.
    virtual std::vector<std::uint8_t>& next_frame() = 0;
    /// An error when not all were sent; those that were not are gone.
    virtual Result<void> flush() = 0;
    /// Reads what is there, up to a bound.
    virtual std::size_t receive(const std::function<void(const ReceivedFrame&)>& take) = 0;
};

}  // namespace mobility::player
