// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The wiring, and the loop: wait, take in a batch of what has come, work it off.
#include "route-agent/agent.h"

#include <linux/capability.h>

#include <boost/asio.hpp>
#include <stdexcept>

#include "daemon/readiness.h"
#include "route-agent/advice.h"
#include "route-agent/anchor_link.h"
#include "route-agent/announced_dialling.h"
#include "route-agent/attestation_socket.h"
#include "route-agent/authorized_mns.h"
#include "route-agent/control_socket.h"
#include "route-agent/journal.h"
#include "route-agent/messages.h"
#include "route-agent/own_kernel.h"
#include "route-agent/status.h"
#include "route-agent/system_clock.h"
#include "transport/listener.h"

namespace mobility {
namespace {

namespace asio = boost::asio;
constexpr Milliseconds kTick{50};
constexpr Milliseconds kLastWords{100};
constexpr int kBatch = 256;
constexpr std::size_t kMostBindings = 50'000;
constexpr const char* kSoftware = "mobility-route-agent " MOBILITY_VERSION;

template <typename Value>
Value must(Result<Value> result) {
    if (!result) throw std::runtime_error(result.error());
    return std::move(*result);
}

void must(const Result<void>& result) {
    if (!result) throw std::runtime_error(result.error());
}

}  // namespace

class RouteAgent::Wiring final : public ListenerUser {
public:
    Wiring(RouteAgentSettings settings, std::string config_path, Log& log, Signals& signals)
        : settings_(std::move(settings)),
          config_path_(std::move(config_path)),
          log_(log),
          signals_(signals),
          signal_ready_(io_, signals.fd()),
          timer_(io_),
          deadline_(io_),
          identity_(must(TlsIdentity::load(settings_.tls))) {
        if (settings_.anchor) wire_anchor();
        if (settings_.access) wire_access();
        if (settings_.authority) wire_authority();
        if (!settings_.control_socket.empty()) {
            control_ = std::make_unique<ControlSocket>(
                io_, settings_.control_socket,
                [this](const std::string& question) { return answer(question); });
        }
    }
    ~Wiring() override { signal_ready_.release(); }

    void run();

    ConnectionUser* accepted(Connection& connection) override {
        return stopping_ ? nullptr : &anchor_->accept(connection);
    }
    void refused(const std::string& peer, const std::string& reason) override {
        log_.write_limited(route_agent::kRefusedConnection, clock_.now().now,
                           [&] { return peer + ": " + reason; });
    }

private:
    NodeTimers timers() const { return {{settings_.heartbeat, 4}, settings_.kernel_check}; }
    Notices notices() {
        return [this](const Notice& notice) { log_.write_limited(notice, clock_.now().now); };
    }
    /// What becomes of each MN is told at level debug only, and costs nothing otherwise.
    void keep_diaries(const LogConfig& log) {
        const bool wanted = log.level == LogLevel::kDebug;
        if (anchor_) anchor_->keep_diary(wanted);
        if (access_) access_->keep_diary(wanted);
    }

    void wire_anchor() {
        const auto& role = *settings_.anchor;
        read_inventory(role, inventory_);
        anchor_kernel_ = must(NetlinkForwarder::open(anchor_kernel(role)));
        AnchorSettings anchor;
        anchor.prefixes = role.prefixes;
        anchor.mode = settings_.mode;
        anchor.move_requires = role.move_requires;
        anchor.limits = role.limits;
        anchor.keep_bindings = role.keep_bindings;
        if (settings_.access) anchor.own_access_router = settings_.access->tunnel_address;
        anchor_ = std::make_unique<AnchorNode>(std::move(anchor), identity(role), inventory_,
                                               *anchor_kernel_, clock_, timers(), notices());
        if (role.journal_file.empty()) {
            log_.write(route_agent::kNoJournal, "journal-file is not set");
        } else {
            journal_ = std::make_unique<SqliteJournal>(
                JournalSettings{role.journal_file, settings_.identity, settings_.user});
        }
        keep_diaries(settings_.log);
        must(anchor_->start(journal_.get()));
        ListenerSettings listener;
        listener.address = role.listen;
        listener_ = std::make_unique<Listener>(io_, identity_, listener, *this);
        if (role.announce) announcer_ = std::make_unique<Announcer>(io_, *role.announce);
    }

