// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Pages of live leases out of Kea's lease database.
#pragma once

#include <cstddef>

#include "hooks/lease_reader.h"

namespace mobility {

/// Fits the size of its pages to the speed of the database. The ceiling is low because memfile's
/// own paging takes time in the square of the page (2.2). Memfile is read prefix by prefix; of
/// other databases every row is, since their order is not always that of addresses: IPv6 ones are
/// compared as texts (2.2).
class LeasePages final : public LeaseReader {
public:
    LeasePage read(const std::vector<Prefix>& prefixes,
                   const std::optional<Prefix>& after) override;

private:
    LeasePage read_prefixes(std::vector<Prefix> prefixes, const std::optional<Prefix>& after) const;

    std::size_t rows_ = 64;
};

}  // namespace mobility
