// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Mutations of what a client writes: its header and its options.
#include <algorithm>
#include <array>

#include "dhcp-player/mutation_tables.h"

namespace mobility::player {
namespace {

using Code = Dhcp6OptionCode;
constexpr Spoils kClient = Spoils::kClientMessage;

/// What the message is instead, bytes and all.
void become(Draft& draft, ByteVector bytes) {
    draft.client = {.header = std::move(bytes), .options = {}, .tail = {}};
}

/// An IAADDR option; lifetimes in seconds as bytes.
ByteVector address_option(std::string_view address, std::uint8_t lifetime_byte = 0) {
    return option_bytes(5, address_bytes(address) + ByteVector(8, lifetime_byte));
}

/// An IA with IAID 1 and options of its own.
ByteVector ia(const ByteVector& options) {
    return ByteVector{0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0} + options;
}

/// The only IA_NA of the message.
void replace_ia(Draft& draft, ByteVector data) {
    draft.client.remove(Code::kIaNa);
    draft.client.remove(Code::kIaPd);
    draft.client.add(Code::kIaNa, std::move(data));
}

void replace_ia_pd(Draft& draft, ByteVector data) {
    draft.client.remove(Code::kIaNa);
    draft.client.remove(Code::kIaPd);
    draft.client.add(Code::kIaPd, std::move(data));
}

/// An IAPREFIX option for 2001:db8:bad:: of this length.
ByteVector prefix_option(std::uint8_t length) {
    return option_bytes(26,
                        ByteVector(8, 0) + ByteVector{length} + address_bytes("2001:db8:bad::"));
}

constexpr std::array kMessage{
    Mutation{"client-one-byte", "a client message of its type alone", kClient,
             [](Draft& d) { become(d, {4}); }},
    Mutation{"client-three-bytes", "a client message with two bytes of transaction-id", kClient,
             [](Draft& d) {
                 become(d, {4, 0, 0});
             }},
    Mutation{"client-header-only", "a client message without options", kClient,
             [](Draft& d) { d.client.options.clear(); }},
    Mutation{"client-type-0", "client message type 0", kClient,
             [](Draft& d) { d.client.header[0] = 0; }},
    Mutation{"client-type-255", "client message type 255", kClient,
             [](Draft& d) { d.client.header[0] = 255; }},
    Mutation{"client-advertise", "an Advertise from a client", kClient,
             [](Draft& d) { d.client.header[0] = 2; }},
    Mutation{"client-reply", "a Reply from a client", kClient,
             [](Draft& d) { d.client.header[0] = 7; }},
    Mutation{"client-reconfigure", "a Reconfigure from a client", kClient,
             [](Draft& d) { d.client.header[0] = 10; }},
    Mutation{"client-relay-forward", "a client message that calls itself Relay-forward", kClient,
             [](Draft& d) { d.client.header[0] = 12; }},
    Mutation{"client-leasequery", "a Leasequery without its query", kClient,
             [](Draft& d) { d.client.header[0] = 14; }},
    Mutation{"client-dhcpv4-query", "a DHCPv4-query without DHCPv4", kClient,
             [](Draft& d) { d.client.header[0] = 20; }},
    Mutation{"client-one-byte-more", "a client message with one byte behind its options", kClient,
             [](Draft& d) { d.client.tail = {0}; }},
    Mutation{"client-three-bytes-more", "a client message with three bytes behind its options",
             kClient,
             [](Draft& d) {
                 d.client.tail = {0xff, 0xff, 0xff};
             }},
    Mutation{"client-option-claims-more", "a last option that claims one byte more", kClient,
             [](Draft& d) {
                 d.client.options.back().length =
                     static_cast<std::uint16_t>(d.client.options.back().data.size() + 1);
             }},
    Mutation{"client-option-65535", "a last option that claims 65,535 bytes", kClient,
             [](Draft& d) { d.client.options.back().length = 0xffff; }},
    Mutation{"client-option-0", "an option with code 0", kClient,
             [](Draft& d) {
                 d.client.add(Code{}, {1, 2, 3});
             }},
    Mutation{"client-options-many", "two hundred options that nobody knows", kClient,
             [](Draft& d) {
                 for (int i = 0; i < 200; ++i) {
                     d.client.add(Code{40000}, {});
                 }
             }},
    Mutation{"client-relay-message", "a Relay Message option in a client message", kClient,
             [](Draft& d) {
                 d.client.add(Code::kRelayMessage, {4, 0, 0, 1});
             }},
    Mutation{"client-interface-id", "an Interface-ID in a client message", kClient,
             [](Draft& d) {
                 d.client.add(Code::kInterfaceId, {'e', 't', 'h', '0'});
             }},
    Mutation{"client-link-layer", "a Client Link-layer Address in a client message", kClient,
             [](Draft& d) {
                 d.client.add(Code::kClientLinkLayerAddress, {0, 1, 2, 9, 9, 9, 9, 9});
             }},
};

constexpr std::array kOptions{
    Mutation{"no-client-id", "no Client Identifier", kClient,
             [](Draft& d) { d.client.remove(Code::kClientId); }},
    Mutation{"client-id-empty", "an empty Client Identifier", kClient,
             [](Draft& d) { d.client.option(Code::kClientId).data = {}; }},
    Mutation{"client-id-one-byte", "a DUID of one byte", kClient,
             [](Draft& d) { d.client.option(Code::kClientId).data = {0}; }},
    Mutation{"client-id-131", "a DUID of 131 bytes, one too many", kClient,
             [](Draft& d) { d.client.option(Code::kClientId).data = ByteVector(131, 3); }},
    Mutation{"client-id-1000", "a DUID of 1,000 bytes", kClient,
             [](Draft& d) { d.client.option(Code::kClientId).data = ByteVector(1000, 3); }},
    Mutation{"client-id-twice", "the Client Identifier twice", kClient,
             [](Draft& d) { d.client.repeat(Code::kClientId); }},
    Mutation{"client-id-two", "two different Client Identifiers", kClient,
             [](Draft& d) {
                 d.client.add(Code::kClientId, {0, 3, 0, 1, 2, 9, 9, 9, 9, 9});
             }},
    Mutation{"client-id-claims-more", "a Client Identifier that claims the rest and more", kClient,
             [](Draft& d) { d.client.option(Code::kClientId).length = 2000; }},
    Mutation{
        "server-id-foreign", "the identifier of another server", kClient,
        [](Draft& d) { d.client.option(Code::kServerId).data = {0, 3, 0, 1, 2, 8, 8, 8, 8, 8}; }},
    Mutation{"server-id-empty", "an empty Server Identifier", kClient,
             [](Draft& d) { d.client.option(Code::kServerId).data = {}; }},
    Mutation{"server-id-two", "two different Server Identifiers", kClient,
             [](Draft& d) {
                 d.client.add(Code::kServerId, {0, 3, 0, 1, 2, 7, 7, 7, 7, 7});
                 d.client.add(Code::kServerId, {0, 3, 0, 1, 2, 8, 8, 8, 8, 8});
             }},
    Mutation{"elapsed-time-empty", "an empty Elapsed Time", kClient,
             [](Draft& d) { d.client.option(Code::kElapsedTime).data = {}; }},
    Mutation{"elapsed-time-one-byte", "an Elapsed Time of one byte", kClient,
             [](Draft& d) { d.client.option(Code::kElapsedTime).data = {1}; }},
    Mutation{"elapsed-time-long", "an Elapsed Time of four bytes", kClient,
             [](Draft& d) {
                 d.client.option(Code::kElapsedTime).data = {0, 0, 0, 1};
             }},
    Mutation{"elapsed-time-two", "two different Elapsed Times", kClient,
             [](Draft& d) {
                 d.client.add(Code::kElapsedTime, {0x7f, 0xff});
             }},
    Mutation{"no-ia", "no IA at all", kClient,
             [](Draft& d) {
                 d.client.remove(Code::kIaNa);
                 d.client.remove(Code::kIaPd);
             }},
    Mutation{"ia-empty", "an empty IA_NA", kClient, [](Draft& d) { replace_ia(d, {}); }},
    Mutation{"ia-eleven-bytes", "an IA_NA of eleven bytes", kClient,
             [](Draft& d) { replace_ia(d, ByteVector(11, 0)); }},
    Mutation{"ia-thirteen-bytes", "an IA_NA with one byte of an option", kClient,
             [](Draft& d) { replace_ia(d, ia({0})); }},
    Mutation{"ia-twice", "the IA_NA twice", kClient,
             [](Draft& d) { d.client.repeat(Code::kIaNa); }},
    Mutation{"ia-address-short", "an address option of 23 bytes", kClient,
             [](Draft& d) { replace_ia(d, ia(option_bytes(5, ByteVector(23, 1)))); }},
    Mutation{"ia-address-claims-more", "an address option that leaves its IA_NA", kClient,
             [](Draft& d) {
                 ByteVector option = address_option("2001:db8:d000::1:0");
                 option[3] = 200;
                 replace_ia(d, ia(option));
             }},
    Mutation{"ia-address-unspecified", "the address ::", kClient,
             [](Draft& d) { replace_ia(d, ia(address_option("::"))); }},
    Mutation{"ia-address-loopback", "the address ::1", kClient,
             [](Draft& d) { replace_ia(d, ia(address_option("::1"))); }},
    Mutation{"ia-address-multicast", "a multicast address", kClient,
             [](Draft& d) { replace_ia(d, ia(address_option("ff02::1"))); }},
    Mutation{"ia-address-link-local", "a link-local address", kClient,
             [](Draft& d) { replace_ia(d, ia(address_option("fe80::1"))); }},
    Mutation{"ia-address-mapped", "an IPv4-mapped address", kClient,
             [](Draft& d) { replace_ia(d, ia(address_option("::ffff:192.0.2.1"))); }},
    Mutation{"ia-address-outside", "an address outside every domain", kClient,
             [](Draft& d) { replace_ia(d, ia(address_option("2001:db8:bad::1"))); }},
    Mutation{"ia-addresses-many", "thirty addresses in one IA_NA", kClient,
             [](Draft& d) {
                 ByteVector options;
                 for (int i = 0; i < 30; ++i) {
                     ByteVector option = address_option("2001:db8:bad::");
                     option[19] = static_cast<std::uint8_t>(i);
                     options = options + option;
                 }
                 replace_ia(d, ia(options));
             }},
    Mutation{"ia-infinite", "T1, T2 and lifetimes of all ones", kClient,
             [](Draft& d) {
                 replace_ia(d, ByteVector{0, 0, 0, 1} + ByteVector(8, 0xff) +
                                   address_option("2001:db8:bad::1", 0xff));
             }},
    Mutation{"ia-in-ia", "an IA_NA within an IA_NA", kClient,
             [](Draft& d) { replace_ia(d, ia(option_bytes(3, ia(address_option("::1"))))); }},
    Mutation{"ia-status-short", "a Status Code of one byte in the IA_NA", kClient,
             [](Draft& d) { replace_ia(d, ia(option_bytes(13, {0}))); }},
    Mutation{"address-outside-ia", "an address option without IA", kClient,
             [](Draft& d) {
                 d.client.add(Code::kIaAddr, address_bytes("2001:db8:bad::1") + ByteVector(8, 1));
             }},
    Mutation{"ia-pd-empty", "an empty IA_PD", kClient, [](Draft& d) { replace_ia_pd(d, {}); }},
    Mutation{"ia-prefix-short", "a prefix option of 24 bytes", kClient,
             [](Draft& d) { replace_ia_pd(d, ia(option_bytes(26, ByteVector(24, 1)))); }},
    Mutation{"ia-prefix-129", "a prefix of length 129", kClient,
             [](Draft& d) { replace_ia_pd(d, ia(prefix_option(129))); }},
    Mutation{"ia-prefix-255", "a prefix of length 255", kClient,
             [](Draft& d) { replace_ia_pd(d, ia(prefix_option(255))); }},
    Mutation{"ia-prefix-0", "a prefix of length 0: everything", kClient,
             [](Draft& d) { replace_ia_pd(d, ia(prefix_option(0))); }},
    Mutation{"ia-ta-short", "an IA_TA of two bytes", kClient,
             [](Draft& d) {
                 d.client.add(Code::kIaTa, {0, 1});
             }},
    Mutation{"option-request-odd", "an Option Request of three bytes", kClient,
             [](Draft& d) {
                 d.client.option(Code::kOptionRequest).data = {0, 23, 0};
             }},
    Mutation{"rapid-commit-full", "a Rapid Commit that is not empty", kClient,
             [](Draft& d) { d.client.add(Code::kRapidCommit, {1}); }},
    Mutation{"authentication-short", "an Authentication option of three bytes", kClient,
             [](Draft& d) {
                 d.client.add(Code::kAuthentication, {1, 2, 3});
             }},
    Mutation{"user-class-claims-more", "a User Class that leaves its option", kClient,
             [](Draft& d) {
                 d.client.add(Code::kUserClass, {0, 200, 'x'});
             }},
    Mutation{"vendor-class-short", "a Vendor Class without its enterprise number", kClient,
             [](Draft& d) {
                 d.client.add(Code::kVendorClass, {0, 1});
             }},
    Mutation{"vendor-options-claim-more", "Vendor Options that leave their option", kClient,
             [](Draft& d) {
                 d.client.add(Code::kVendorOpts, {0, 0, 0, 9, 0, 1, 0, 99});
             }},
    Mutation{"fqdn-broken", "a Client FQDN with a label that leaves its option", kClient,
             [](Draft& d) {
                 d.client.add(Code::kClientFqdn, {0, 63, 'a'});
             }},
    Mutation{"status-from-client", "a Status Code from a client", kClient,
             [](Draft& d) {
                 d.client.add(Code::kStatusCode, {0, 0, 'o', 'k'});
             }},
};

}  // namespace

std::span<const Mutation> client_message_mutations() { return kMessage; }
std::span<const Mutation> client_option_mutations() { return kOptions; }

}  // namespace mobility::player