    AnchorIdentity identity(const AnchorRole& role) const {
        AnchorIdentity identity{
            settings_.identity, role.tunnel_address, role.reverse_tunnel, kSoftware, {},
            role.attestation};
        if (role.attestation != AttestationPolicy::kOff) {
            identity.offer.features.insert(control::FEATURE_ATTESTATION);
        }
        return identity;
    }

    void wire_access() {
        const auto& role = *settings_.access;
        access_kernel_ = must(NetlinkForwarder::open(access_kernel(settings_)));
        AccessSettings access;
        access.mn_to_mn = role.mn_to_mn;
        access.identity = {settings_.identity, role.tunnel_address, {settings_.mode},
                           role.core_mtu,      kSoftware,           {}};
        for (const auto& interface : role.interfaces) {
            access.identity.link_addresses.push_back(interface.link_address);
        }
        access.interfaces = role.interfaces;
        for (const auto& anchor : role.anchors) access.anchors.push_back(anchor.name);
        access.keep_bindings = role.keep_bindings;
        if (!role.attestation_socket.empty()) {
            access.offer.features.insert(control::FEATURE_ATTESTATION);
            attestation_ = std::make_unique<AttestationSocket>(
                io_, role.attestation_socket, settings_.user,
                [this](const RelayedExchange& exchange) { access_->relayed(exchange); });
        }
        access_ = std::make_unique<AccessNode>(std::move(access), *access_kernel_, clock_, timers(),
                                               notices());
        keep_diaries(settings_.log);
        must(access_->start());
        links_ = links_to(role.anchors, *access_);
        if (role.announcements) {
            announced_ =
                std::make_unique<AnnouncedDialling>(io_, role, *access_, links_, clock_, log_);
        }
    }

    void wire_authority() {
        const auto& role = *settings_.authority;
        AuthoritySettings authority{settings_.identity, {}, kSoftware};
        for (const auto& anchor : role.anchors) authority.anchors.push_back(anchor.name);
        authority_ = std::make_unique<Authority>(std::move(authority),
                                                 read_authorized_mns(role.authorized_mns_file),
                                                 clock_, timers().session, notices());
        authority_links_ = links_to(role.anchors, *authority_);
    }

    using Links = std::vector<std::unique_ptr<AnchorLink>>;
    /// `node` has the sessions, in the order of `anchors`.
    template <typename Node>
    Links links_to(const std::vector<DialledAnchor>& anchors, Node& node) {
        Links links;
        for (std::size_t i = 0; i < anchors.size(); ++i) {
            const auto connected = [this, &node, i](Connection& to) {
                return stopping_ ? nullptr : &node.connected(i, to);
            };
            const auto failed = [this](const std::string& reason) {
                log_.write_limited(route_agent::kDialFailed, clock_.now().now,
                                   [&] { return reason; });
            };
            links.push_back(std::make_unique<AnchorLink>(io_, identity_, anchors[i],
                                                         AnchorLink::Users{connected, failed}));
        }
        return links;
    }

    void disassociate();
    void announce();
    void advise() const;
    void look_at_kernel();
    void wait_for_signal();
    void wait_for_tick();
    void wait_for_deadline();
    void tick(Instant now);
    void reload();
    std::string answer(const std::string& question);
    std::string status() const {
        Roles roles{anchor_.get(), access_.get(), authority_.get()};
        if (announced_) roles.announced = &announced_->anchors();
        if (announcer_) roles.announcements = announcer_->sent();
        return status_json(roles);
    }

