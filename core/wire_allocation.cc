// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What authorities say.
#include "core/wire.h"

namespace mobility::wire {

void write(const std::vector<Allocation>& page, control::LmaAllocation& message) {
    for (const auto& each : page) {
        auto& item = *message.add_items();
        item.set_mn_id(each.mn.bytes);
        item.set_granted(each.granted);
    }
}

Result<std::vector<Allocation>> read(const control::LmaAllocation& message) {
    std::vector<Allocation> page;
    page.reserve(static_cast<std::size_t>(message.items_size()));
    for (const auto& each : message.items()) {
        auto mn = read_mn(each.mn_id());
        if (!mn) return Error{mn.error()};
        page.push_back({std::move(*mn), each.granted()});
    }
    return page;
}

}  // namespace mobility::wire
