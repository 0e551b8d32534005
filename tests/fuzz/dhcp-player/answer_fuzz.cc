// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes as a server's answer to the player: read whole and out of its datagram, or refused.
#include <algorithm>
#include <cstdint>
#include <vector>

#include "dhcp-player/answer.h"
#include "tests/fuzz/require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility;
    std::vector<std::uint8_t> datagram(data, data + size);
    const auto answer = player::read_answer(datagram);
    if (!answer) {
        require(!answer.error().empty(), "a refusal has words");
        return 0;
    }
    require(answer->type == Dhcp6MessageType::kAdvertise ||
                answer->type == Dhcp6MessageType::kReply ||
                (answer->type == Dhcp6MessageType::kAddrRegReply && answer->registered),
            "an answer is an Advertise, a Reply or names the address that it acknowledges");
    require(answer->transaction_id <= 0xffffff, "a transaction-id has 24 bits");
    const auto before = answer->client_id;
    std::fill(datagram.begin(), datagram.end(), std::uint8_t{0});
    require(answer->client_id == before, "it does not live in its datagram");
    static_cast<void>(answer->verdict());
    return 0;
}
