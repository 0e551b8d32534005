// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A Dialer for each anchor whose address is known.
#include "route-agent/anchor_link.h"

#include <utility>

namespace mobility {
namespace {
constexpr Milliseconds kLongestPause{2'000};
constexpr Milliseconds kLasting{5'000};
}  // namespace

AnchorLink::AnchorLink(boost::asio::io_context& io, TlsIdentity identity,
                       const DialledAnchor& anchor, Users users)
    : io_(io), identity_(std::move(identity)), name_(anchor.name), users_(std::move(users)) {
    if (anchor.address) dial(*anchor.address);
}

void AnchorLink::dial(const SocketAddress& peer) {
    DialerSettings settings;
    settings.peer = peer;
    settings.expected_name = name_;
    settings.backoff_last = kLongestPause;
    settings.lasting = kLasting;
    dialer_ = std::make_unique<Dialer>(io_, identity_, settings, *this);
    dialer_->start();
}

void AnchorLink::dial_now(const std::optional<AnnouncedAddress>& at) {
    std::optional<SocketAddress> peer;
    if (at) peer = SocketAddress{at->address, at->port};
    if (dialer_) return dialer_->dial_now(peer);
    if (peer) dial(*peer);
}

void AnchorLink::use(TlsIdentity identity) {
    identity_ = std::move(identity);
    if (dialer_) dialer_->use(identity_);
}

}  // namespace mobility
