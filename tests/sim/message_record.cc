// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Messages in the words of the overview.
#include "tests/sim/message_record.h"

#include <algorithm>
#include <cctype>

namespace mobility::sim {
namespace {

using Body = control::Message::BodyCase;

std::string name(const control::Message& message) {
    switch (message.body_case()) {
        case Body::kAssociate:
            return "Associate Request";
        case Body::kAssociateReply:
            return "Associate Reply";
        case Body::kDisassociate:
            return "Disassociate";
        case Body::kFullStateBegin:
            return "Full State Begin";
        case Body::kFullStateEnd:
            return "Full State End";
        case Body::kStateDigest:
            return "State Digest";
        case Body::kMnAddressSetup:
            return "MN Address Setup";
        case Body::kMnAddressList:
            return "MN Address List";
        case Body::kMnAddressRemove:
            return "MN Address Remove";
        case Body::kRoutingSetup:
            return "Routing Setup";
        case Body::kRoutingRemove:
            return "Routing Remove";
        case Body::kLocationRegistration:
            return "Location Registration";
        case Body::kLocationDeregistration:
            return "Location Deregistration";
        default:
            return "unknown message";
    }
}

/// CODE_OVER_IP_ADDRESS_LIMIT as "over ip address limit".
std::string words(control::Code code) {
    auto text = control::Code_Name(code).substr(std::string("CODE_").size());
    for (auto& each : text) {
        each =
            each == '_' ? ' ' : static_cast<char>(std::tolower(static_cast<unsigned char>(each)));
    }
    return text;
}

std::string host(const std::string& full_name) { return full_name.substr(0, full_name.find('.')); }

const char* name(DhcpMessage::Type type) {
    static constexpr std::array kNames{"Solicit", "Request", "Confirm", "Renew",
                                       "Rebind",  "Release", "Decline"};
    return kNames.at(static_cast<std::size_t>(type));
}

}  // namespace

void MessageRecord::watch(Simulation& world) {
    world.on_message = [this](const std::string& from, const std::string& to,
                              const control::Message& message) { heard(from, to, message); };
    world.on_operation = [this](const std::string& at, const MemoryForwarder::Step& step) {
        if (!step.before && !step.after) return;
        lines_.push_back(host(at) + (!step.before ? " +" : step.after ? " =" : " -"));
    };
    world.on_question = [this](const DhcpMessage& each) { lines_.emplace_back(name(each.type)); };
    world.on_reply = [this](const DhcpReply& each) {
        lines_.emplace_back(each.kind == DhcpReply::Kind::kAdvertise ? "Advertise" : "Reply");
    };
}

void MessageRecord::heard(const std::string& from, const std::string& to,
                          const control::Message& message) {
    if (message.has_heartbeat() || message.has_heartbeat_ack()) return;
    auto line = host(from) + " -> " + host(to) + ": ";
    if (message.has_acknowledgement()) {
        line += numbered_[{to, from, message.acknowledgement().number()}] + " Ack";
        for (const auto& each : message.acknowledgement().results()) {
            line += ": " + words(each.code());
        }
    } else {
        line += name(message);
        if (message.has_associate_reply()) line += ": " + words(message.associate_reply().code());
        numbered_[{from, to, message.number()}] = name(message);
    }
    messages_[line] = message;
    lines_.push_back(std::move(line));
}

}  // namespace mobility::sim