    RouteAgentSettings settings_;
    std::string config_path_;
    Log& log_;
    Signals& signals_;
    SystemClock clock_;
    asio::io_context io_{1};
    asio::posix::stream_descriptor signal_ready_;
    asio::steady_timer timer_;
    asio::steady_timer deadline_;
    std::optional<Instant> woken_at_;  ///< by deadline_
    TlsIdentity identity_;
    Inventory inventory_;
    std::unique_ptr<NetlinkForwarder> anchor_kernel_;
    std::unique_ptr<NetlinkForwarder> access_kernel_;
    std::unique_ptr<SqliteJournal> journal_;
    std::unique_ptr<AnchorNode> anchor_;
    std::unique_ptr<AccessNode> access_;
    std::unique_ptr<Authority> authority_;
    std::unique_ptr<Listener> listener_;
    std::unique_ptr<Announcer> announcer_;
    Links links_;  ///< of the AR
    Links authority_links_;
    std::unique_ptr<AnnouncedDialling> announced_;
    std::unique_ptr<ControlSocket> control_;
    std::unique_ptr<AttestationSocket> attestation_;
    bool stopping_ = false;
};

void RouteAgent::Wiring::run() {
    const int keep[] = {CAP_NET_ADMIN};
    const std::size_t kept = anchor_ || access_ ? 1 : 0;  // an authority has no kernel to change
    must(drop_privileges(settings_.user, std::span(keep).first(kept)));
    if (journal_) journal_->serve();
    look_at_kernel();
    announce();
    tick(clock_.now().now);
    wait_for_signal();
    wait_for_tick();
    bool more = false;
    while (!stopping_) {
        if (!more) io_.run_one();
        for (int i = 0; i < kBatch && io_.poll_one() > 0; ++i) {
        }
        more = false;
        if (anchor_) more = anchor_->work();
        if (access_) more = access_->work() || more;
        wait_for_deadline();
    }
    log_.write(route_agent::kCounters, status());
    disassociate();
    log_.write(route_agent::kStopped, "routes stay installed");
}

/// Peers that are told need not wait for silence; whoever does not listen is not waited for, and
/// who comes again is not taken.
void RouteAgent::Wiring::disassociate() {
    if (anchor_) anchor_->leave("this anchor's agent stops");
    if (access_) access_->leave("this access router's agent stops");
    if (authority_) authority_->leave("this authority's agent stops");
    io_.run_for(kLastWords);
}

void RouteAgent::Wiring::announce() {
    log_.write(route_agent::kPrivileges, describe_privileges());
    advise();
    std::string roles;
    const auto add = [&](const std::string& role) { roles += (roles.empty() ? "" : "; ") + role; };
    const auto found = [](const auto& node) {
        return std::to_string(node.reconciler().installed().size()) + " routes found";
    };
    if (anchor_) add("anchor at " + listener_->address().text() + ", " + found(*anchor_));
    if (access_) add("access router, " + found(*access_));
    if (authority_) add("authority of " + std::to_string(authority_->granted()) + " MNs");
    log_.write(route_agent::kReady, settings_.identity + ": " + roles);
    announce_ready("mobility-route-agent");
}

/// What --check says too, but for the kernel.
void RouteAgent::Wiring::advise() const {
    const auto tell = [this](const LogMessage& message, const std::vector<std::string>& lines) {
        for (const auto& line : lines) log_.write(message, line);
    };
    tell(route_agent::kCertificate, certificate_faults(settings_, identity_));
    tell(route_agent::kCertificate, identity_.warnings());
    tell(route_agent::kConfiguration, contradictions(settings_, inventory_));
}

/// What would lose packets in silence is better said before the first one comes.
void RouteAgent::Wiring::look_at_kernel() {
    if (!anchor_ && !access_) return;
    const auto findings = check_kernel(kernel_expectations(settings_, inventory_));
    if (!findings) return log_.write(route_agent::kKernelCheck, findings.error());
    for (const auto& finding : *findings) log_.write(route_agent::kKernelCheck, finding);
}

void RouteAgent::Wiring::wait_for_signal() {
    signal_ready_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const auto& error) {
        if (error) return;
        while (const auto signal = signals_.next()) {
            switch (*signal) {
                case DaemonSignal::kStop:
                    stopping_ = true;
                    break;
                case DaemonSignal::kReload:
                    reload();
                    break;
                case DaemonSignal::kCounters:
                    log_.write(route_agent::kCounters, status());
                    break;
            }
        }
        wait_for_signal();
    });
}

