// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What tests of the transport share: waiting for an event with a limit, users that write down what
// they hear, and a Dialer joined to a Listener over the loopback address.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/connection.h"
#include "transport/dialer.h"
#include "transport/listener.h"

namespace mobility::testing {

/// Runs `io` until `done` holds. False when that has not come about within the limit.
bool run_until(boost::asio::io_context& io, const std::function<bool()>& done,
               std::chrono::milliseconds limit = std::chrono::seconds(20));
/// Writes down what it hears; the hooks run after that.
class Recorder : public ConnectionUser {
public:
    void received(std::span<const std::uint8_t> bytes) override {
        text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
        if (on_received) on_received();
    }
    void drained() override {
        ++drains;
        if (on_drained) on_drained();
    }
    void closed(const std::string& reason) override {
        reasons.push_back(reason);
        connection = nullptr;
        if (on_closed) on_closed();
    }

    Connection* connection = nullptr;
    std::string text;
    int drains = 0;
    std::vector<std::string> reasons;
    std::function<void()> on_received;
    std::function<void()> on_drained;
    std::function<void()> on_closed;
};

class DialRecorder : public DialerUser {
public:
    ConnectionUser* connected(Connection& connection) override {
        ++connections;
        user.connection = &connection;
        if (on_connected) on_connected();
        return wanted ? &user : nullptr;
    }
    void dial_failed(const std::string& reason) override {
        failures.push_back(reason);
        if (on_failed) on_failed();
    }

    Recorder user;
    int connections = 0;
    bool wanted = true;
    std::vector<std::string> failures;
    std::function<void()> on_connected;
    std::function<void()> on_failed;
};

class ListenRecorder : public ListenerUser {
public:
    ConnectionUser* accepted(Connection& connection) override {
        users.push_back(std::make_unique<Recorder>());
        users.back()->connection = &connection;
        names.push_back(connection.peer_names());
        if (on_accepted) on_accepted();
        return wanted ? users.back().get() : nullptr;
    }
    void refused(const std::string& peer, const std::string& reason) override {
        refusals.push_back(peer + ": " + reason);
        reasons.push_back(reason);
        if (on_refused) on_refused();
    }

    std::vector<std::unique_ptr<Recorder>> users;
    std::vector<std::vector<std::string>> names;
    bool wanted = true;
    std::vector<std::string> refusals;
    std::vector<std::string> reasons;
    std::function<void()> on_accepted;
    std::function<void()> on_refused;
};

/// 127.0.0.1, port chosen by the kernel.
SocketAddress any_port();

/// anchor.example listens; ar1.example dials it when told to. Each has its io_context, so that one
/// of them can fall asleep: it then neither reads nor answers, as a stopped process.
struct TlsPair {
    TlsPair(TlsIdentity anchor, TlsIdentity access, ListenerSettings settings = {});

    /// Where `listener` listens, `anchor.example` expected, a fast backoff.
    DialerSettings to_listener() const;
    /// Makes and starts the dialer.
    void dial();
    void dial(const DialerSettings& settings);
    /// Dials; both ends have the connection. False: it did not come about.
    bool connect();

    Recorder& access() { return dialed.user; }
    Recorder& anchor() { return *accepted.users.back(); }
    /// As the functions above, for both.
    bool run_until(const std::function<bool()>& done,
                   std::chrono::milliseconds limit = std::chrono::seconds(20));
    void run_for(std::chrono::milliseconds time);

    boost::asio::io_context anchor_io{1};
    boost::asio::io_context access_io{1};
    bool access_asleep = false;
    TlsIdentity access_identity;
    ListenRecorder accepted;
    DialRecorder dialed;
    std::unique_ptr<Listener> listener;
    std::unique_ptr<Dialer> dialer;
};

}  // namespace mobility::testing
