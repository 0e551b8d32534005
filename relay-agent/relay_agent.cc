// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Waits with epoll(7), reads a batch from whichever socket has one, relays it, sends what came of
// it in a batch again: while few clients ask each message leaves at once, and while many do the
// system calls are shared.
#include "relay-agent/relay_agent.h"

#include <linux/if_packet.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "dhcp-wire/dhcp6_message.h"
#include "relay-agent/own_addresses.h"
#include "relay-agent/relay_messages.h"
#include "relay-agent/socket_address.h"
#include "relay-agent/udp6_packet.h"

namespace mobility {
namespace {

/// What epoll reports beside an access link's number.
constexpr std::uint64_t kUdp = UINT64_MAX;
constexpr std::uint64_t kFragments = UINT64_MAX - 1;
constexpr std::uint64_t kTimer = UINT64_MAX - 2;
constexpr std::uint64_t kSignal = UINT64_MAX - 3;
constexpr std::uint64_t kAttestor = UINT64_MAX - 4;
/// And a descriptor of DHCPv4's.
constexpr std::uint64_t kDhcp4 = std::uint64_t{1} << 32;
constexpr std::uint64_t kDhcp4Last = kDhcp4 + INT32_MAX;

constexpr long kTickNanoseconds = 1'000'000'000 / RelayAgent::kTicksPerSecond;
constexpr std::size_t kMaxLinkLayerAddress = 8;

Error failed(const char* what) { return {std::string(what) + ": " + std::strerror(errno)}; }

Result<void> add(int epoll, int fd, std::uint64_t what) {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.u64 = what;
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) != 0 && errno != EEXIST) {
        return failed("epoll_ctl");
    }
    return {};
}

Result<Descriptor> open_timer() {
    Descriptor timer(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));
    const itimerspec every{{0, kTickNanoseconds}, {0, kTickNanoseconds}};
    if (timer.get() < 0 || timerfd_settime(timer.get(), 0, &every, nullptr) != 0) {
        return failed("timerfd");
    }
    return timer;
}

IpAddress source_of(const Received& received) {
    return from_in6_addr(reinterpret_cast<const sockaddr_in6*>(received.from)->sin6_addr);
}

std::optional<Dhcp6LinkLayerAddress> link_layer_source(const Received& received) {
    const auto* const from = reinterpret_cast<const sockaddr_ll*>(received.from);
    if (from->sll_halen == 0 || from->sll_halen > kMaxLinkLayerAddress) {
        return std::nullopt;
    }
    return Dhcp6LinkLayerAddress{from->sll_hatype, Bytes(from->sll_addr, from->sll_halen)};
}

}  // namespace

Result<std::unique_ptr<RelayAgent>> RelayAgent::open(const RelayConfig& config, Log& log) {
    auto claim = claim_network_namespace();
    if (!claim) {
        return Error{claim.error()};
    }
    auto udp = open_udp_socket();
    if (!udp) {
        return Error{udp.error()};
    }
    auto fragments = open_fragments_socket();
    if (!fragments) {
        return Error{fragments.error()};
    }
    auto links = AccessLinks::open(config.access_interfaces, fragments->get());
    if (!links) {
        return Error{links.error()};
    }
    if (udp->port_shared) {
        log.write(kRelayPortShared, "UDP port 547");
    }
    if (const int size = receive_buffer(udp->descriptor.get()); size < kReceiveBuffer) {
        log.write(kRelaySmallBuffer, std::to_string(size) + " bytes granted, " +
                                         std::to_string(2 * kReceiveBuffer) + " asked for");
    }
    auto agent = std::unique_ptr<RelayAgent>(
        new RelayAgent(config, log, {std::move(*claim), std::move(*udp), std::move(*fragments)},
                       std::move(*links)));
    auto attestor = Attestor::open(config.attestation_socket);
    if (!attestor) {
        return Error{attestor.error()};
    }
    agent->attestor_ = std::move(*attestor);
    auto dhcp4 = Dhcp4Agent::open(config, log, agent->attestor_);
    if (!dhcp4) {
        return Error{dhcp4.error()};
    }
    agent->dhcp4_ = std::move(*dhcp4);
    return agent;
}

RelayAgent::RelayAgent(const RelayConfig& config, Log& log, Sockets sockets, AccessLinks links)
    : log_(log),
      sockets_(std::move(sockets)),
      links_(std::move(links)),
      relay_(config),
      sending_(sockets_.udp.descriptor.get(), [this](const IpAddress& to, int error) {
          discard({DiscardReason::kNotSent, std::strerror(error) + (" to " + to.text())}, {});
      }) {
    links_.look(log_);
    look_at_addresses();
}

