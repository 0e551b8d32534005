// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Writes DHCPv4 messages: the counterpart of dhcp4_message.h and dhcp4_contents.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp4_codes.h"
#include "dhcp-wire/dhcp4_message.h"

namespace mobility {

/// Writes one message into a buffer of the caller's, whose capacity is kept from message to message
/// so that a steady stream allocates nothing. Call message() or header_of() first, then options,
/// then finish(). Whatever is passed in must not lie in that buffer.
class Dhcp4Writer {
public:
    /// `out` is emptied.
    explicit Dhcp4Writer(std::vector<std::uint8_t>& out);

    /// The header, the magic cookie and the message type; `chaddr` of at most 16 bytes.
    void message(const Dhcp4Header& header, Dhcp4MessageType type);
    /// The header of a message that was read, unchanged in every bit, and the magic cookie.
    void header_of(const Dhcp4Message& message);
    void set_hops(std::uint8_t hops);
    void set_giaddr(const IpAddress& giaddr);

    /// In parts when it is longer than 255 bytes (RFC 3396).
    void option(Dhcp4OptionCode code, Bytes data);
    /// All options of a field as they are.
    void options(const Dhcp4Options& options);
    void address(Dhcp4OptionCode code, const IpAddress& address);
    void seconds(Dhcp4OptionCode code, std::uint32_t seconds);
    void client_id(Bytes id) { option(Dhcp4OptionCode::kClientId, id); }
    /// Sub-options that are empty are left out; together they have at most 255 bytes with the two
    /// bytes of header that each has.
    struct RelayInformation {
        std::string_view circuit_id{};
        std::string_view remote_id{};
        /// With one the flags are written too.
        std::optional<IpAddress> server_identifier_override{};
        std::uint8_t flags = 0;
    };
    void relay_information(const RelayInformation& information);

    /// What the message has with End and without padding.
    std::size_t size() const { return out_.size() + 1; }
    /// End, and Pads up to the shortest BOOTP message. An error when the message passed what UDP
    /// carries; the buffer is then not a message.
    Result<void> finish();

private:
    void u8(std::uint8_t value) { out_.push_back(value); }
    void u16(std::uint16_t value);
    void u32(std::uint32_t value);
    void bytes(Bytes value) { out_.insert(out_.end(), value.begin(), value.end()); }
    void ipv4(const IpAddress& address);
    void sub_option(Dhcp4RelaySubOption code, Bytes value);

    std::vector<std::uint8_t>& out_;
};

}  // namespace mobility
