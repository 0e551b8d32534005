// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// All limits of one program's log: of a daemon's, or of what the hook writes into the server's.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/instant.h"
#include "core/log_limit.h"

namespace mobility {

/// A LogLimit for each message, and where peers have names of the operator's, for each of their
/// shares. `Message` is the program's own type; each message is one object. Thread-safe: it counts,
/// and who asks writes.
template <typename Message>
class LogLimits {
public:
    /// Lines that one share has left out, to be said in one line.
    struct LeftOut {
        const Message* message;
        std::string about;
        std::uint64_t lines;

        std::string text() const {
            return "… and " + std::to_string(lines) + " more" +
                   (about.empty() ? "" : " of " + about);
        }
    };
    struct Decision {
        bool written;
        std::optional<LeftOut> before;  ///< of an earlier window, to be said first
    };

    /// Is one more line of `message` to be written, within the share of `about`?
    Decision decide(const Message& message, const std::string& about, Instant now) {
        const std::lock_guard lock(mutex_);
        const Share share{&message, about};
        LogLimit& limit = limits_[share];
        auto before = left_out(share, limit.take_left_out(now));
        return {limit.allow(now), std::move(before)};
    }

    /// Of the windows that are over. Call it about once a second.
    std::vector<LeftOut> take_left_out(Instant now) {
        const std::lock_guard lock(mutex_);
        auto found = take_each([now](LogLimit& limit) { return limit.take_left_out(now); });
        std::erase_if(limits_, [now](const auto& each) { return each.second.idle(now); });
        return found;
    }
    /// Of all windows: whoever asks will not be there when they are over.
    std::vector<LeftOut> take_all_left_out() {
        const std::lock_guard lock(mutex_);
        return take_each([](LogLimit& limit) { return limit.take_left_out(); });
    }

private:
    using Share = std::pair<const Message*, std::string>;

    static std::optional<LeftOut> left_out(const Share& share, std::uint64_t lines) {
        if (lines == 0) return std::nullopt;
        return LeftOut{share.first, share.second, lines};
    }

    template <typename Take>
    std::vector<LeftOut> take_each(Take take) {
        std::vector<LeftOut> found;
        for (auto& [share, limit] : limits_) {
            if (auto some = left_out(share, take(limit))) found.push_back(std::move(*some));
        }
        return found;
    }

    std::mutex mutex_;
    std::map<Share, LogLimit> limits_;
};

}  // namespace mobility
