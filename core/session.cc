// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Bytes in, messages out; silence noticed.
#include "core/session.h"

namespace mobility {
namespace {
constexpr std::size_t kCongested = 256 * 1024;  // octets queued in the connection
}

Session::Session(Connection& connection, SessionUser& user, SessionTimers timers, Instant now)
    : connection_(&connection),
      user_(user),
      timers_(timers),
      last_heard_(now),
      last_heartbeat_(now) {}

void Session::send(const control::Message& message) {
    if (connection_ && !ending_) connection_->send(encode_frame(message));
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
    if (std::exchange(heard_, false)) last_heard_ = now;
    if (now - last_heard_ >= timers_.heartbeat * timers_.missed) {
        ending_ = true;
        const auto silence = std::chrono::duration_cast<Milliseconds>(now - last_heard_);
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
        const auto next = reader_.next();
        if (!next) {
            end(control::CODE_UNSUPPORTED, next.error());
            return;
        }
        if (!*next) return;
        const auto& message = **next;
        if (message.has_heartbeat()) {
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