Result<void> RelayAgent::run(Signals& signals, const std::function<RelayConfig()>& read_config) {
    const auto timer = open_timer();
    const auto epoll = watch(signals);
    if (!timer || !epoll) {
        return Error{!timer ? timer.error() : epoll.error()};
    }
    if (const auto added = add(epoll->get(), timer->get(), kTimer); !added) {
        return added;
    }
    for (;;) {
        wait_for_route_agent(epoll->get());
        std::array<epoll_event, 16> events;
        const int count = epoll_wait(epoll->get(), events.data(), events.size(), -1);
        if (count < 0 && errno != EINTR) {
            return failed("epoll_wait");
        }
        now_ = std::chrono::steady_clock::now();
        for (int i = 0; i < count; ++i) {
            const std::uint64_t what = events[static_cast<std::size_t>(i)].data.u64;
            if (what == kTimer) {
                std::uint64_t expirations = 0;
                [[maybe_unused]] const auto size =
                    read(timer->get(), &expirations, sizeof expirations);
                tick(now_);
            } else if (what != kSignal) {
                receive(what);
            } else if (const auto signal = signals.next()) {
                if (*signal == DaemonSignal::kReload) {
                    reload(epoll->get(), read_config);
                    break;  // the events in hand may name links of the old configuration
                }
                count_dropped(now_);
                log_.write(kRelayCounters, text(counters_));
                if (dhcp4_) dhcp4_->tell_counters();
                if (*signal == DaemonSignal::kStop) {
                    log_.write_left_out(Instant::max());
                    return {};
                }
            }
        }
    }
}

Result<Descriptor> RelayAgent::watch(const Signals& signals) const {
    Descriptor epoll(epoll_create1(EPOLL_CLOEXEC));
    if (epoll.get() < 0) {
        return failed("epoll_create1");
    }
    for (const auto& added : {add(epoll.get(), sockets_.udp.descriptor.get(), kUdp),
                              add(epoll.get(), sockets_.fragments.get(), kFragments),
                              add(epoll.get(), signals.fd(), kSignal), watch_links(epoll.get())}) {
        if (!added) {
            return Error{added.error()};
        }
    }
    return epoll;
}

/// Also after a reload, when a link may have another number.
Result<void> RelayAgent::watch_links(int epoll) const {
    for (std::size_t link = 0; link < links_.size(); ++link) {
        const int fd = links_.packet_socket(link);
        epoll_ctl(epoll, EPOLL_CTL_DEL, fd, nullptr);
        if (const auto added = add(epoll, fd, link); !added) {
            return added;
        }
    }
    for (const int fd : dhcp4_ ? dhcp4_->descriptors() : std::vector<int>{}) {
        if (const auto added = add(epoll, fd, kDhcp4 + static_cast<std::uint64_t>(fd)); !added) {
            return added;
        }
    }
    return {};
}

void RelayAgent::receive(std::uint64_t socket) {
    if (socket >= kDhcp4 && socket <= kDhcp4Last) {
        dhcp4_->receive(static_cast<int>(socket - kDhcp4), now_);
        return;
    }
    if (socket == kAttestor) {
        waiting_for_route_agent_ = false;
        tell_route_agent();
        return;
    }
    if (socket == kUdp) {
        receive_unicast();
    } else if (socket == kFragments) {
        receive_fragments();
    } else {
        receive_packets(socket);
    }
    sending_.flush();
    relay_forwards_used_ = 0;
}

void RelayAgent::receive_packets(std::size_t link) {
    const std::size_t count = received_.receive(links_.packet_socket(link));
    for (std::size_t i = 0; i < count; ++i) {
        relay_packet(link, received_[i]);
    }
}

void RelayAgent::relay_packet(std::size_t link, const Received& received) {
    const auto packet = parse_udp6_packet(received.bytes);
    if (!packet || received.truncated) {
        discard({DiscardReason::kMalformed, packet ? "truncated" : packet.error()}, {link, {}});
        return;
    }
    if (!received.checksum_trusted && !udp6_checksum_is_right(*packet)) {
        discard({DiscardReason::kBadChecksum, "in a whole packet"}, {link, packet->source});
        return;
    }
    relay_up({link, packet->source, true, link_layer_source(received), packet->payload});
}

