// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Writes DHCPv6 messages: the counterpart of dhcp6_message.h and dhcp6_contents.h.
#pragma once

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/ip_address.h"
#include "core/result.h"
#include "dhcp-wire/dhcp6_codes.h"
#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_options.h"

namespace mobility {

/// Writes one message into a buffer of the caller's, whose capacity is kept from message to message
/// so that a steady stream allocates nothing. Call message() or relay_message_header() first, then
/// options, then finish(). Whatever is passed in must not lie in that buffer.
class Dhcp6Writer {
public:
    /// `out` is emptied.
    explicit Dhcp6Writer(std::vector<std::uint8_t>& out);

    /// Of `transaction_id` the low 24 bits.
    void message(Dhcp6MessageType type, std::uint32_t transaction_id);
    /// Relay-forward or Relay-reply; both addresses are IPv6.
    void relay_message_header(Dhcp6MessageType type, std::uint8_t hop_count,
                              const IpAddress& link_address, const IpAddress& peer_address);

    void option(Dhcp6OptionCode code, Bytes data);
    /// An option whose contents `fill` writes through this writer.
    template <typename Fill>
    void option_holding(Dhcp6OptionCode code, Fill&& fill) {
        const std::size_t begin = begin_option(code);
        std::forward<Fill>(fill)();
        end_option(begin);
    }

    void client_id(Bytes duid) { option(Dhcp6OptionCode::kClientId, duid); }
    void server_id(Bytes duid) { option(Dhcp6OptionCode::kServerId, duid); }
    void relay_message(Bytes inner) { option(Dhcp6OptionCode::kRelayMessage, inner); }
    void interface_id(Bytes id) { option(Dhcp6OptionCode::kInterfaceId, id); }
    void interface_id(std::string_view id);
    void rapid_commit() { option(Dhcp6OptionCode::kRapidCommit, {}); }
    /// Written in steps of 10 ms; above 655.35 s as 0xffff (RFC 9915 section 21.9).
    void elapsed_time(std::chrono::milliseconds elapsed);
    void option_request(std::span<const Dhcp6OptionCode> codes);
    void status(Dhcp6StatusCode code, std::string_view message);
    void link_layer_address(const Dhcp6LinkLayerAddress& address);

    /// IA_NA or IA_PD with options that `fill` writes; times in seconds.
    template <typename Fill>
    void ia(Dhcp6OptionCode code, std::uint32_t iaid, std::uint32_t t1, std::uint32_t t2,
            Fill&& fill) {
        option_holding(code, [&] {
            u32(iaid);
            u32(t1);
            u32(t2);
            std::forward<Fill>(fill)();
        });
    }
    /// Lifetimes in seconds.
    void ia_address(const IpAddress& address, std::uint32_t preferred, std::uint32_t valid);
    void ia_prefix(const Prefix& prefix, std::uint32_t preferred, std::uint32_t valid);

    /// An error when an option passed 65,535 bytes or the message passed what UDP carries; the
    /// buffer is then not a message.
    Result<void> finish() const;

private:
    void u8(std::uint8_t value) { out_.push_back(value); }
    void u16(std::uint16_t value);
    void u32(std::uint32_t value);
    void bytes(Bytes value) { out_.insert(out_.end(), value.begin(), value.end()); }
    void ipv6(const IpAddress& address);
    std::size_t begin_option(Dhcp6OptionCode code);
    void end_option(std::size_t begin);

    std::vector<std::uint8_t>& out_;
    bool option_too_long_ = false;
};

}  // namespace mobility
