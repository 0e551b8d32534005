// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One session's way between two hosts: bytes take time, in pieces of any size; it stalls, and it is
// cut at any byte.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string>

#include "core/frame.h"
#include "tests/sim/memory_connection.h"
#include "tests/sim/timeline.h"

namespace mobility::sim {

struct LinkSettings {
    Duration least_delay{20};
    Duration most_delay{400};
    bool pieces = false;  ///< deliver in pieces of a few bytes
};

/// Ends: 0 has dialled, 1 has accepted.
class SessionLink {
public:
    struct End {
        std::string name;            ///< in its certificate
        std::function<void()> wake;  ///< it has something to work on
    };
    /// `when_over`: both ends have heard that it is closed.
    SessionLink(Timeline& timeline, Random& random, LinkSettings settings, End dialled,
                End accepted, std::function<void()> when_over);

    Connection& end(std::size_t index) { return link_->end(index); }
    void attach(std::size_t index, ConnectionUser& user);
    /// Whole messages as they arrive, and at which end. Before the first byte.
    using Listener = std::function<void(std::size_t index, const control::Message&)>;
    void listen(const Listener& listener);
    /// Something may be due.
    void kick();
    bool busy() const { return link_->in_transit(0) + link_->in_transit(1) > 0; }

    /// Nothing arrives at either end for so long.
    void stall(Duration time);
    void cut(Duration noticed_after = Duration{0});
    void cut_after(std::size_t index, std::size_t bytes) { link_->cut_after(index, bytes); }
    /// The process at this end has died: it hears nothing any more, the other end soon does.
    void desert(std::size_t index);

private:
    struct User final : ConnectionUser {
        void received(std::span<const std::uint8_t> bytes) override {
            if (listener) listen(bytes);
            if (user) user->received(bytes);
        }
        void drained() override {
            if (user) user->drained();
        }
        void closed(const std::string& reason) override {
            if (user) std::exchange(user, nullptr)->closed(reason);
        }
        void listen(std::span<const std::uint8_t> bytes) {
            reader.append(bytes);
            for (auto next = reader.next(); next && *next; next = reader.next()) listener(**next);
        }
        ConnectionUser* user = nullptr;
        FrameReader reader;
        std::function<void(const control::Message&)> listener;
    };

    void serve();

    Timeline& timeline_;
    Random& random_;
    LinkSettings settings_;
    std::array<End, 2> ends_;
    std::function<void()> when_over_;
    std::array<User, 2> users_;
    std::unique_ptr<MemoryLink> link_;
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
    bool scheduled_ = false;
    Instant not_before_{};
};

}  // namespace mobility::sim
