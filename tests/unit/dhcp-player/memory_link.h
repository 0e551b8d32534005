// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A link in memory, with a server behind it that a test tells what to answer.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "dhcp-player/link.h"
#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_message.h"
#include "dhcp-wire/dhcp6_writer.h"

namespace mobility::player {

class MemoryLink : public Link {
public:
    struct Said {
        std::vector<std::uint8_t> message;
        IpAddress from;
        const Mutation* mutation;

        Dhcp6Message read() const { return *parse_dhcp6_message(message); }
        Dhcp6MessageType type() const { return read().type; }
        std::uint32_t transaction_id() const { return read().transaction_id; }
        Milliseconds elapsed() const {
            return *parse_dhcp6_elapsed_time(*read().options.find(Dhcp6OptionCode::kElapsedTime));
        }
    };

    explicit MemoryLink(std::string name) : Link(std::move(name)) {}

    Result<void> say(const Utterance& utterance) override {
        if (!refusal.empty()) {
            return Error{refusal};
        }
        said.push_back({{utterance.message.begin(), utterance.message.end()},
                        utterance.from.value_or(utterance.mn.link_local),
                        utterance.mutation});
        return {};
    }
    void announce(const Identity& mn) override { announced.push_back(mn.mac); }

    void fail_to_send(std::string why) {
        ++counters_.send_failures;
        counters_.latest_failure = std::move(why);
    }

    std::vector<Said> said;
    std::vector<MacAddress> announced;
    /// What say() fails with, unless it is empty.
    std::string refusal;
};

inline const std::vector<std::uint8_t> kServer{0, 3, 0, 1, 2, 0xee, 0, 0, 0, 1};

/// A server's answer to `said`, with this address and status in its IA_NA.
struct TestAnswer {
    Dhcp6MessageType type = Dhcp6MessageType::kReply;
    std::string address = "2001:db8:d000::1";
    std::uint32_t valid = 3600;
    Dhcp6StatusCode status = Dhcp6StatusCode::kSuccess;
    bool rapid_commit = false;
};

inline std::vector<std::uint8_t> answer_to(const MemoryLink::Said& said,
                                           const TestAnswer& answer = {}) {
    const Dhcp6Message asked = said.read();
    std::vector<std::uint8_t> out;
    Dhcp6Writer writer(out);
    const auto registers = asked.type == Dhcp6MessageType::kAddrRegInform
                               ? asked.options.find(Dhcp6OptionCode::kIaAddr)
                               : std::nullopt;
    writer.message(registers ? Dhcp6MessageType::kAddrRegReply : answer.type, asked.transaction_id);
    writer.client_id(asked.options.find(Dhcp6OptionCode::kClientId)->data);
    writer.server_id(kServer);
    if (registers) {
        writer.option(registers->code, registers->data);
    }
    if (answer.rapid_commit) {
        writer.rapid_commit();
    }
    if (asked.type == Dhcp6MessageType::kConfirm || asked.type == Dhcp6MessageType::kRelease) {
        writer.status(answer.status, "");
    } else if (const auto option = asked.options.find(Dhcp6OptionCode::kIaNa)) {
        writer.ia(Dhcp6OptionCode::kIaNa, parse_dhcp6_ia(*option)->iaid, 900, 1440, [&] {
            if (answer.status == Dhcp6StatusCode::kSuccess) {
                writer.ia_address(*IpAddress::parse(answer.address), 1800, answer.valid);
            } else {
                writer.status(answer.status, "no");
            }
        });
    }
    EXPECT_TRUE(writer.finish());
    return out;
}

}  // namespace mobility::player
