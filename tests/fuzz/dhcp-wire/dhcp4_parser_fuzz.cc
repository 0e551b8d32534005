// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes to every reader of DHCPv4: nothing is read outside the datagram, every option lies in
// its field, and what was read and is written again is read as the same.
#include <algorithm>
#include <bitset>
#include <cstdint>
#include <vector>

#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp-wire/dhcp4_message.h"
#include "dhcp-wire/dhcp4_writer.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

bool same(Bytes a, Bytes b) { return std::equal(a.begin(), a.end(), b.begin(), b.end()); }

void walk(const Dhcp4Options& options, Bytes datagram) {
    std::size_t bytes = 0;
    for (const Dhcp4Option option : options) {
        require(option.data.data() == datagram.data() + option.offset, "offsets are right");
        require(option.offset + option.data.size() <= datagram.size(), "options lie inside");
        require(option.code != Dhcp4OptionCode::kPad && option.code != Dhcp4OptionCode::kEnd,
                "Pad and End are no options");
        bytes += 2 + option.data.size();
    }
    require(bytes <= options.bytes().size(), "options lie in their field");
}

void read_contents(const Dhcp4Contents& contents) {
    const auto information = parse_dhcp4_relay_information(contents);
    if (information && information->circuit_id) {
        require(!information->circuit_id->empty(), "a Circuit ID says something");
    }
}

using Codes = std::bitset<256>;

Codes codes_of(const Dhcp4Message& message) {
    Codes codes;
    for (const auto* field : {&message.options, &message.file_options, &message.sname_options}) {
        for (const Dhcp4Option option : *field) {
            codes.set(static_cast<std::size_t>(option.code));
        }
    }
    codes.reset(static_cast<std::size_t>(Dhcp4OptionCode::kOverload));  // written plain
    return codes;
}

void require_same_contents(const Dhcp4Message& a, const Dhcp4Message& b) {
    const Codes codes = codes_of(a);
    require(codes == codes_of(b), "the same options are there");
    for (std::size_t number = 0; number < codes.size(); ++number) {
        if (codes.test(number)) {
            const auto of_a = a.find(static_cast<Dhcp4OptionCode>(number));
            const auto of_b = b.find(static_cast<Dhcp4OptionCode>(number));
            require(same(of_a->data(), of_b->data()), "with the same contents");
            read_contents(*of_a);
        }
    }
}

/// Every option anew, joined and split again, with no field overloaded.
void fuzz_writing(const Dhcp4Message& message) {
    std::vector<std::uint8_t> again;
    Dhcp4Writer writer(again);
    writer.message(message.header, message.type);
    const Codes codes = codes_of(message);
    for (std::size_t number = 0; number < codes.size(); ++number) {
        const auto code = static_cast<Dhcp4OptionCode>(number);
        if (codes.test(number) && code != Dhcp4OptionCode::kMessageType) {
            writer.option(code, message.find(code)->data());
        }
    }
    require(bool(writer.finish()), "what was read fits a datagram");
    const auto read = parse_dhcp4_message(again);
    require(bool(read), "what is written can be read");
    require(read->type == message.type, "the type is the same");
    const Dhcp4Header& a = message.header;
    const Dhcp4Header& b = read->header;
    require(a.op == b.op && a.hops == b.hops && a.xid == b.xid && a.secs == b.secs &&
                a.broadcast == b.broadcast && a.ciaddr == b.ciaddr && a.yiaddr == b.yiaddr &&
                a.siaddr == b.siaddr && a.giaddr == b.giaddr && same(a.chaddr, b.chaddr),
            "the header is the same");
    require_same_contents(message, *read);
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility;
    const Bytes datagram(data, size);
    if (const auto message = parse_dhcp4_message(datagram)) {
        require(message->header.chaddr.size() <= 16, "chaddr has 16 bytes at most");
        for (const auto* field :
             {&message->options, &message->file_options, &message->sname_options}) {
            walk(*field, datagram);
        }
        fuzz_writing(*message);
    }
    return 0;
}