void RouteAgent::Wiring::wait_for_tick() {
    timer_.expires_after(kTick);
    timer_.async_wait([this](const auto& error) {
        if (error) return;
        tick(clock_.now().now);
        wait_for_tick();
    });
}

void RouteAgent::Wiring::wait_for_deadline() {
    const auto when = anchor_ ? anchor_->next_deadline() : std::nullopt;
    if (!when || when == woken_at_) return;
    woken_at_ = when;
    deadline_.expires_at(*when);
    deadline_.async_wait([this](const auto& error) {
        if (!error) woken_at_.reset();  // to run on is all that it is for
    });
}

void RouteAgent::Wiring::tick(Instant now) {
    if (anchor_) anchor_->tick(now);
    if (access_) access_->tick(now);
    if (authority_) authority_->tick(now);
    if (announced_) announced_->tick();
    if (announcer_) announcer_->work(now, [this] { return anchor_->without_session(); });
    log_.write_left_out(now);
}

/// All or nothing: what is read again is checked before any of it takes effect.
void RouteAgent::Wiring::reload() {
    try {
        const auto fresh = read_settings(config_path_);
        const auto identity = must(TlsIdentity::load(fresh.tls));
        Inventory checked;
        if (anchor_) read_inventory(*settings_.anchor, checked);
        std::unordered_set<MnId> granted;
        if (authority_) granted = read_authorized_mns(settings_.authority->authorized_mns_file);
        log_.configure(fresh.log);
        keep_diaries(fresh.log);
        if (anchor_) read_inventory(*settings_.anchor, inventory_);
        identity_ = identity;
        if (listener_) listener_->use(identity_);
        for (auto& link : links_) link->use(identity_);
        for (auto& link : authority_links_) link->use(identity_);
        if (anchor_) anchor_->inventory_changed();
        if (authority_) authority_->grant(granted);
        log_.write(route_agent::kReloaded, config_path_);
        advise();
    } catch (const std::exception& error) {
        log_.write(route_agent::kReloadFailed, error.what());
    }
}

std::string RouteAgent::Wiring::answer(const std::string& question) {
    static const std::string kConfirm = "confirm-removal ";
    static const std::string kGone = "gone ";
    if (question == "status") return status();
    if (anchor_ && question == "bindings") {
        return bindings_json(*anchor_, inventory_, clock_.now().now, kMostBindings);
    }
    if (anchor_ && question.rfind(kConfirm, 0) == 0) {
        const auto removed = anchor_->confirm_removal(question.substr(kConfirm.size()));
        return "{\"removed\":" + std::to_string(removed) + "}";
    }
    if (access_ && question.rfind(kGone, 0) == 0)
        return gone_json(*access_, question.substr(kGone.size()));
    return "{\"error\":\"expected: status" +
           std::string(anchor_ ? ", bindings, confirm-removal LEASE-DOMAIN-OR-AUTHORITY" : "") +
           std::string(access_ ? ", gone ADDRESS, gone LINK-LAYER-ADDRESS, gone all" : "") + "\"}";
}

RouteAgent::RouteAgent(RouteAgentSettings settings, std::string config_path, Log& log,
                       Signals& signals)
    : wiring_(std::make_unique<Wiring>(std::move(settings), std::move(config_path), log, signals)) {
}

RouteAgent::~RouteAgent() = default;

void RouteAgent::run() { wiring_->run(); }

}  // namespace mobility
