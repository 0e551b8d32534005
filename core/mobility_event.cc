// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Identifiers as text.
#include "core/mobility_event.h"

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

std::string MnId::text() const { return pairs(bytes); }
std::string LinkLayerAddress::text() const { return pairs(bytes); }

}  // namespace mobility
