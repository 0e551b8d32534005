// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Identifiers as text.
#include "core/mobility_event.h"

#include <algorithm>

namespace mobility {
namespace {

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

}  // namespace mobility
