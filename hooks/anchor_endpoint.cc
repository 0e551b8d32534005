// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Dialling one anchor.
#include "hooks/anchor_endpoint.h"

#include <utility>

#include "hooks/log.h"

namespace mobility {
namespace {

constexpr Seconds kFailureInterval{60};
/// After an anchor that was reached would not have us: the next answer will hardly be another.
constexpr Milliseconds kFirstPause{1'000};
constexpr Milliseconds kLastPause{30'000};

DialerSettings dialer_settings(const AnchorParameters& anchor) {
    DialerSettings settings;
    settings.peer = anchor.address;
    settings.expected_name = anchor.name;
    return settings;
}

SourceIdentity source_identity(const Configuration& configuration) {
    return {configuration.identity, configuration.parameters.lease_domain, "libdhcp_mobility"};
}

}  // namespace

Moment Service::Endpoint::SteadyClock::now() const {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::steady_clock::now(),
            static_cast<std::uint64_t>(std::chrono::duration_cast<Milliseconds>(wall).count())};
}

Service::Endpoint::Endpoint(boost::asio::io_context& io, const Configuration& configuration,
                            AnchorIndex anchor, Source& source, std::function<void()> changed)
    : io_(io),
      configuration_(configuration),
      parameters_(configuration.parameters.anchors[anchor]),
      changed_(std::move(changed)),
      session_(source, anchor, source_identity(configuration), parameters_.name,
               parameters_.prefixes, SessionTimers{}, clock_,
               [](const Notice& notice) { log_limited(notice); }),
      pause_timer_(io),
      pauses_(kFirstPause, kLastPause) {}

void Service::Endpoint::start() {
    DialerUser& user = *this;
    dialer_ = std::make_unique<Dialer>(io_, configuration_.tls, dialer_settings(parameters_), user);
    dialer_->start();
}

void Service::Endpoint::pause_dialling() {
    dialer_.reset();
    pause_timer_.expires_after(pauses_.pause(1));
    pause_timer_.async_wait([this](const boost::system::error_code& error) {
        if (!error) start();
    });
}

AnchorStatus Service::Endpoint::status(bool present) const {
    return {parameters_.name, parameters_.address.text(), session_.associated(), present,
            last_failure_};
}

ConnectionUser* Service::Endpoint::connected(Connection& connection) {
    last_failure_.clear();
    user_ = &session_.connected(connection);
    return this;
}

void Service::Endpoint::dial_failed(const std::string& reason) {
    const auto now = clock_.now().now;
    const bool news = reason != last_failure_;
    last_failure_ = reason;
    if (news || now - failure_logged_ >= kFailureInterval) {
        failure_logged_ = now;
        log_limited(
            kDialFailed, [&] { return parameters_.name + " at " + reason; }, parameters_.name);
    }
    changed_();
}

void Service::Endpoint::received(std::span<const std::uint8_t> bytes) {
    user_->received(bytes);
    if (session_.associated()) pauses_.restart();
    changed_();
}

void Service::Endpoint::drained() {
    user_->drained();
    changed_();
}

void Service::Endpoint::closed(const std::string& reason) {
    const bool was_associated = session_.associated();
    std::exchange(user_, nullptr)->closed(reason);
    changed_();
    if (was_associated) return;
    last_failure_ = reason;
    pause_dialling();
}

}  // namespace mobility
