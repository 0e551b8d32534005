// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Takes valid datagrams apart and puts drafts together.
#include "dhcp-player/draft.h"

#include <algorithm>
#include <cassert>

namespace mobility::player {
namespace {

constexpr std::size_t kClientHeader = 4;
constexpr std::size_t kRelayHeader = 34;
constexpr std::size_t kHopCount = 1;

constexpr std::uint16_t number(Dhcp6OptionCode code) { return static_cast<std::uint16_t>(code); }

void put_u16(ByteVector& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}

DraftMessage take_apart(Bytes message, std::size_t header) {
    assert(message.size() >= header);
    DraftMessage draft;
    draft.header.assign(message.begin(), message.begin() + static_cast<std::ptrdiff_t>(header));
    const auto options = Dhcp6Options::check(message.subspan(header), header);
    assert(options);
    for (const Dhcp6Option option : *options) {
        draft.options.push_back(
            {number(option.code), {option.data.begin(), option.data.end()}, std::nullopt});
    }
    return draft;
}

}  // namespace

DraftOption& DraftMessage::option(Dhcp6OptionCode code) {
    const auto found = std::ranges::find(options, number(code), &DraftOption::code);
    return found != options.end() ? *found
                                  : options.emplace_back(DraftOption{number(code), {}, {}});
}

void DraftMessage::remove(Dhcp6OptionCode code) {
    std::erase_if(options, [&](const DraftOption& option) { return option.code == number(code); });
}

void DraftMessage::add(Dhcp6OptionCode code, ByteVector data) {
    options.push_back({number(code), std::move(data), std::nullopt});
}

void DraftMessage::repeat(Dhcp6OptionCode code) {
    const DraftOption copy = option(code);
    options.push_back(copy);
}

ByteVector DraftMessage::bytes() const {
    ByteVector out = header;
    for (const DraftOption& option : options) {
        put_u16(out, option.code);
        put_u16(out, option.length.value_or(static_cast<std::uint16_t>(option.data.size())));
        out.insert(out.end(), option.data.begin(), option.data.end());
    }
    out.insert(out.end(), tail.begin(), tail.end());
    return out;
}

Draft Draft::of(Bytes relay_forward) {
    Draft draft;
    draft.relay = take_apart(relay_forward, kRelayHeader);
    draft.client =
        take_apart(draft.relay.option(Dhcp6OptionCode::kRelayMessage).data, kClientHeader);
    draft.relay.remove(Dhcp6OptionCode::kRelayMessage);
    return draft;
}

Draft Draft::of_client(Bytes message) {
    Draft draft;
    draft.client = take_apart(message, kClientHeader);
    return draft;
}

ByteVector Draft::relay_forward() const {
    DraftMessage outer = relay;
    ByteVector inner = client.bytes();
    for (unsigned level = 0; level <= further_levels; ++level) {
        outer = relay;
        if (level > 0 && outer.header.size() > kHopCount) {
            outer.header[kHopCount] = static_cast<std::uint8_t>(level);
        }
        outer.add(Dhcp6OptionCode::kRelayMessage, std::move(inner));
        if (level == further_levels && finish) {
            finish(outer.options);
        }
        inner = outer.bytes();
    }
    if (spoil) {
        spoil(inner);
    }
    return inner;
}

ByteVector option_bytes(std::uint16_t code, const ByteVector& data) {
    ByteVector out;
    put_u16(out, code);
    put_u16(out, data.size());
    return out + data;
}

ByteVector address_bytes(std::string_view address) {
    const auto parsed = IpAddress::parse(address);
    assert(parsed);
    return {parsed->bytes().begin(), parsed->bytes().end()};
}

ByteVector operator+(ByteVector a, const ByteVector& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace mobility::player
