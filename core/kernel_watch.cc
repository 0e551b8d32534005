// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Look, and when it differs: read back.
#include "core/kernel_watch.h"

#include <utility>

namespace mobility {

KernelWatch::KernelWatch(Forwarder& forwarder, Reconciler& reconciler, Milliseconds every,
                         const char* notice, std::function<void(const Notice&)> notices)
    : forwarder_(forwarder),
      reconciler_(reconciler),
      every_(every),
      notice_(notice),
      notices_(std::move(notices)) {}

bool KernelWatch::run(Instant now, bool settled) {
    if (every_ == Milliseconds{0} || (!looking_ && now < next_)) return false;
    const auto seen = forwarder_.audit();
    looking_ = seen && *seen == Forwarder::Audit::kMore;
    if (looking_) return true;
    ++counters_.looks;
    next_ = now + every_;
    if (!seen) {
        notices_({notice_, "the kernel's tables cannot be read: " + seen.error()});
    } else if (*seen == Forwarder::Audit::kDiffers) {
        repair(settled);
    }
    return false;
}

void KernelWatch::repair(bool settled) {
    const auto differ = reconciler_.reread(settled);
    if (!differ) {
        notices_({notice_, "the kernel's tables cannot be read: " + differ.error()});
        return;
    }
    if (*differ == 0) return;
    counters_.repaired += *differ;
    notices_({notice_, std::to_string(*differ) +
                           " routes or tunnel ends of ours were removed or altered by somebody "
                           "else; they are put right"});
}

}  // namespace mobility
