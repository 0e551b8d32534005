// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any control message to every reader of core/wire.h: an error in words, or a value that can be
// written and read again and stays the same.
#include <chrono>
#include <cstdint>
#include <string>

#include "core/protocol.h"
#include "core/wire.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

constexpr Instant kNow{std::chrono::hours{1000}};

/// `read` gives a Result, `write` fills a message of the same kind.
template <typename Message, typename Read, typename Write>
void fuzz(const Message& message, Read read, Write write) {
    const auto value = read(message);
    if (!value) {
        require(!value.error().empty(), "an error has words");
        require(value.error().size() < 1000, "an error does not repeat what it refuses");
        return;
    }
    Message written;
    write(*value, written);
    const auto again = read(written);
    require(bool(again), "what is written can be read");
    Message rewritten;
    write(*again, rewritten);
    require(written.SerializeAsString() == rewritten.SerializeAsString(),
            "what is written stays the same");
}

template <typename Message>
void fuzz(const Message& message) {
    fuzz(
        message, [](const auto& each) { return wire::read(each); },
        [](const auto& value, auto& written) { wire::write(value, written); });
}

template <typename Message>
void fuzz_prefixes(const Message& message) {
    for (const auto& each : message.prefixes()) fuzz(each);
    const auto prefixes = wire::read(message.prefixes());
    require(!prefixes || static_cast<int>(prefixes->size()) == message.prefixes_size(),
            "each prefix is read");
    if (!prefixes) return;
    for (const auto& each : *prefixes) {
        require(each.length() <= (each.address().family() == Family::kIpv6 ? 128u : 32u),
                "a length fits its family");
    }
}

void fuzz_source(const control::Message& message) {
    fuzz(
        message.mn_address_setup(), [](const auto& each) { return wire::read(each, kNow); },
        [](const auto& event, auto& written) { wire::write(event, kNow, written); });
    fuzz(message.mn_address_setup().attachment());
    for (const auto& each : message.mn_address_setup().items()) fuzz(each);
    fuzz(message.mn_address_remove());
    fuzz_prefixes(message.mn_address_remove());
    fuzz(message.mn_address_list());
    fuzz(message.lma_allocation());
}

void fuzz_access(const control::Message& message) {
    for (const auto& each : message.routing_setup().records()) fuzz(each);
    for (const auto& each : message.location_registration().records()) fuzz(each);
    fuzz_prefixes(message.routing_remove());
    fuzz_prefixes(message.location_deregistration());
    fuzz(message.state_digest());
    fuzz(message.full_state_begin());
}

void fuzz_acknowledgement(const control::Acknowledgement& message) {
    const auto answers = wire::read(message);
    require(static_cast<int>(answers.size()) == message.results_size(), "each result is read");
    control::Acknowledgement written;
    wire::write(answers, written);
    require(wire::read(written) == answers, "what is written is what was read");
}

void fuzz_association(const control::Message& message) {
    const ProtocolOffer mine;
    for (const auto& agreed :
         {agree(mine, message.associate()), agree(mine, message.associate_reply())}) {
        if (!agreed) continue;
        require(agreed->newest >= mine.oldest && agreed->newest <= mine.newest,
                "the version agreed is one that is spoken here");
        for (const auto feature : agreed->features) {
            require(mine.has(feature), "a feature agreed is known here");
        }
    }
    fuzz_prefixes(message.associate());
    fuzz_prefixes(message.associate_reply());
    static_cast<void>(wire::read_address(message.associate().tunnel_address(), "tunnel address"));
    for (const auto mode : message.associate().modes()) {
        const auto known = wire::mode(static_cast<control::TransportMode>(mode));
        require(!known || wire::mode(*known) == mode, "a known mode is written as it was read");
    }
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    google::protobuf::SetLogHandler(nullptr);  // it would tell of every bad string
    mobility::control::Message message;
    if (!message.ParseFromArray(data, static_cast<int>(size))) return 0;
    mobility::fuzz_source(message);
    mobility::fuzz_access(message);
    mobility::fuzz_acknowledgement(message.acknowledgement());
    mobility::fuzz_association(message);
    return 0;
}
