// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Notices that somebody else has flushed or altered what is ours in the kernel, and has it put
// right.
#pragma once

#include <functional>
#include <string>

#include "core/forwarder.h"
#include "core/instant.h"
#include "core/notice.h"
#include "core/reconciler.h"

namespace mobility {

/// Owner: the agent's one thread. Level-triggered: it compares, and what differs is touched.
class KernelWatch {
public:
    /// `every`: from the end of one look to the next; 0: never looks. `notice` is the identifier of
    /// what the operator is told.
    KernelWatch(Forwarder& forwarder, Reconciler& reconciler, Milliseconds every,
                const char* notice, std::function<void(const Notice&)> notices);

    /// A slice, when nothing more urgent is to be done. `settled`: what nobody wants is nobody's;
    /// before, it may belong to somebody who has not spoken yet, and stays. True: the look has not
    /// ended.
    bool run(Instant now, bool settled);

    struct Counters {
        std::uint64_t looks = 0;
        std::uint64_t repaired = 0;  ///< routes and tunnel ends that were not as confirmed
    };
    const Counters& counters() const { return counters_; }

private:
    void repair(bool settled);

    Forwarder& forwarder_;
    Reconciler& reconciler_;
    Milliseconds every_;
    const char* notice_;
    std::function<void(const Notice&)> notices_;
    bool looking_ = false;
    Instant next_{};
    Counters counters_;
};

}  // namespace mobility
