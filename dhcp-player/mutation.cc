// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Finds mutations and applies them.
#include "dhcp-player/mutation.h"

#include <algorithm>
#include <cassert>
#include <charconv>

#include "dhcp-player/mutation_tables.h"

namespace mobility::player {

std::span<const Mutation> mutations() {
    static const std::vector<Mutation> all = [] {
        std::vector<Mutation> joined;
        for (const auto part : {relay_header_mutations(), relay_option_mutations(),
                                client_message_mutations(), client_option_mutations()}) {
            joined.insert(joined.end(), part.begin(), part.end());
        }
        return joined;
    }();
    return all;
}

const Mutation* find_mutation(std::string_view name_or_number) {
    const auto all = mutations();
    std::size_t number = 0;
    const char* const end = name_or_number.data() + name_or_number.size();
    const auto read = std::from_chars(name_or_number.data(), end, number);
    if (read.ec == std::errc{} && read.ptr == end) {
        return number >= 1 && number <= all.size() ? &all[number - 1] : nullptr;
    }
    const auto found = std::ranges::find(all, name_or_number, &Mutation::name);
    return found == all.end() ? nullptr : &*found;
}

std::vector<std::uint8_t> mutate_relay_forward(const Mutation& mutation, Bytes relay_forward) {
    Draft draft = Draft::of(relay_forward);
    mutation.change(draft);
    return draft.relay_forward();
}

std::vector<std::uint8_t> mutate_client_message(const Mutation& mutation, Bytes message) {
    assert(mutation.spoils == Spoils::kClientMessage);
    Draft draft = Draft::of_client(message);
    mutation.change(draft);
    return draft.client.bytes();
}

}  // namespace mobility::player
