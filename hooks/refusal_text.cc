// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Code and reason.
#include "hooks/refusal_text.h"

namespace mobility {

std::string text_for_client(const RefusedItem& item) {
    const bool own = item.refusal == Refusal::kAdministrativelyProhibited ||
                     item.refusal == Refusal::kLackOfResources ||
                     item.refusal == Refusal::kOverIpAddressLimit;
    return std::string(text(item.refusal)) +
           (own && !item.text.empty() ? ": " + item.text : std::string());
}

}  // namespace mobility
