// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The names of the DHCPv4 numbers as IANA writes them, for logs and errors.
#include "dhcp-wire/dhcp4_codes.h"

namespace mobility {
namespace {

const char* name(Dhcp4MessageType type) {
    using enum Dhcp4MessageType;
    switch (type) {
        case kDiscover:
            return "DHCPDISCOVER";
        case kOffer:
            return "DHCPOFFER";
        case kRequest:
            return "DHCPREQUEST";
        case kDecline:
            return "DHCPDECLINE";
        case kAck:
            return "DHCPACK";
        case kNak:
            return "DHCPNAK";
        case kRelease:
            return "DHCPRELEASE";
        case kInform:
            return "DHCPINFORM";
        case kForceRenew:
            return "DHCPFORCERENEW";
        case kLeaseQuery:
            return "DHCPLEASEQUERY";
        case kLeaseUnassigned:
            return "DHCPLEASEUNASSIGNED";
        case kLeaseUnknown:
            return "DHCPLEASEUNKNOWN";
        case kLeaseActive:
            return "DHCPLEASEACTIVE";
    }
    return nullptr;
}

const char* name(Dhcp4OptionCode code) {
    using enum Dhcp4OptionCode;
    switch (code) {
        case kPad:
            return "Pad";
        case kSubnetMask:
            return "Subnet Mask";
        case kRouters:
            return "Router";
        case kDomainServers:
            return "Domain Server";
        case kHostName:
            return "Hostname";
        case kRequestedAddress:
            return "Address Request";
        case kLeaseTime:
            return "Address Time";
        case kOverload:
            return "Overload";
        case kMessageType:
            return "DHCP Msg Type";
        case kServerId:
            return "DHCP Server Id";
        case kParameterList:
            return "Parameter List";
        case kMessage:
            return "DHCP Message";
        case kMaxMessageSize:
            return "DHCP Max Msg Size";
        case kRenewalTime:
            return "Renewal Time";
        case kRebindingTime:
            return "Rebinding Time";
        case kVendorClass:
            return "Class Id";
        case kClientId:
            return "Client Id";
        case kRapidCommit:
            return "Rapid Commit";
        case kRelayAgentInformation:
            return "Relay Agent Information";
        case kEnd:
            return "End";
    }
    return nullptr;
}

}  // namespace

std::string text(Dhcp4MessageType type) {
    const char* known = name(type);
    return known ? known : "type " + std::to_string(static_cast<unsigned>(type));
}

std::string text(Dhcp4OptionCode code) {
    const char* known = name(code);
    const std::string number = std::to_string(static_cast<unsigned>(code));
    return known ? std::string(known) + " (" + number + ")" : "option " + number;
}

bool is_sent_by_servers_only(Dhcp4MessageType type) {
    using enum Dhcp4MessageType;
    switch (type) {
        case kOffer:
        case kAck:
        case kNak:
        case kForceRenew:
        case kLeaseUnassigned:
        case kLeaseUnknown:
        case kLeaseActive:
            return true;
        default:
            return false;
    }
}

bool is_sent_by_clients_only(Dhcp4MessageType type) {
    using enum Dhcp4MessageType;
    switch (type) {
        case kDiscover:
        case kRequest:
        case kDecline:
        case kRelease:
        case kInform:
            return true;
        default:
            return false;
    }
}

}  // namespace mobility
