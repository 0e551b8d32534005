// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Mutations of what a relay agent writes: its header, the levels, its options.
#include <algorithm>
#include <array>

#include "dhcp-player/mutation_tables.h"

namespace mobility::player {
namespace {

using Code = Dhcp6OptionCode;
constexpr Spoils kRelay = Spoils::kRelayHeader;
constexpr std::size_t kType = 0, kHops = 1, kLinkAddress = 2, kPeerAddress = 18;

void set_address(Draft& draft, std::size_t at, std::string_view address) {
    std::ranges::copy(address_bytes(address),
                      draft.relay.header.begin() + static_cast<std::ptrdiff_t>(at));
}

void cut_datagram(Draft& draft, std::size_t size) {
    draft.spoil = [size](ByteVector& datagram) { datagram.resize(size); };
}

/// What stands in the Relay Message option, instead of the client's message.
void relay_this(Draft& draft, ByteVector inner) {
    draft.finish = [inner = std::move(inner)](std::vector<DraftOption>& options) {
        options.back().data = inner;
    };
}

void say_length(Draft& draft, Code code, std::uint16_t length) {
    draft.finish = [code, length](std::vector<DraftOption>& options) {
        std::ranges::find(options, static_cast<std::uint16_t>(code), &DraftOption::code)->length =
            length;
    };
}

/// Two bytes of hardware type, then the address.
ByteVector link_layer(std::uint16_t type, const ByteVector& address) {
    return ByteVector{static_cast<std::uint8_t>(type >> 8), static_cast<std::uint8_t>(type)} +
           address;
}

constexpr std::array kHeader{
    Mutation{"relay-type-0", "message type 0 around a relay header", kRelay,
             [](Draft& d) { d.relay.header[kType] = 0; }},
    Mutation{"relay-type-unknown", "message type 200 around a relay header", kRelay,
             [](Draft& d) { d.relay.header[kType] = 200; }},
    Mutation{"relay-type-reply", "a Relay-reply sent to the server", kRelay,
             [](Draft& d) { d.relay.header[kType] = 13; }},
    Mutation{"relay-type-confirm", "a relay header that calls itself Confirm", kRelay,
             [](Draft& d) { d.relay.header[kType] = 4; }},
    Mutation{"hop-count-8", "hop count at the limit of RFC 9915", kRelay,
             [](Draft& d) { d.relay.header[kHops] = 8; }},
    Mutation{"hop-count-33", "hop count above the limit of RFC 3315", kRelay,
             [](Draft& d) { d.relay.header[kHops] = 33; }},
    Mutation{"hop-count-255", "the largest hop count", kRelay,
             [](Draft& d) { d.relay.header[kHops] = 255; }},
    Mutation{"link-address-unspecified", "link-address ::", kRelay,
             [](Draft& d) { set_address(d, kLinkAddress, "::"); }},
    Mutation{"link-address-loopback", "link-address ::1", kRelay,
             [](Draft& d) { set_address(d, kLinkAddress, "::1"); }},
    Mutation{"link-address-link-local", "a link-local link-address", kRelay,
             [](Draft& d) { set_address(d, kLinkAddress, "fe80::1"); }},
    Mutation{"link-address-multicast", "a multicast link-address", kRelay,
             [](Draft& d) { set_address(d, kLinkAddress, "ff02::1:2"); }},
    Mutation{"link-address-mapped", "an IPv4-mapped link-address", kRelay,
             [](Draft& d) { set_address(d, kLinkAddress, "::ffff:192.0.2.1"); }},
    Mutation{
        "link-address-all-ones", "a link-address of 128 ones", kRelay,
        [](Draft& d) { set_address(d, kLinkAddress, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"); }},
    Mutation{"link-address-nobodys", "a link-address that no access router has", kRelay,
             [](Draft& d) { set_address(d, kLinkAddress, "2001:db8:dead::1"); }},
    Mutation{"peer-address-unspecified", "peer-address ::", kRelay,
             [](Draft& d) { set_address(d, kPeerAddress, "::"); }},
    Mutation{"peer-address-loopback", "peer-address ::1", kRelay,
             [](Draft& d) { set_address(d, kPeerAddress, "::1"); }},
    Mutation{"peer-address-multicast", "peer-address all nodes", kRelay,
             [](Draft& d) { set_address(d, kPeerAddress, "ff02::1"); }},
    Mutation{"peer-address-global", "a global peer-address in the first header", kRelay,
             [](Draft& d) { set_address(d, kPeerAddress, "2001:db8::bad"); }},
    Mutation{"peer-address-mapped", "an IPv4-mapped peer-address", kRelay,
             [](Draft& d) { set_address(d, kPeerAddress, "::ffff:192.0.2.1"); }},
    Mutation{"peer-is-link-address", "the link-address as peer-address too", kRelay,
             [](Draft& d) {
                 std::copy_n(d.relay.header.begin() + kLinkAddress, 16,
                             d.relay.header.begin() + kPeerAddress);
             }},
    Mutation{"empty-datagram", "a datagram of no bytes", kRelay,
             [](Draft& d) { cut_datagram(d, 0); }},
    Mutation{"one-byte", "a datagram that ends behind its type", kRelay,
             [](Draft& d) { cut_datagram(d, 1); }},
    Mutation{"cut-in-link-address", "a datagram that ends within the link-address", kRelay,
             [](Draft& d) { cut_datagram(d, 10); }},
    Mutation{"cut-in-peer-address", "a datagram that ends within the peer-address", kRelay,
             [](Draft& d) { cut_datagram(d, 33); }},
    Mutation{"relay-header-only", "a relay header without options", kRelay,
             [](Draft& d) { cut_datagram(d, 34); }},
    Mutation{"cut-in-option-code", "a datagram that ends within the first option's code", kRelay,
             [](Draft& d) { cut_datagram(d, 35); }},
    Mutation{"cut-in-option-length", "a datagram that ends within the first option's length",
             kRelay, [](Draft& d) { cut_datagram(d, 37); }},
    Mutation{"cut-at-last-byte", "a datagram without its last byte", kRelay,
             [](Draft& d) { d.spoil = [](ByteVector& bytes) { bytes.pop_back(); }; }},
    Mutation{"cut-in-half", "the first half of a datagram", kRelay,
             [](Draft& d) { d.spoil = [](ByteVector& bytes) { bytes.resize(bytes.size() / 2); }; }},
    Mutation{"one-byte-more", "a datagram with one byte behind its options", kRelay,
             [](Draft& d) { d.spoil = [](ByteVector& bytes) { bytes.push_back(0); }; }},
    Mutation{"three-bytes-more", "a datagram with three bytes behind its options", kRelay,
             [](Draft& d) { d.spoil = [](ByteVector& b) { b.resize(b.size() + 3, 0xff); }; }},
    Mutation{"all-zero", "a datagram of zeros behind its type", kRelay,
             [](Draft& d) {
                 d.spoil = [](ByteVector& bytes) { std::fill(bytes.begin() + 1, bytes.end(), 0); };
             }},
    Mutation{"all-ones", "a datagram of ones behind its type", kRelay,
             [](Draft& d) {
                 d.spoil = [](ByteVector& bytes) {
                     std::fill(bytes.begin() + 1, bytes.end(), 0xff);
                 };
             }},
    Mutation{"two-levels", "two equal relay headers", kRelay,
             [](Draft& d) { d.further_levels = 1; }},
    Mutation{"nine-levels", "nine relay headers", kRelay, [](Draft& d) { d.further_levels = 8; }},
    Mutation{"forty-levels", "forty relay headers, more than any server reads", kRelay,
             [](Draft& d) { d.further_levels = 39; }},
    Mutation{"two-hundred-levels", "two hundred relay headers", kRelay,
             [](Draft& d) { d.further_levels = 199; }},
};

constexpr std::array kOptions{
    Mutation{"no-relay-message", "no Relay Message option", kRelay,
             [](Draft& d) { d.finish = [](auto& options) { options.pop_back(); }; }},
    Mutation{"relay-message-empty", "an empty Relay Message option", kRelay,
             [](Draft& d) { relay_this(d, {}); }},
    Mutation{"relay-message-twice", "the Relay Message option twice", kRelay,
             [](Draft& d) {
                 d.finish = [](auto& options) {
                     const DraftOption copy = options.back();
                     options.push_back(copy);
                 };
             }},
    Mutation{"relay-message-too-long", "a Relay Message that claims one byte more", kRelay,
             [](Draft& d) {
                 d.finish = [](auto& options) {
                     options.back().length =
                         static_cast<std::uint16_t>(options.back().data.size() + 1);
                 };
             }},
    Mutation{"relay-message-too-short", "a Relay Message that claims one byte less", kRelay,
             [](Draft& d) {
                 d.finish = [](auto& options) {
                     options.back().length =
                         static_cast<std::uint16_t>(options.back().data.size() - 1);
                 };
             }},
    Mutation{"relay-message-65535", "a Relay Message that claims 65,535 bytes", kRelay,
             [](Draft& d) { say_length(d, Code::kRelayMessage, 0xffff); }},
    Mutation{"relay-message-claims-0", "a Relay Message that claims to be empty", kRelay,
             [](Draft& d) { say_length(d, Code::kRelayMessage, 0); }},
    Mutation{"relay-reply-inside", "a Relay-reply in the Relay-forward", kRelay,
             [](Draft& d) {
                 relay_this(d, ByteVector{13, 0} + address_bytes("2001:db8::1") +
                                   address_bytes("fe80::1") + option_bytes(9, {7, 0, 0, 1}));
             }},
    Mutation{"relay-inside-cut", "a Relay-forward inside that ends within its header", kRelay,
             [](Draft& d) {
                 relay_this(d, {12, 0, 0x20, 0x01});
             }},
    Mutation{"relay-inside-without-message", "a Relay-forward inside that relays nothing", kRelay,
             [](Draft& d) {
                 relay_this(d, ByteVector{12, 0} + address_bytes("::") + address_bytes("fe80::1"));
             }},
    Mutation{"relay-text", "text in the Relay Message option", kRelay,
             [](Draft& d) {
                 relay_this(d, {'G', 'E', 'T', ' ', '/', '\r', '\n'});
             }},
    Mutation{"relay-option-0", "an option with code 0", kRelay,
             [](Draft& d) {
                 d.relay.add(Code{}, {1, 2, 3});
             }},
    Mutation{"relay-option-65535", "an option with code 65535", kRelay,
             [](Draft& d) {
                 d.relay.add(Code{65535}, {1, 2, 3});
             }},
    Mutation{"relay-options-many", "two hundred options that nobody knows", kRelay,
             [](Draft& d) {
                 for (int i = 0; i < 200; ++i) {
                     d.relay.add(Code{40000}, {});
                 }
             }},
    Mutation{"interface-id-empty", "an empty Interface-ID", kRelay,
             [](Draft& d) { d.relay.option(Code::kInterfaceId).data = {}; }},
    Mutation{"interface-id-twice", "Interface-ID twice", kRelay,
             [](Draft& d) { d.relay.repeat(Code::kInterfaceId); }},
    Mutation{"interface-id-two", "two different Interface-IDs", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kInterfaceId);
                 d.relay.add(Code::kInterfaceId, {'o', 't', 'h', 'e', 'r'});
             }},
    Mutation{"interface-id-long", "an Interface-ID of 1,000 bytes", kRelay,
             [](Draft& d) { d.relay.option(Code::kInterfaceId).data = ByteVector(1000, 'i'); }},
    Mutation{"interface-id-zeros", "an Interface-ID of zero bytes", kRelay,
             [](Draft& d) { d.relay.option(Code::kInterfaceId).data = ByteVector(4, 0); }},
    Mutation{"interface-id-lines", "an Interface-ID that forges a line of a log", kRelay,
             [](Draft& d) {
                 static constexpr std::string_view kText = "x\n2026-01-01 INFO all is well\x1b[2J";
                 d.relay.option(Code::kInterfaceId).data = {kText.begin(), kText.end()};
             }},
    Mutation{"interface-id-path", "an Interface-ID that is a path", kRelay,
             [](Draft& d) {
                 static constexpr std::string_view kText = "../../../etc/passwd";
                 d.relay.option(Code::kInterfaceId).data = {kText.begin(), kText.end()};
             }},
    Mutation{"interface-id-claims-more", "an Interface-ID that claims the rest and more", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kInterfaceId);
                 say_length(d, Code::kInterfaceId, 4000);
             }},
    Mutation{"client-mac-empty", "an empty Client Link-layer Address", kRelay,
             [](Draft& d) { d.relay.option(Code::kClientLinkLayerAddress).data = {}; }},
    Mutation{"client-mac-cut", "a Client Link-layer Address of one byte", kRelay,
             [](Draft& d) { d.relay.option(Code::kClientLinkLayerAddress).data = {0}; }},
    Mutation{"client-mac-type-only", "a Client Link-layer Address without address", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data = {0, 1};
             }},
    Mutation{"client-mac-short", "a MAC of five bytes", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data =
                     link_layer(1, ByteVector(5, 2));
             }},
    Mutation{"client-mac-long", "a MAC of 300 bytes", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data =
                     link_layer(1, ByteVector(300, 2));
             }},
    Mutation{"client-mac-two", "two different Client Link-layer Addresses", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress);
                 d.relay.add(Code::kClientLinkLayerAddress, link_layer(1, {2, 9, 9, 9, 9, 9}));
             }},
    Mutation{"client-mac-type-65535", "a hardware type that nobody knows", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data =
                     link_layer(65535, ByteVector(6, 2));
             }},
    Mutation{"client-mac-multicast", "a multicast MAC", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data =
                     link_layer(1, {0x33, 0x33, 0, 0, 0, 1});
             }},
    Mutation{"client-mac-broadcast", "the broadcast MAC", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data =
                     link_layer(1, ByteVector(6, 0xff));
             }},
    Mutation{"client-mac-zero", "a MAC of zeros", kRelay,
             [](Draft& d) {
                 d.relay.option(Code::kClientLinkLayerAddress).data =
                     link_layer(1, ByteVector(6, 0));
             }},
    Mutation{"relay-source-port-short", "a Relay Source Port option of one byte", kRelay,
             [](Draft& d) { d.relay.add(Code::kRelaySourcePort, {0}); }},
    Mutation{"relay-source-port-other", "a Relay Source Port on which nobody listens", kRelay,
             [](Draft& d) {
                 d.relay.add(Code::kRelaySourcePort, {0, 9});
             }},
    Mutation{"relay-client-id", "a Client Identifier beside the Relay Message", kRelay,
             [](Draft& d) {
                 d.relay.add(Code::kClientId, {0, 3, 0, 1, 2, 9, 9, 9, 9, 9});
             }},
    Mutation{"relay-ia", "an IA_NA beside the Relay Message", kRelay,
             [](Draft& d) { d.relay.add(Code::kIaNa, ByteVector(12, 1)); }},
    Mutation{"remote-id-short", "a Remote-ID without its enterprise number", kRelay,
             [](Draft& d) { d.relay.add(Code::kRemoteId, {1}); }},
    Mutation{"subscriber-id-empty", "an empty Subscriber-ID", kRelay,
             [](Draft& d) { d.relay.add(Code::kSubscriberId, {}); }},
    Mutation{"echo-request-odd", "an Echo Request option of three bytes", kRelay,
             [](Draft& d) {
                 d.relay.add(Code::kEchoRequest, {0, 18, 0});
             }},
};

}  // namespace

std::span<const Mutation> relay_header_mutations() { return kHeader; }
std::span<const Mutation> relay_option_mutations() { return kOptions; }

}  // namespace mobility::player
