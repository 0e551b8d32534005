// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// How long a Dialer pauses between attempts: exponential, with jitter, so that a thousand access
// routers do not come back to a restarted anchor in step.
#pragma once

#include <algorithm>

#include "core/instant.h"

namespace mobility {

class Backoff {
public:
    Backoff(Milliseconds first, Milliseconds last) : first_(first), last_(last), next_(first) {}

    /// The pause before the next attempt: 50..100 % of the present step, chosen by `chance` in
    /// 0..1.
    Milliseconds pause(double chance) {
        const double step = static_cast<double>(next_.count());
        next_ = std::min(next_ * 2, last_);
        return Milliseconds(std::max<Milliseconds::rep>(
            1, static_cast<Milliseconds::rep>(step * (0.5 + 0.5 * chance))));
    }
    /// The peer is there again.
    void restart() { next_ = first_; }

private:
    Milliseconds first_;
    Milliseconds last_;
    Milliseconds next_;
};

}  // namespace mobility
