// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the callouts count since the library was configured; mobility-status prints it.
#pragma once

#include <atomic>
#include <cstdint>

namespace mobility {

/// Thread-safe, each on its own.
struct CalloutCounters {
    std::atomic<std::uint64_t> attached = 0;
    std::atomic<std::uint64_t> detached = 0;
    std::atomic<std::uint64_t> outside_anchors = 0;  ///< leases left to plain Kea
    std::atomic<std::uint64_t> not_relayed = 0;  ///< leases committed with no usable Relay-forward
    std::atomic<std::uint64_t> parked = 0;
    std::atomic<std::uint64_t> confirm_held = 0;  ///< Replies to Confirm that were held
    std::atomic<std::uint64_t> unheld_anchor_away = 0;
    std::atomic<std::uint64_t> unheld_full = 0;        ///< more Replies held than max-held
    std::atomic<std::uint64_t> unheld_unparkable = 0;  ///< Kea has no place for the query to wait
    std::atomic<std::uint64_t> retransmissions_dropped = 0;
    std::atomic<std::uint64_t> mailbox_full = 0;  ///< events lost; a full list follows
    std::atomic<std::uint64_t> confirm_success = 0;
    std::atomic<std::uint64_t> confirm_not_on_link = 0;
    std::atomic<std::uint64_t> confirm_unknown = 0;
    std::atomic<std::uint64_t> subnets_chosen = 0;   ///< by link-address
    std::atomic<std::uint64_t> lists_requested = 0;  ///< by lease commands
    std::atomic<std::uint64_t> registrations = 0;    ///< addresses registered anew
    std::atomic<std::uint64_t> registrations_refreshed = 0;
    std::atomic<std::uint64_t> registrations_ended = 0;      ///< given up by their hosts
    std::atomic<std::uint64_t> registrations_held = 0;       ///< whose answers were held
    std::atomic<std::uint64_t> registrations_refused = 0;    ///< another's, or out of place
    std::atomic<std::uint64_t> registrations_discarded = 0;  ///< not as RFC 9686 has them
    std::atomic<std::uint64_t> failed_callouts = 0;
};

}  // namespace mobility
