// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The in-memory twin of transport/: two Connections joined to each other, whose bytes move only
// when the test says so. tests/unit/transport/connection_contract_test.cc holds both to one
// contract.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/connection.h"

namespace mobility {

/// Bytes in order, taken from the front without moving the rest.
class ByteQueue {
public:
    std::size_t size() const { return bytes_.size() - begin_; }
    void append(std::string bytes) {
        if (size() == 0) {
            bytes_ = std::move(bytes);
            begin_ = 0;
        } else {
            bytes_ += bytes;
        }
    }
    std::string take(std::size_t most) {
        const std::size_t count = std::min(most, size());
        std::string taken = bytes_.substr(begin_, count);
        begin_ += count;
        if (begin_ > bytes_.size() / 2) {
            bytes_.erase(0, begin_);
            begin_ = 0;
        }
        return taken;
    }
    void clear() {
        bytes_.clear();
        begin_ = 0;
    }

private:
    std::string bytes_;
    std::size_t begin_ = 0;
};

struct MemoryLinkSettings {
    /// What each end's certificate says: the *other* end's peer_names() and peer_address().
    std::array<std::vector<std::string>, 2> names{{{"first.example"}, {"second.example"}}};
    std::array<std::string, 2> addresses{"[2001:db8::1]:50000", "[2001:db8::2]:4433"};
    std::size_t high_water = 256 * 1024;  ///< as ConnectionLimits::high_water
    /// Bytes that the kernels of both sides hold for one direction: beyond it unsent() stays up.
    std::size_t window = 64 * 1024;
};

/// Ends are numbered 0 and 1. Nothing arrives, no user is called and nothing closes except inside
/// step() and run(). One thread. Destruction, also from inside a user's function, calls nobody.
class MemoryLink {
public:
    static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

    explicit MemoryLink(MemoryLinkSettings settings = {})
        : state_(std::make_shared<State>(std::move(settings))) {}
    ~MemoryLink() { state_->ends[0].user = state_->ends[1].user = nullptr; }
    MemoryLink(const MemoryLink&) = delete;
    MemoryLink& operator=(const MemoryLink&) = delete;

    Connection& end(std::size_t index) { return state_->ends.at(index); }
    /// Before the first step.
    void attach(std::size_t index, ConnectionUser& user) { state_->ends.at(index).user = &user; }

    /// Does the next single thing that is due, ends taking turns: a kernel takes bytes, at most
    /// `most` bytes arrive, somebody hears drained() or closed(). False: nothing is due.
    bool step(std::size_t most = kAll) {
        const std::shared_ptr<State> alive = state_;
        return alive->step(most);
    }
    /// Steps until nothing is due, at most `limit` times; returns whether nothing is due.
    bool run(std::size_t limit = 1'000'000) {
        const std::shared_ptr<State> alive = state_;
        for (; limit > 0; --limit) {
            if (!alive->step(kAll)) return true;
        }
        return false;
    }

    /// Nothing arrives at this end until it is released.
    void stall(std::size_t index, bool stalled) { state_->ends.at(index).stalled = stalled; }
    bool stalled(std::size_t index) const { return state_->ends.at(index).stalled; }
    /// Sent by the other end and not yet arrived at this one.
    std::size_t in_transit(std::size_t index) const {
        const End& sender = state_->ends.at(1 - index);
        return sender.queued.size() + sender.in_flight.size();
    }
    /// The connection breaks: what has not arrived is lost, both ends hear closed() in later steps.
    void cut(const std::string& reason = "connection lost") { state_->cut(reason); }
    /// The same as soon as so many more bytes have arrived at this end.
    void cut_after(std::size_t index, std::size_t bytes) {
        state_->ends.at(index).cut_after = bytes;
        if (bytes == 0) state_->cut("connection lost");
    }
    /// The time that close() gives to queued bytes is over: a close that hangs becomes a cut.
    void close_limit_passes() {
        if (state_->ends[0].closing || state_->ends[1].closing) state_->cut("connection lost");
    }
    /// Both ends have heard closed().
    bool over() const { return state_->ends[0].told && state_->ends[1].told; }

private:
    struct State;

