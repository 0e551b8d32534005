// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The names of the DHCPv6 numbers as IANA writes them, for logs and errors.
#include "dhcp-wire/dhcp6_codes.h"

namespace mobility {
namespace {

const char* name(Dhcp6MessageType type) {
    using enum Dhcp6MessageType;
    switch (type) {
        case kSolicit:
            return "SOLICIT";
        case kAdvertise:
            return "ADVERTISE";
        case kRequest:
            return "REQUEST";
        case kConfirm:
            return "CONFIRM";
        case kRenew:
            return "RENEW";
        case kRebind:
            return "REBIND";
        case kReply:
            return "REPLY";
        case kRelease:
            return "RELEASE";
        case kDecline:
            return "DECLINE";
        case kReconfigure:
            return "RECONFIGURE";
        case kInformationRequest:
            return "INFORMATION-REQUEST";
        case kRelayForward:
            return "RELAY-FORW";
        case kRelayReply:
            return "RELAY-REPL";
        case kLeasequery:
            return "LEASEQUERY";
        case kLeasequeryReply:
            return "LEASEQUERY-REPLY";
        case kLeasequeryDone:
            return "LEASEQUERY-DONE";
        case kLeasequeryData:
            return "LEASEQUERY-DATA";
        case kReconfigureRequest:
            return "RECONFIGURE-REQUEST";
        case kReconfigureReply:
            return "RECONFIGURE-REPLY";
        case kDhcpv4Query:
            return "DHCPV4-QUERY";
        case kDhcpv4Response:
            return "DHCPV4-RESPONSE";
        case kActiveLeasequery:
            return "ACTIVELEASEQUERY";
        case kStartTls:
            return "STARTTLS";
        case kAddrRegInform:
            return "ADDR-REG-INFORM";
        case kAddrRegReply:
            return "ADDR-REG-REPLY";
    }
    return nullptr;
}

const char* name(Dhcp6OptionCode code) {
    using enum Dhcp6OptionCode;
    switch (code) {
        case kClientId:
            return "CLIENTID";
        case kServerId:
            return "SERVERID";
        case kIaNa:
            return "IA_NA";
        case kIaTa:
            return "IA_TA";
        case kIaAddr:
            return "IAADDR";
        case kOptionRequest:
            return "ORO";
        case kPreference:
            return "PREFERENCE";
        case kElapsedTime:
            return "ELAPSED_TIME";
        case kRelayMessage:
            return "RELAY_MSG";
        case kAuthentication:
            return "AUTH";
        case kUnicast:
            return "UNICAST";
        case kStatusCode:
            return "STATUS_CODE";
        case kRapidCommit:
            return "RAPID_COMMIT";
        case kUserClass:
            return "USER_CLASS";
        case kVendorClass:
            return "VENDOR_CLASS";
        case kVendorOpts:
            return "VENDOR_OPTS";
        case kInterfaceId:
            return "INTERFACE_ID";
        case kReconfMsg:
            return "RECONF_MSG";
        case kReconfAccept:
            return "RECONF_ACCEPT";
        case kDnsServers:
            return "DNS_SERVERS";
        case kDomainList:
            return "DOMAIN_LIST";
        case kIaPd:
            return "IA_PD";
        case kIaPrefix:
            return "IAPREFIX";
        case kInformationRefreshTime:
            return "INFORMATION_REFRESH_TIME";
        case kRemoteId:
            return "REMOTE_ID";
        case kSubscriberId:
            return "SUBSCRIBER_ID";
        case kClientFqdn:
            return "CLIENT_FQDN";
        case kEchoRequest:
            return "ERO";
        case kClientLinkLayerAddress:
            return "CLIENT_LINKLAYER_ADDR";
        case kSolMaxRt:
            return "SOL_MAX_RT";
        case kInfMaxRt:
            return "INF_MAX_RT";
        case kRelaySourcePort:
            return "RELAY_PORT";
        case kAddrRegEnable:
            return "ADDR_REG_ENABLE";
    }
    return nullptr;
}

const char* name(Dhcp6StatusCode code) {
    using enum Dhcp6StatusCode;
    switch (code) {
        case kSuccess:
            return "Success";
        case kUnspecFail:
            return "UnspecFail";
        case kNoAddrsAvail:
            return "NoAddrsAvail";
        case kNoBinding:
            return "NoBinding";
        case kNotOnLink:
            return "NotOnLink";
        case kUseMulticast:
            return "UseMulticast";
        case kNoPrefixAvail:
            return "NoPrefixAvail";
    }
    return nullptr;
}

}  // namespace

std::string text(Dhcp6MessageType type) {
    const char* known = name(type);
    return known ? known : "type " + std::to_string(static_cast<unsigned>(type));
}

std::string text(Dhcp6OptionCode code) {
    const char* known = name(code);
    const std::string number = std::to_string(static_cast<unsigned>(code));
    return known ? std::string(known) + " (" + number + ")" : "option " + number;
}

std::string text(Dhcp6StatusCode code) {
    const char* known = name(code);
    return known ? known : "status " + std::to_string(static_cast<unsigned>(code));
}

bool is_sent_by_servers_only(Dhcp6MessageType type) {
    using enum Dhcp6MessageType;
    switch (type) {
        case kAdvertise:
        case kReply:
        case kReconfigure:
        case kLeasequeryReply:
        case kLeasequeryDone:
        case kLeasequeryData:
        case kReconfigureReply:
        case kDhcpv4Response:
        case kAddrRegReply:
            return true;
        default:
            return false;
    }
}

}  // namespace mobility
