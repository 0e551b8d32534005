// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Code and reason, or silence.
#include "hooks/refusal_text.h"

#include <algorithm>

namespace mobility {

std::string text_for_client(const RefusedItem& item) {
    const bool own = item.refusal == Refusal::kAdministrativelyProhibited ||
                     item.refusal == Refusal::kLackOfResources ||
                     item.refusal == Refusal::kOverIpAddressLimit;
    return std::string(text(item.refusal)) +
           (own && !item.text.empty() ? ": " + item.text : std::string());
}

OnRefused on_refused(OnRefused configured, const std::vector<RefusedItem>& items) {
    const bool unattested = std::ranges::any_of(
        items, [](const auto& item) { return item.refusal == Refusal::kNotAttested; });
    return unattested && configured == OnRefused::kStatus ? OnRefused::kSilent : configured;
}

}  // namespace mobility
