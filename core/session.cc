// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Bytes in, messages out; silence noticed.
#include "core/session.h"

#include <algorithm>

#include "core/one_line.h"

namespace mobility {
namespace {

constexpr std::size_t kCongested = 256 * 1024;  // octets queued in the connection

void tidy(std::string& text) { text = one_line(std::move(text)); }

/// Texts of the peer's enter here: beyond this point each is one short line. (A name that had to
/// be altered is no name that anybody has.)
void tidy_texts(control::Message& message) {
    if (message.has_associate()) {
        auto& associate = *message.mutable_associate();
        tidy(*associate.mutable_identity());
        tidy(*associate.mutable_lease_domain());
        tidy(*associate.mutable_software());
    } else if (message.has_associate_reply()) {
        tidy(*message.mutable_associate_reply()->mutable_identity());
        tidy(*message.mutable_associate_reply()->mutable_text());
    } else if (message.has_disassociate()) {
        tidy(*message.mutable_disassociate()->mutable_text());
    } else if (message.has_acknowledgement()) {
        for (auto& result : *message.mutable_acknowledgement()->mutable_results()) {
            if (!result.text().empty()) tidy(*result.mutable_text());
        }
    }
}

}  // namespace

Session::Session(Connection& connection, SessionUser& user, SessionTimers timers, Instant now)
    : connection_(&connection),
      user_(user),
      timers_(timers),
      last_tick_(now),
      last_heartbeat_(now) {}

void Session::send(const control::Message& message) {
    if (!connection_ || ending_) return;
    connection_->send(encode_frame(message));
    if (connection_->unsent() <= kMostUnsent) return;
    ending_ = overrun_ = true;
    connection_->close("it takes too little of what it is told: " +
                       std::to_string(connection_->unsent() >> 20) + " MiB wait for it");
}

void Session::end(control::Code code, const std::string& text) {
    if (!connection_ || ending_) return;
    control::Message message;
    message.mutable_disassociate()->set_code(code);
    message.mutable_disassociate()->set_text(text);
    send(message);
    ending_ = true;
    connection_->close(text);
}

bool Session::congested() const { return connection_ && connection_->unsent() > kCongested; }

void Session::tick(Instant now) {
    if (!connection_ || ending_) return;
    const auto passed = std::min<Instant::duration>(now - last_tick_, timers_.heartbeat);
    last_tick_ = now;
    age_ += passed;
    silence_ = std::exchange(heard_, false) ? Instant::duration{0} : silence_ + passed;
    if (silence_ >= timers_.heartbeat * timers_.missed) {
        ending_ = true;
        const auto silence = std::chrono::duration_cast<Milliseconds>(silence_);
        connection_->close("nothing heard for " + std::to_string(silence.count()) + " ms");
        return;
    }
    if (now - last_heartbeat_ < timers_.heartbeat) return;
    last_heartbeat_ = now;
    control::Message message;
    message.mutable_heartbeat();
    send(message);
}

void Session::received(std::span<const std::uint8_t> bytes) {
    heard_ = true;
    reader_.append(bytes);
    while (connection_ && !ending_) {
        auto next = reader_.next();
        if (!next) {
            end(control::CODE_UNSUPPORTED, next.error());
            return;
        }
        if (!*next) return;
        auto& message = **next;
        tidy_texts(message);
        if (message.has_heartbeat()) {
            if (congested()) continue;  // what waits for the peer tells it as much
            control::Message answer;
            answer.mutable_heartbeat_ack();
            send(answer);
        } else if (message.has_disassociate()) {
            ending_ = true;
            connection_->close("the peer ended the session: " + message.disassociate().text());
        } else if (!message.has_heartbeat_ack()) {
            user_.message(*this, message);
        }
    }
}

void Session::drained() { user_.drained(*this); }

void Session::closed(const std::string& reason) {
    connection_ = nullptr;
    user_.closed(*this, reason);
}

}  // namespace mobility
