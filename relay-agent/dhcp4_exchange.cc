// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The same reading as that of the hook in kea-dhcp4.
#include "relay-agent/dhcp4_exchange.h"

#include <optional>
#include <string>

#include "core/dhcp4_client.h"
#include "dhcp-wire/dhcp4_contents.h"
#include "dhcp-wire/dhcp4_message.h"

namespace mobility {
namespace {

std::string as_string(Bytes bytes) { return {bytes.begin(), bytes.end()}; }

/// Nothing where Relay Agent Information names no link.
std::optional<Attachment> attachment_of(const Dhcp4Message& message) {
    Attachment attachment;
    attachment.link_address = message.header.giaddr;
    attachment.link_layer.bytes = as_string(message.header.chaddr);
    const auto contents = message.find(Dhcp4OptionCode::kRelayAgentInformation);
    if (!contents) return attachment;
    const auto relay = parse_dhcp4_relay_information(*contents);
    if (!relay) return std::nullopt;
    if (relay->circuit_id) attachment.interface_id = as_string(*relay->circuit_id);
    if (relay->link_selection) {
        const auto link = IpAddress::from_bytes(*relay->link_selection);
        if (!link) return std::nullopt;
        attachment.link_address = *link;
    }
    return attachment;
}

}  // namespace

std::vector<RelayedExchange> dhcp4_exchanges_in(Bytes relayed) {
    const auto message = parse_dhcp4_message(relayed);
    if (!message || message->type != Dhcp4MessageType::kRequest) return {};
    const auto attachment = attachment_of(*message);
    if (!attachment) return {};
    const Dhcp4Header& header = message->header;
    const MessageOrder order{header.xid, dhcp4_elapsed(header.secs), {}, true};
    const auto contents = message->find(Dhcp4OptionCode::kClientId);
    const Bytes identifier = contents ? contents->data() : Bytes();
    std::vector<RelayedExchange> exchanges;
    for (const Bytes name : {identifier, Bytes()}) {
        const auto client = name_dhcp4_client(name, header.hardware_type, header.chaddr);
        if (client && (exchanges.empty() || exchanges[0].mn != client->mn)) {
            exchanges.push_back({client->mn, *attachment, order});
        }
    }
    return exchanges;
}

}  // namespace mobility
