// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Identifiers as text.
#include "core/mobility_event.h"

#include <algorithm>

namespace mobility {
namespace {

constexpr std::size_t kLongestMnId = 130;

/// The value of one hexadecimal digit; -1 for anything else.
int digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string pairs(const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char byte : bytes) {
        if (!text.empty()) text += ':';
        const auto value = static_cast<unsigned char>(byte);
        text += kDigits[value >> 4];
        text += kDigits[value & 15];
    }
    return text.empty() ? "none" : text;
}

}  // namespace

std::string Attachment::interface_id_text() const {
    const bool printable = std::all_of(interface_id.begin(), interface_id.end(), [](char c) {
        return c >= ' ' && c <= '~' && c != '"' && c != '\\';
    });
    return printable ? '"' + interface_id + '"' : pairs(interface_id);
}

std::string MnId::text() const { return pairs(bytes); }
std::string LinkLayerAddress::text() const { return pairs(bytes); }

Result<MnId> MnId::parse(std::string_view text) {
    MnId mn;
    bool good = text.size() % 3 == 2 && text.size() / 3 < kLongestMnId;
    for (std::size_t i = 0; good && i < text.size(); i += 3) {
        const int high = digit(text[i]), low = digit(text[i + 1]);
        good = high >= 0 && low >= 0 && (i + 2 == text.size() || text[i + 2] == ':');
        mn.bytes += static_cast<char>(high << 4 | low);
    }
    if (good) return mn;
    return Error{"\"" + std::string(text.substr(0, 3 * kLongestMnId)) +
                 "\" is no client identifier; expected hexadecimal pairs with colons as in the "
                 "log, e.g. \"00:03:00:01:02:00:00:00:00:01\""};
}

const char* text(Refusal refusal) {
    switch (refusal) {
        case Refusal::kNone:
            return "none";
        case Refusal::kAdministrativelyProhibited:
            return "administratively prohibited";
        case Refusal::kLackOfResources:
            return "lack of resources";
        case Refusal::kUnauthorizedMn:
            return "unauthorized MN";
        case Refusal::kInvalidIpAddress:
            return "invalid IP address";
        case Refusal::kOverIpAddressLimit:
            return "over IP address limit";
        case Refusal::kUnknownAccessRouter:
            return "unknown access router";
        case Refusal::kInvalidAttachment:
            return "invalid attachment";
        case Refusal::kNotAttested:
            return "not attested";
    }
    return "unknown";
}

}  // namespace mobility