/// What came whole was the packet socket's.
void RelayAgent::receive_fragments() {
    static const IpAddress kGroup = *IpAddress::parse(kAllDhcpRelayAgentsAndServers);
    const std::size_t count = received_.receive(sockets_.fragments.get());
    for (std::size_t i = 0; i < count; ++i) {
        const Received received = received_[i];
        const auto link = links_.find(received.interface_index);
        if (!received.fragmented || !link) {
            continue;
        }
        const auto packet = parse_udp6_datagram(received.bytes, source_of(received), kGroup);
        if (!packet || received.truncated) {
            discard({DiscardReason::kMalformed, packet ? "truncated" : packet.error()},
                    {link, source_of(received)});
        } else if (!udp6_checksum_is_right(*packet)) {
            discard({DiscardReason::kBadChecksum, "in fragments"}, {link, packet->source});
        } else {
            relay_up({*link, packet->source, true, std::nullopt, packet->payload});
        }
    }
}

void RelayAgent::receive_unicast() {
    const std::size_t count = received_.receive(sockets_.udp.descriptor.get());
    for (std::size_t i = 0; i < count; ++i) {
        const Received received = received_[i];
        if (const auto link = links_.find(received.interface_index)) {
            relay_up({*link, source_of(received), false, std::nullopt, received.bytes});
        } else {
            relay_down({source_of(received), received.bytes});
        }
    }
}

void RelayAgent::relay_up(const FromAccess& message) {
    std::vector<std::uint8_t>& relay_forward = relay_forwards_[relay_forwards_used_];
    if (const auto discarded = relay_.relay_from_access(message, relay_forward)) {
        discard(*discarded, {message.access_interface, message.source});
        return;
    }
    ++relay_forwards_used_;
    if (attestor_ && !attestor_->attest(relay_forward, now_)) {
        not_attested();
    }
    const bool from_lower_relay =
        message.message[0] == static_cast<std::uint8_t>(Dhcp6MessageType::kRelayForward);
    if (!from_lower_relay) {
        direct_.heard(message, now_);
    }
    ++(from_lower_relay ? counters_.relay_forwards_relayed : counters_.client_messages_relayed);
    const RelayConfig& config = relay_.config();
    for (const ServerAddress& server : config.servers) {
        sending_.add(relay_forward,
                     {server.address, server.port, 0, config.source_address.value_or(IpAddress())});
        ++counters_.relay_forwards_sent;
    }
}

/// Only while it is busy: each word that it reads makes the socket writable.
void RelayAgent::wait_for_route_agent(int epoll) {
    if (!attestor_ || !attestor_->busy() || waiting_for_route_agent_) {
        return;
    }
    epoll_event event{};
    event.events = EPOLLOUT | EPOLLONESHOT;
    event.data.u64 = kAttestor;
    const int fd = attestor_->descriptor();
    waiting_for_route_agent_ = epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0 ||
                               epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

/// What waited for it. That it does not listen is said when there is a message to tell of.
void RelayAgent::tell_route_agent() {
    const auto before = attestor_->waiting();
    const bool told = attestor_->tell(now_);
    if (!told && attestor_->waiting() < before) {
        not_attested();
    }
}

void RelayAgent::not_attested() {
    ++counters_.not_attested;
    log_.write_limited(kRelayNotAttested, now_, [&] { return attestor_->path(); });
}

void RelayAgent::relay_down(const FromCore& message) {
    const auto relayed = relay_.relay_from_core(message);
    if (const auto* const discarded = std::get_if<Discarded>(&relayed)) {
        discard(*discarded, {{}, message.source});
        return;
    }
    const ToAccess& to = std::get<ToAccess>(relayed);
    const unsigned index = to.access_interface ? links_.index(*to.access_interface) : 0;
    if (to.access_interface && index == 0) {
        discard({DiscardReason::kInterfaceAbsent, "for " + to.peer.text()},
                {to.access_interface, {}});
        return;
    }
    const auto& link = to.access_interface;
    if (!link || !direct_.send(to, name(*link), index, links_.packet_socket(*link))) {
        sending_.add(to.message, {to.peer, to.port, index, IpAddress()});
    }
    ++counters_.relay_replies_relayed;
}

void RelayAgent::discard(const Discarded& discarded, const Origin& origin) {
    ++counters_[discarded.reason];
    log_.write_limited(discard_message(discarded.reason), now_, [&] {
        const std::string place = origin.link ? name(*origin.link) + ": " : "";
        const std::string from = origin.source ? "from " + origin.source->text() + ": " : "";
        return place + from + discarded.text;
    });
}

std::string RelayAgent::name(std::size_t link) const {
    return relay_.config().access_interfaces[link].name;
}

}  // namespace mobility
