// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Reads Advertise and Reply (RFC 9915 sections 16.3 and 16.10), and ADDR-REG-REPLY (RFC 9686).
#include "dhcp-player/answer.h"

#include "dhcp-wire/dhcp6_contents.h"
#include "dhcp-wire/dhcp6_message.h"

namespace mobility::player {
namespace {

template <typename T>
Error error_of(const Result<T>& result) {
    return Error{result.error()};
}

Result<std::optional<Status>> read_status(const Dhcp6Options& options) {
    const auto option = options.find_single(Dhcp6OptionCode::kStatusCode);
    if (!option) {
        return error_of(option);
    }
    if (!*option) {
        return std::optional<Status>{};
    }
    const auto status = parse_dhcp6_status(**option);
    if (!status) {
        return error_of(status);
    }
    return std::optional<Status>{{status->code, std::string(status->message)}};
}

/// Adds the lease to the IA; a status inside it becomes the IA's where that has none.
template <typename Parsed>
Result<void> add_lease(AnsweredIa& into, const Result<Parsed>& parsed, const Prefix& prefix) {
    const auto status = read_status(parsed->options);
    if (!status) {
        return error_of(status);
    }
    into.ia.leases.push_back({prefix, parsed->preferred_lifetime, parsed->valid_lifetime});
    if (!into.status) {
        into.status = *status;
    }
    return {};
}

Result<void> read_lease(const Dhcp6Option& option, AnsweredIa& into) {
    if (option.code == Dhcp6OptionCode::kIaAddr) {
        const auto address = parse_dhcp6_ia_address(option);
        return address ? add_lease(into, address, Prefix::host(address->address))
                       : error_of(address);
    }
    if (option.code == Dhcp6OptionCode::kIaPrefix) {
        const auto prefix = parse_dhcp6_ia_prefix(option);
        return prefix ? add_lease(into, prefix, prefix->prefix) : error_of(prefix);
    }
    return {};
}

Result<AnsweredIa> read_ia(const Dhcp6Option& option) {
    const auto parsed = parse_dhcp6_ia(option);
    if (!parsed) {
        return error_of(parsed);
    }
    const auto status = read_status(parsed->options);
    if (!status) {
        return error_of(status);
    }
    AnsweredIa answered{{option.code, parsed->iaid, parsed->t1, parsed->t2, {}}, *status};
    for (const Dhcp6Option inside : parsed->options) {
        if (const auto read = read_lease(inside, answered); !read) {
            return error_of(read);
        }
    }
    return answered;
}

Result<std::vector<std::uint8_t>> read_duid(const Dhcp6Options& options, Dhcp6OptionCode code) {
    const auto option = options.find_single(code);
    if (!option) {
        return error_of(option);
    }
    return *option ? std::vector<std::uint8_t>((*option)->data.begin(), (*option)->data.end())
                   : std::vector<std::uint8_t>{};
}

/// RFC 9686 section 4.3.
Result<Lease> read_registered(const Dhcp6Options& options) {
    const auto option = options.find_single(Dhcp6OptionCode::kIaAddr);
    if (!option) {
        return error_of(option);
    }
    if (!*option) {
        return Error{"an ADDR-REG-REPLY without an IA Address"};
    }
    const auto address = parse_dhcp6_ia_address(**option);
    if (!address) {
        return error_of(address);
    }
    return Lease{Prefix::host(address->address), address->preferred_lifetime,
                 address->valid_lifetime};
}

}  // namespace

Status Answer::verdict() const {
    if (status && status->code != Dhcp6StatusCode::kSuccess) {
        return *status;
    }
    for (const AnsweredIa& ia : ias) {
        if (ia.status && ia.status->code != Dhcp6StatusCode::kSuccess) {
            return *ia.status;
        }
    }
    return status.value_or(Status{});
}

Result<Answer> read_answer(Bytes message) {
    const auto parsed = parse_dhcp6_message(message);
    if (!parsed) {
        return error_of(parsed);
    }
    if (parsed->type != Dhcp6MessageType::kAdvertise && parsed->type != Dhcp6MessageType::kReply &&
        parsed->type != Dhcp6MessageType::kAddrRegReply) {
        return Error{text(parsed->type) +
                     " is no answer; expected ADVERTISE, REPLY or "
                     "ADDR-REG-REPLY"};
    }
    Answer answer;
    answer.type = parsed->type;
    answer.transaction_id = parsed->transaction_id;
    auto client = read_duid(parsed->options, Dhcp6OptionCode::kClientId);
    auto server = read_duid(parsed->options, Dhcp6OptionCode::kServerId);
    auto status = read_status(parsed->options);
    for (const auto* const duid : {&client, &server}) {
        if (!*duid) {
            return error_of(*duid);
        }
    }
    if (!status) {
        return error_of(status);
    }
    answer.client_id = std::move(*client);
    answer.server_id = std::move(*server);
    answer.status = std::move(*status);
    answer.rapid_commit = parsed->options.find(Dhcp6OptionCode::kRapidCommit).has_value();
    answer.registers = parsed->options.find(Dhcp6OptionCode::kAddrRegEnable).has_value();
    if (parsed->type == Dhcp6MessageType::kAddrRegReply) {
        const auto registered = read_registered(parsed->options);
        if (!registered) {
            return error_of(registered);
        }
        answer.registered = *registered;
    }
    for (const Dhcp6Option option : parsed->options) {
        if (option.code == Dhcp6OptionCode::kIaNa || option.code == Dhcp6OptionCode::kIaPd) {
            auto ia = read_ia(option);
            if (!ia) {
                return error_of(ia);
            }
            answer.ias.push_back(std::move(*ia));
        }
    }
    return answer;
}

}  // namespace mobility::player
