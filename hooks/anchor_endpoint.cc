// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Dialling one anchor.
#include "hooks/anchor_endpoint.h"

#include <utility>

#include "hooks/log.h"

namespace mobility {
namespace {

constexpr Seconds kFailureInterval{60};

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
    : parameters_(configuration.parameters.anchors[anchor]),
      changed_(std::move(changed)),
      session_(source, anchor, source_identity(configuration), parameters_.name,
               parameters_.prefixes, SessionTimers{}, clock_, log_notice),
      dialer_(io, configuration.tls, dialer_settings(parameters_), *this) {}

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
        log_warn(kDialFailed, parameters_.name + " at " + reason);
    }
    changed_();
}

void Service::Endpoint::received(std::span<const std::uint8_t> bytes) {
    user_->received(bytes);
    changed_();
}

void Service::Endpoint::drained() {
    user_->drained();
    changed_();
}

void Service::Endpoint::closed(const std::string& reason) {
    std::exchange(user_, nullptr)->closed(reason);
    changed_();
}

}  // namespace mobility