    struct End final : Connection {
        void send(std::string bytes) override {
            if (closing || ended || bytes.empty()) return;
            queued.append(std::move(bytes));
            if (queued.size() > state->settings.high_water) above_high_water = true;
        }
        std::size_t unsent() const override { return queued.size(); }
        void close(const std::string& why) override {
            if (closing || ended) return;
            closing = true;
            reason = why;
        }
        const std::vector<std::string>& peer_names() const override {
            return state->settings.names[1 - index];
        }
        std::string peer_address() const override { return state->settings.addresses[1 - index]; }

        State* state = nullptr;
        std::size_t index = 0;
        ConnectionUser* user = nullptr;
        ByteQueue queued;     ///< not yet taken by the kernel
        ByteQueue in_flight;  ///< taken, not yet arrived at the other end
        bool above_high_water = false;
        bool stalled = false;
        std::optional<std::size_t> cut_after;
        bool closing = false;  ///< close() was called
        bool ended = false;    ///< closed() is due
        bool told = false;     ///< closed() was called
        std::string reason;
    };

    struct State {
        explicit State(MemoryLinkSettings given) : settings(std::move(given)) {
            for (std::size_t i = 0; i < 2; ++i) {
                ends[i].state = this;
                ends[i].index = i;
            }
        }

        bool step(std::size_t most) {
            for (std::size_t i = 0; i < 2; ++i) {
                const std::size_t index = (turn + i) % 2;
                if (advance(ends[index], ends[1 - index], most)) {
                    turn = 1 - index;
                    return true;
                }
            }
            return false;
        }

        /// One thing that is due at `here`.
        bool advance(End& here, End& there, std::size_t most) {
            if (here.ended) return tell(here);
            if (arrive(here, there, most)) return true;
            if (take(here)) return true;
            return finish(here, there);
        }

        bool tell(End& here) {
            if (here.told) return false;
            here.told = true;
            if (here.user != nullptr) std::exchange(here.user, nullptr)->closed(here.reason);
            return true;
        }

        bool arrive(End& here, End& there, std::size_t most) {
            if (here.stalled || there.in_flight.size() == 0 || most == 0) return false;
            const std::string bytes =
                there.in_flight.take(std::min(most, here.cut_after.value_or(kAll)));
            if (here.cut_after) *here.cut_after -= bytes.size();
            const bool cut_now = here.cut_after == std::size_t{0};
            if (here.user != nullptr && !here.closing) {
                const auto* begin = reinterpret_cast<const std::uint8_t*>(bytes.data());
                here.user->received(std::span(begin, bytes.size()));
            }
            if (cut_now) cut("connection lost");
            return true;
        }

        bool take(End& here) {
            const std::size_t room =
                settings.window - std::min(settings.window, here.in_flight.size());
            if (here.queued.size() == 0 || room == 0) return false;
            here.in_flight.append(here.queued.take(room));
            if (here.above_high_water && here.queued.size() < settings.high_water / 2) {
                here.above_high_water = false;
                if (here.user != nullptr && !here.closing) here.user->drained();
            }
            return true;
        }

        /// The other end's close() has arrived behind its last byte.
        bool finish(End& here, End& there) {
            if (!there.closing || there.ended || here.stalled) return false;
            if (there.queued.size() + there.in_flight.size() > 0) return false;
            end(here, "closed by the peer");
            end(there, "");
            return true;
        }

        void cut(const std::string& why) {
            for (End& each : ends) end(each, why);
        }

        /// Who called close() hears the reason given there.
        void end(End& which, const std::string& why) {
            if (which.ended) return;
            which.ended = true;
            if (!which.closing) which.reason = why;
            which.queued.clear();
            which.in_flight.clear();
        }

        MemoryLinkSettings settings;
        std::array<End, 2> ends;
        std::size_t turn = 0;
    };

    std::shared_ptr<State> state_;
};

}  // namespace mobility
