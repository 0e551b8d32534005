// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One anchor that this agent dials, in one of its roles.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/announced_anchors.h"
#include "route-agent/settings.h"
#include "transport/dialer.h"

namespace mobility {

/// Thread: that of `io`.
class AnchorLink final : public DialerUser {
public:
    /// The session that takes a connection, and who hears that there is none.
    struct Users {
        std::function<ConnectionUser*(Connection&)> connected;
        std::function<void(const std::string&)> failed;
    };

    /// Without an address it is dialled where it announces itself.
    AnchorLink(boost::asio::io_context& io, TlsIdentity identity, const DialledAnchor& anchor,
               Users users);

    /// It has announced itself; `at`: there, from now on.
    void dial_now(const std::optional<AnnouncedAddress>& at);
    void use(TlsIdentity identity);

    ConnectionUser* connected(Connection& connection) override {
        return users_.connected(connection);
    }
    void dial_failed(const std::string& reason) override { users_.failed(reason); }

private:
    void dial(const SocketAddress& peer);

    boost::asio::io_context& io_;
    TlsIdentity identity_;
    std::string name_;
    Users users_;
    std::unique_ptr<Dialer> dialer_;  ///< nullptr: nobody knows where
};

}  // namespace mobility
