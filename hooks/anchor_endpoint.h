// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One anchor as the service thread sees it: the Dialer that keeps a connection up and the session
// that speaks over it.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>
#include <string>

#include "core/clock.h"
#include "core/source_session.h"
#include "hooks/service.h"
#include "transport/backoff.h"
#include "transport/dialer.h"

namespace mobility {

/// Owner and thread: Service's. Stands between connection and session, so that `changed` is called
/// after everything that can change whether the anchor is present.
class Service::Endpoint final : private DialerUser, private ConnectionUser {
public:
    Endpoint(boost::asio::io_context& io, const Configuration& configuration, AnchorIndex anchor,
             Source& source, std::function<void()> changed);

    void start();
    SourceSession& session() { return session_; }
    AnchorStatus status(bool present) const;

private:
    class SteadyClock final : public Clock {
    public:
        Moment now() const override;
    };

    void pause_dialling();

    ConnectionUser* connected(Connection& connection) override;
    void dial_failed(const std::string& reason) override;
    void received(std::span<const std::uint8_t> bytes) override;
    void drained() override;
    void closed(const std::string& reason) override;

    boost::asio::io_context& io_;
    const Configuration& configuration_;
    const AnchorParameters& parameters_;
    std::function<void()> changed_;
    SteadyClock clock_;
    SourceSession session_;
    ConnectionUser* user_ = nullptr;  ///< of the connection that stands
    std::unique_ptr<Dialer> dialer_;
    boost::asio::steady_timer pause_timer_;
    Backoff pauses_;
    std::string last_failure_;
    Instant failure_logged_{};
};

}  // namespace mobility
