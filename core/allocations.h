// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Which MNs may be served: the operator's file, and what each authority has said. Silence withdraws
// nothing; a full list that ends replaces what its authority had said before.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>

#include "core/inventory.h"

namespace mobility {

/// Names of authorities are those of the inventory. Owner: the Anchor.
class Allocations {
public:
    explicit Allocations(const Inventory& inventory) : inventory_(inventory) {}

    enum class Service : std::uint8_t {
        kGranted,     ///< by any of them, or nobody needs it
        kNotGranted,  ///< all have been heard
        kNotHeard     ///< an authority has not told its list since the start
    };
    Service service(const MnId& mn) const;
    /// The first authority of the inventory whose list has not ended since the start.
    std::optional<std::string> unheard() const;

    void list_begin(const std::string& authority);
    /// True: it had said something else, or nothing.
    bool say(const std::string& authority, const MnId& mn, bool granted);
    struct Missing {
        std::size_t missing;
        std::size_t granted;  ///< the missing among them
    };
    /// What was not said since the begin is withdrawn, unless that is too much: then the result
    /// says how much, and an operator has the word.
    std::optional<Missing> list_end(const std::string& authority);
    /// The operator has looked: withdraw what the last list did not have. Returns how many.
    std::size_t confirm_withdrawal(const std::string& authority);
    /// What revoked authorities have said counts no more, also when they come back.
    void inventory_changed();

    bool heard(const std::string& authority) const;
    /// MNs that this authority grants.
    std::size_t granted(const std::string& authority) const;

private:
    struct List {
        std::uint64_t number = 0;                         ///< grows with every list_begin
        std::unordered_map<MnId, std::uint64_t> granted;  ///< said again last in that list
        bool heard = false;
        bool too_short = false;  ///< ended, and waits for the operator
    };
    std::size_t missing(const List& list) const;
    std::size_t withdraw_missing(List& list);

    const Inventory& inventory_;
    std::map<std::string, List> lists_;
};

}  // namespace mobility
