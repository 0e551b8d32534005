// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to the DHCPv6 parsers: nothing outside them is read, every option lies within them, and
// what was read and is written again is the same.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

constexpr int kMaxDepth = 16;

void walk(const Dhcp6Options& options, Bytes datagram, int depth);

void read_contents(const Dhcp6Option& option, Bytes datagram, int depth) {
    if (const auto ia = parse_dhcp6_ia(option)) {
        walk(ia->options, datagram, depth + 1);
    }
    if (const auto address = parse_dhcp6_ia_address(option)) {
        walk(address->options, datagram, depth + 1);
    }
    if (const auto prefix = parse_dhcp6_ia_prefix(option)) {
        require(prefix->prefix.length() <= 128, "a prefix-length is at most 128");
        walk(prefix->options, datagram, depth + 1);
    }
    (void)parse_dhcp6_status(option);
    (void)parse_dhcp6_duid(option);
    (void)parse_dhcp6_elapsed_time(option);
    (void)parse_dhcp6_link_layer_address(option);
}

void walk(const Dhcp6Options& options, Bytes datagram, int depth) {
    if (depth > kMaxDepth) {
        return;
    }
    std::size_t bytes = 0;
    for (const Dhcp6Option option : options) {
        require(option.data.data() == datagram.data() + option.offset, "offsets are right");
        require(option.offset + option.data.size() <= datagram.size(), "options lie inside");
        bytes += 4 + option.data.size();
        read_contents(option, datagram, depth);
    }
    require(bytes == options.bytes().size(), "options leave no gap");
}

void require_same(const std::vector<std::uint8_t>& written, Bytes read) {
    require(std::equal(written.begin(), written.end(), read.begin(), read.end()),
            "what is written is what was read");
}

void fuzz_message(Bytes datagram) {
    const auto message = parse_dhcp6_message(datagram);
    if (!message) {
        return;
    }
    walk(message->options, datagram, 0);
    std::vector<std::uint8_t> again;
    Dhcp6Writer writer(again);
    writer.message(message->type, message->transaction_id);
    for (const Dhcp6Option option : message->options) {
        writer.option(option.code, option.data);
    }
    require_same(again, datagram);
}

void fuzz_relay_message(Bytes bytes, std::size_t offset, Bytes datagram, int depth) {
    const auto message = parse_dhcp6_relay_message(bytes, offset);
    if (!message || depth > kMaxDepth) {
        return;
    }
    walk(message->options, datagram, 0);
    std::vector<std::uint8_t> again;
    Dhcp6Writer writer(again);
    writer.relay_message_header(message->type, message->hop_count, message->link_address,
                                message->peer_address);
    for (const Dhcp6Option option : message->options) {
        writer.option(option.code, option.data);
    }
    require_same(again, bytes);
    fuzz_relay_message(message->relay_message.data, message->relay_message.offset, datagram,
                       depth + 1);
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const mobility::Bytes datagram(data, size);
    mobility::fuzz_message(datagram);
    mobility::fuzz_relay_message(datagram, 0, datagram, 0);
    return 0;
}
