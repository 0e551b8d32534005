// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The configuration of a route agent, read strictly: which roles it has, who it is, whom it talks
// to.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/access_router.h"
#include "core/anchor.h"
#include "core/attestation.h"
#include "daemon/config_file.h"
#include "daemon/log_config.h"
#include "daemon/privileges.h"
#include "route-agent/announcement_socket.h"
#include "transport/socket_address.h"
#include "transport/tls_identity.h"

namespace mobility {

/// Key `anchor`: this box owns prefixes.
struct AnchorRole {
    SocketAddress listen;
    IpAddress tunnel_address;
    std::vector<Prefix> prefixes;
    std::string inventory_file;
    MoveRequires move_requires = MoveRequires::kLinkLayerAddress;
    bool reverse_tunnel = true;
    AttestationPolicy attestation = AttestationPolicy::kPreferred;
    Limits limits;
    std::optional<std::string> authorized_mns_file;  ///< nothing: every MN is
    std::string journal_file;                        ///< empty: none
    std::optional<Seconds> keep_bindings;            ///< AnchorSettings::keep_bindings
    std::optional<AnnouncerSettings> announce;       ///< nothing: it does not
};

/// An anchor that is dialled.
struct DialledAnchor {
    std::string name;
    std::optional<SocketAddress> address;  ///< nothing: where it announces itself
};

/// Where an AR hears announcements.
struct AnnouncementsHeard {
    SocketAddress address;
    std::optional<MulticastGroup> group;
};

/// Key `access`: MNs attach to this box.
struct AccessRole {
    IpAddress tunnel_address;
    std::vector<AccessInterface> interfaces;
    std::vector<DialledAnchor> anchors;
    std::uint32_t core_mtu = 0;
    MnToMn mn_to_mn = MnToMn::kDirect;
    std::string
        attestation_socket;  ///< where the relay says what it has relayed; empty: it does not
    std::optional<AnnouncementsHeard> announcements;  ///< nothing: they are not heard
    std::optional<Seconds> keep_bindings;             ///< AccessSettings::keep_bindings
};

/// Key `authority`: this box knows which MNs may be served.
struct AuthorityRole {
    std::vector<DialledAnchor> anchors;
    std::string authorized_mns_file;
};

struct RouteAgentSettings {
    std::string identity;
    TlsFiles tls;
    TunnelMode mode = TunnelMode::kSeg6;
    std::optional<AnchorRole> anchor;
    std::optional<AccessRole> access;
    std::optional<AuthorityRole> authority;
    Milliseconds heartbeat{2000};
    Milliseconds kernel_check{10'000};  ///< 0: never
    std::string control_socket;         ///< empty: none
    std::optional<std::string> pid_file;
    std::optional<Account> user;
    LogConfig log;
};

/// Throws a ConfigError that names the key, the value and what was expected.
RouteAgentSettings read_settings(const std::string& path);

/// The claims of access routers and sources, and which MNs are served. Throws a ConfigError;
/// `inventory` is then as it was.
void read_inventory(const AnchorRole& role, Inventory& inventory);

}  // namespace mobility
