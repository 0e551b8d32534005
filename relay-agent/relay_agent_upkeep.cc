// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What the relay agent does beside relaying: it looks at interfaces and addresses, counts what the
// kernel dropped, and follows its configuration.
#include "relay-agent/own_addresses.h"
#include "relay-agent/relay_agent.h"
#include "relay-agent/relay_messages.h"

namespace mobility {

void RelayAgent::tick(Instant now) {
    links_.look(log_);
    if (attestor_) tell_route_agent();
    if (dhcp4_) dhcp4_->look();
    if (++ticks_ % kTicksPerSecond == 0) {
        if (dhcp4_) dhcp4_->look_at_addresses();
        look_at_addresses();
        count_dropped(now);
        log_.write_left_out(now);
    }
}

void RelayAgent::look_at_addresses() {
    if (const auto addresses = read_own_addresses()) {
        relay_.set_own_addresses(*addresses);
        direct_.set_own_addresses(*addresses);
    }
    const auto& source = relay_.config().source_address;
    const bool absent = source && !relay_.is_own(*source);
    if (absent && !told_of_source_address_) {
        log_.write(kRelaySourceAddressAbsent, source->text());
    }
    told_of_source_address_ = absent;
}

void RelayAgent::count_dropped(Instant now) {
    if (dhcp4_) dhcp4_->count_dropped(now);
    const std::uint64_t from_access = links_.take_dropped();
    const std::uint64_t all_from_core = datagrams_dropped(sockets_.udp.descriptor.get());
    const std::uint64_t from_core = all_from_core - counters_.dropped_by_kernel_from_core;
    counters_.dropped_by_kernel_from_access += from_access;
    counters_.dropped_by_kernel_from_core = all_from_core;
    if (from_access + from_core != 0) {
        log_.write_limited(kRelayDroppedByKernel, now, [&] {
            return std::to_string(from_access) + " from access links, " +
                   std::to_string(from_core) + " from the core";
        });
    }
}

void RelayAgent::reload(int epoll, const std::function<RelayConfig()>& read_config) {
    try {
        const RelayConfig config = read_config();
        if (const auto servable = Dhcp4Agent::can_follow(dhcp4_.get(), config); !servable) {
            log_.write(kRelayReloadRefused, servable.error());
            return;
        }
        if (config.attestation_socket != relay_.config().attestation_socket) {
            log_.write(kRelayReloadRefused, "attestation-socket has changed: that takes a restart");
            return;
        }
        if (const auto changed = links_.reconfigure(config.access_interfaces); !changed) {
            log_.write(kRelayReloadRefused, changed.error());
            return;
        }
        if (dhcp4_) dhcp4_->reconfigure(config);
        relay_ = Dhcp6Relay(config);
        direct_.forget_clients();
        if (const auto watched = watch_links(epoll); !watched) {
            log_.write(kRelayFailed, watched.error());
        }
        links_.look(log_);
        look_at_addresses();
        log_.configure(config.log);
        log_.write(kRelayReloaded, std::to_string(config.access_interfaces.size()) +
                                       " access interfaces, " +
                                       std::to_string(config.servers.size()) + " servers");
    } catch (const ConfigError& error) {
        log_.write(kRelayReloadRefused, error.what());
    }
}

}  // namespace mobility
