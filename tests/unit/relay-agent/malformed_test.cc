// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Hostile messages on both sides of the relay agent, one row each: none may pass.
#include <gtest/gtest.h>

#include "scene.h"
#include "tests/unit/dhcp-wire/hex.h"

namespace mobility {
namespace {

const std::string kForward = "0c00" + zeros(32);
const std::string kReply =
    "0d00 20010db8000200000000000000000001 fe80000000000000000000000000000c ";
const std::string kFloor2 = "0012 0007 666c6f6f722032 ";

struct Row {
    std::string hex;
    std::string verdict;
};

const std::vector<Row> kFromAccess = {
    {"", "malformed: offset 0: an empty message"},
    {"01", "malformed: offset 0: SOLICIT has 1 bytes, its header alone 4"},
    {"01 0000", "malformed: offset 0: SOLICIT has 3 bytes, its header alone 4"},
    {"04 00", "malformed: offset 0: CONFIRM has 2 bytes, its header alone 4"},
    {"14 00", "malformed: offset 0: DHCPV4-QUERY has 2 bytes, its header alone 4"},
    {"24 0000", "malformed: offset 0: ADDR-REG-INFORM has 3 bytes, its header alone 4"},
    {"01 000001 00", "malformed: offset 4: an option's header needs 4 bytes, 1 are left"},
    {"01 000001 0001 000a", "malformed: offset 4: CLIENTID (1) claims 10 bytes, 0 are left"},
    {"01 000001 0001 0001 00 ff",
     "malformed: offset 9: an option's header needs 4 bytes, 1 are left"},
    {"03 000001 0003 ffff 00000001",
     "malformed: offset 4: IA_NA (3) claims 65535 bytes, 4 are left"},
    {"02", "server-message-from-access: ADVERTISE"},
    {"07 ff", "server-message-from-access: REPLY"},
    {"0a", "server-message-from-access: RECONFIGURE"},
    {"0d", "server-message-from-access: RELAY-REPL"},
    {"0c", "malformed: offset 0: RELAY-FORW has 1 bytes, its header alone 34"},
    {"0c00" + zeros(31), "malformed: offset 0: RELAY-FORW has 33 bytes, its header alone 34"},
    {kForward, "malformed: offset 0: RELAY-FORW has no RELAY_MSG (9)"},
    {kForward + "0009 0000", "malformed: offset 38: RELAY_MSG (9) is empty"},
    {kForward + "0009 0001", "malformed: offset 34: RELAY_MSG (9) claims 1 bytes, 0 are left"},
    {kForward + "0009 0001 01", "malformed: offset 38: SOLICIT has 1 bytes, its header alone 4"},
    {kForward + "0009 0005 01000001 00",
     "malformed: offset 42: an option's header needs 4 bytes, 1 are left"},
    {kForward + "0009 0004 01000001 0009 0004 01000001",
     "malformed: offset 42: a second RELAY_MSG (9)"},
    {kForward + "0009 0004 01000001 0012",
     "malformed: offset 42: an option's header needs 4 bytes, 2 are left"},
    {kForward + "0009 0004 07000001", "server-message-from-access: REPLY"},
    {kForward + "0009 0001 0d", "server-message-from-access: RELAY-REPL"},
    {kForward + "0009 0001 0c",
     "malformed: offset 38: RELAY-FORW has 1 bytes, its header alone 34"},
    {kForward + "0009 0022" + kForward, "malformed: offset 38: RELAY-FORW has no RELAY_MSG (9)"},
    {kForward + "0009 0027" + kForward + "0009 0001 02", "server-message-from-access: ADVERTISE"},
    {kForward + "0009 0027" + kForward + "0009 0002 01",
     "malformed: offset 72: RELAY_MSG (9) claims 2 bytes, 1 are left"},
    {"0c08" + zeros(32) + "0009 0004 01000001", "hop-count-limit: a hop-count of 8"},
    {"0cff" + zeros(32) + "0009 0004 01000001", "hop-count-limit: a hop-count of 255"},
};

const std::vector<Row> kFromCore = {
    {"", "malformed: offset 0: an empty message"},
    {"07000001", "not-from-access-interface: REPLY"},
    {"0c", "not-from-access-interface: RELAY-FORW"},
    {"ff", "not-from-access-interface: type 255"},
    {"0d", "malformed: offset 0: RELAY-REPL has 1 bytes, its header alone 34"},
    {"0d00" + zeros(31), "malformed: offset 0: RELAY-REPL has 33 bytes, its header alone 34"},
    {kReply, "malformed: offset 0: RELAY-REPL has no RELAY_MSG (9)"},
    {kReply + kFloor2, "malformed: offset 0: RELAY-REPL has no RELAY_MSG (9)"},
    {kReply + kFloor2 + "0009 0000", "malformed: offset 49: RELAY_MSG (9) is empty"},
    {kReply + kFloor2 + "0009 0001",
     "malformed: offset 45: RELAY_MSG (9) claims 1 bytes, 0 are left"},
    {kReply + kFloor2 + "0009 0001 07",
     "malformed: offset 49: REPLY has 1 bytes, its header alone 4"},
    {kReply + kFloor2 + "0009 0005 07000001 00",
     "malformed: offset 53: an option's header needs 4 bytes, 1 are left"},
    {kReply + kFloor2 + kFloor2 + "0009 0004 07000001",
     "malformed: offset 45: a second INTERFACE_ID (18)"},
    {kReply + kFloor2 + "0009 0004 07000001 0009 0004 07000001",
     "malformed: offset 53: a second RELAY_MSG (9)"},
    {kReply + kFloor2 + "0009 0001 0d",
     "malformed: offset 49: RELAY-REPL has 1 bytes, its header alone 34"},
    {kReply + kFloor2 + "0009 0001 0c",
     "malformed: offset 49: RELAY-FORW where a client's or "
     "server's message is expected"},
    {kReply + "0012 0003 657468 0009 0004 07000001", "unknown-interface-id: Interface-ID \"eth\""},
    {kReply + "0012 0001 00 0009 0004 07000001", "unknown-interface-id: Interface-ID 0x00"},
    {kReply + "0012 ff", "malformed: offset 34: an option's header needs 4 bytes, 3 are left"},
    {"0d00" + zeros(32) + "0009 0004 07000001", "unusable-peer-address: peer-address ::"},
};

TEST(Malformed, NothingOfThisReachesAServer) {
    const Dhcp6Relay relay = make_relay();
    Message out;
    for (const Row& row : kFromAccess) {
        const Message message = from_hex(row.hex);
        EXPECT_EQ(verdict(relay.relay_from_access(from_client(message), out)), row.verdict)
            << row.hex;
    }
}

TEST(Malformed, NothingOfThisReachesAClient) {
    const Dhcp6Relay relay = make_relay();
    for (const Row& row : kFromCore) {
        const Message message = from_hex(row.hex);
        EXPECT_EQ(verdict(relay.relay_from_core({kServer, message})), row.verdict) << row.hex;
    }
}

/// Where a cut removes the Interface-ID option at the end as a whole, a message remains.
TEST(Malformed, AMessageCutAnywhereElseIsNotRelayed) {
    const Dhcp6Relay relay = make_relay();
    const Message reply = relay_reply(kClient, client_message(Dhcp6MessageType::kReply));
    const Message forward =
        relay_message(Dhcp6MessageType::kRelayForward, 0, kLowerLink, kClient,
                      client_message(Dhcp6MessageType::kSolicit),
                      [](Dhcp6Writer& writer) { writer.interface_id("floor 2"); });
    constexpr std::size_t kInterfaceId = 4 + 7;
    Message out;
    for (std::size_t size = 0; size < reply.size(); ++size) {
        const FromCore part{kServer, Bytes(reply).first(size)};
        EXPECT_EQ(verdict(relay.relay_from_core(part)) == "relayed",
                  size == reply.size() - kInterfaceId)
            << size;
    }
    for (std::size_t size = 0; size < forward.size(); ++size) {
        const FromAccess part{0, kClient, true, std::nullopt, Bytes(forward).first(size)};
        EXPECT_EQ(verdict(relay.relay_from_access(part, out)) == "relayed",
                  size == forward.size() - kInterfaceId)
            << size;
    }
}

}  // namespace
}  // namespace mobility
