// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Composes client messages (RFC 9915 sections 18.2.1 to 18.2.8).
#include "dhcp-player/question.h"

#include <algorithm>
#include <array>

#include "dhcp-wire/dhcp6_writer.h"

namespace mobility::player {
namespace {

using Type = Dhcp6MessageType;
using Code = Dhcp6OptionCode;

/// These go to the server that gave the leases, and name it.
bool names_a_server(Type type) {
    return type == Type::kRequest || type == Type::kRenew || type == Type::kRelease ||
           type == Type::kDecline;
}

/// These speak of leases that the MN has.
bool needs_leases(Type type) {
    return type != Type::kSolicit && type != Type::kInformationRequest &&
           type != Type::kAddrRegInform;
}

/// A client leaves times and lifetimes to the server (RFC 9915 sections 21.4 and 21.6).
IdentityAssociation as_asked(IdentityAssociation ia) {
    ia.t1 = 0;
    ia.t2 = 0;
    for (Lease& lease : ia.leases) {
        lease.preferred_lifetime = 0;
        lease.valid_lifetime = 0;
    }
    return ia;
}

IdentityAssociation claimed(Code code, std::uint32_t iaid, const std::vector<Prefix>& prefixes) {
    IdentityAssociation ia{.code = code, .iaid = iaid, .t1 = 0, .t2 = 0, .leases = {}};
    for (const Prefix& prefix : prefixes) {
        ia.leases.push_back({.prefix = prefix});
    }
    return ia;
}

/// The IAs that the MN's memory gives, one for each kind.
std::vector<IdentityAssociation> remembered(Type type, const MobileNode& mn, const Claims& claims) {
    const bool take_offer = type == Type::kRequest && !mn.offered().empty();
    const auto& known = take_offer ? mn.offered() : mn.held();
    std::vector<IdentityAssociation> ias;
    for (const Code code : claims.kinds.value_or(mn.kinds())) {
        const auto found = std::ranges::find(known, code, &IdentityAssociation::code);
        if (found != known.end()) {
            ias.push_back(as_asked(*found));
        } else if (!needs_leases(type) || type == Type::kRequest) {
            ias.push_back(claimed(code, mn.identity().iaid, {}));
        }
    }
    return ias;
}

std::vector<IdentityAssociation> associations(Type type, const MobileNode& mn,
                                              const Claims& claims) {
    std::vector<IdentityAssociation> ias;
    const std::uint32_t iaid = claims.iaid.value_or(mn.identity().iaid);
    if (claims.addresses || claims.prefixes) {
        if (claims.addresses) {
            ias.push_back(claimed(Code::kIaNa, iaid, *claims.addresses));
        }
        if (claims.prefixes) {
            ias.push_back(claimed(Code::kIaPd, iaid, *claims.prefixes));
        }
        return ias;
    }
    ias = remembered(type, mn, claims);
    if (claims.iaid) {
        for (IdentityAssociation& ia : ias) {
            ia.iaid = iaid;
        }
    }
    return ias;
}

void write_ia(Dhcp6Writer& writer, const IdentityAssociation& ia) {
    writer.ia(ia.code, ia.iaid, ia.t1, ia.t2, [&] {
        for (const Lease& lease : ia.leases) {
            if (ia.code == Code::kIaNa) {
                writer.ia_address(lease.prefix.address(), lease.preferred_lifetime,
                                  lease.valid_lifetime);
            } else {
                writer.ia_prefix(lease.prefix, lease.preferred_lifetime, lease.valid_lifetime);
            }
        }
    });
}

}  // namespace

Result<Question> ask(Type type, const MobileNode& mn, const Claims& claims) {
    const std::string who = "MN " + std::to_string(mn.number());
    Question question{.type = type,
                      .client_id = claims.duid.value_or(mn.identity().duid),
                      .server_id = {},
                      .ias = {},
                      .rapid_commit = claims.rapid_commit,
                      .registers = {},
                      .options = claims.options};
    if (type == Type::kAddrRegInform) {
        if (!claims.registers) {
            return Error{who + " has no address to speak of in " + text(type)};
        }
        question.registers = claims.registers;
        return question;
    }
    if (claims.server_id) {
        question.server_id = *claims.server_id;
    } else if (names_a_server(type)) {
        question.server_id = mn.server_id();
        if (question.server_id.empty()) {
            return Error{who + " knows no server for " + text(type) + ": it has had no answer"};
        }
    }
    if (type != Type::kInformationRequest) {
        question.ias = associations(type, mn, claims);
    }
    if (needs_leases(type) && question.ias.empty()) {
        return Error{who + " holds no lease to speak of in " + text(type)};
    }
    return question;
}

Result<void> write(const Question& question, std::uint32_t transaction_id, Milliseconds elapsed,
                   std::vector<std::uint8_t>& out) {
    static constexpr std::array kWanted{Code::kDnsServers, Code::kSolMaxRt, Code::kAddrRegEnable};
    static constexpr std::array kWantedInformation{
        Code::kDnsServers, Code::kInfMaxRt, Code::kInformationRefreshTime, Code::kAddrRegEnable};
    Dhcp6Writer writer(out);
    writer.message(question.type, transaction_id);
    if (!question.client_id.empty()) {
        writer.client_id(question.client_id);
    }
    if (!question.server_id.empty()) {
        writer.server_id(question.server_id);
    }
    writer.elapsed_time(elapsed);
    if (question.rapid_commit) {
        writer.rapid_commit();
    }
    if (question.type == Type::kInformationRequest) {
        writer.option_request(kWantedInformation);
    } else if (question.type != Type::kConfirm && question.type != Type::kRelease &&
               question.type != Type::kDecline && question.type != Type::kAddrRegInform) {
        writer.option_request(kWanted);
    }
    if (question.registers) {  // at the top, in no IA (RFC 9686 section 4.2)
        writer.ia_address(question.registers->prefix.address(),
                          question.registers->preferred_lifetime,
                          question.registers->valid_lifetime);
    }
    for (const IdentityAssociation& ia : question.ias) {
        write_ia(writer, ia);
    }
    for (const RawOption& option : question.options) {
        writer.option(option.code, option.data);
    }
    return writer.finish();
}

}  // namespace mobility::player
