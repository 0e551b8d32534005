// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The world and its networks.
#include "tests/sim/simulation.h"

namespace mobility::sim {
Simulation::Simulation(std::uint64_t given, Size how_many, Faults what)
    : seed(given), size(how_many), faults(what), faults_were(what), random(given) {
    link_settings.pieces = faults.pieces;
    truth.set_sessions_break(faults.sessions_break());
    truth.set_blur(faults.longest_stall + Duration{20'000});
    build();
}

ProtocolOffer Simulation::offer() {
    if (faults.old_versions > 0 && random.chance(faults.old_versions)) return {1, 1, {}, {}};
    return {};
}

void Simulation::build() {
    for (std::size_t i = 0; i < size.anchors; ++i) {
        anchors.push_back(std::make_unique<AnchorHost>(*this, i));
        anchors.back()->has_journal = size.journals;
    }
    for (std::size_t i = 0; i < size.access_routers; ++i) {
        access_routers.push_back(std::make_unique<AccessHost>(*this, i));
        auto& ar = *access_routers.back();
        ar.kernel.watch = [this, &ar](const auto& step) {
            checks.access_operation(ar, step);
            if (on_operation) on_operation(ar.name(), step);
        };
    }
    for (std::size_t i = 0; i < size.sources; ++i) {
        sources.push_back(std::make_unique<SourceHost>(*this, i));
        servers.push_back(std::make_unique<DhcpServer>(*this, *sources.back()));
    }
    std::vector<AccessRouterClaim> ar_claims;
    std::vector<SourceClaim> source_claims;
    for (std::size_t i = 0; i < size.access_routers; ++i) ar_claims.push_back(plan::ar_claim(i));
    for (std::size_t i = 0; i < size.sources; ++i) {
        source_claims.push_back(plan::source_claim(i, size.anchors));
    }
    for (auto& anchor : anchors) {
        const auto replaced = anchor->inventory.replace(ar_claims, source_claims);
        assert(replaced);
        static_cast<void>(replaced);
        anchor->kernel.watch = [this, &a = *anchor](const auto& step) {
            checks.anchor_operation(a, step);
            if (on_operation) on_operation(a.name(), step);
        };
    }
    const auto busy = [this](const Operation&) {
        return random.chance(faults.kernel_busy) ? Outcome{Outcome::Kind::kTransient, "ENOMEM"}
                                                 : Outcome{};
    };
    for (auto& anchor : anchors) anchor->kernel.refuse = busy;
    for (auto& ar : access_routers) {
        ar->kernel.refuse = [busy, &down = ar->links_down](const Operation& operation) {
            const auto* set = std::get_if<SetRoute>(&operation);
            if (set && down.contains(plan::interface_of(set->forwarding))) {
                return Outcome{Outcome::Kind::kFailed, "Network is down: Nexthop device is not up"};
            }
            return busy(operation);
        };
    }
    for (std::size_t i = 0; i < size.mobile_nodes; ++i) {
        const bool delegated = random.chance(size.with_delegated) && i < 400;
        mobile_nodes.push_back(std::make_unique<MobileNode>(*this, i, delegated));
    }
}

void Simulation::start_all() {
    for (auto& anchor : anchors) anchor->start();
    for (auto& ar : access_routers) ar->start();
    for (auto& source : sources) source->start();
}

void Simulation::stop_faults() {
    const auto late_expiry = faults.late_expiry;
    faults = {};
    faults.late_expiry = late_expiry;
    link_settings.pieces = false;
    for (auto& anchor : anchors) anchor->journal.set_room(MemoryJournal::kAll);
    for_each_session([](SessionLink& link) {
        for (std::size_t i = 0; i < 2; ++i) link.cut_after(i, MemoryLink::kAll);
    });
    start_all();
}

void Simulation::power_cut(AnchorHost& anchor) {
    truth.memory_lost({plan::owned(anchor.number)});
    checks.paths_lost(plan::owned(anchor.number));
    anchor.stop();
    anchor.kernel.tamper({});
}

void Simulation::power_cut() {
    for (auto& anchor : anchors) power_cut(*anchor);
    for (auto& ar : access_routers) {
        ar->stop();
        ar->kernel.tamper({});
    }
    for (auto& source : sources) source->stop();
}

void Simulation::link_down(std::size_t number, std::size_t link) {
    auto& ar = *access_routers[number];
    const auto name = plan::link(number, link).name;
    ar.links_down.insert(name);
    checks.kernels_were_altered();
    auto state = ar.kernel.state();
    std::erase_if(state.routes, [&](const auto& route) {
        if (plan::interface_of(route.second) != name) return false;
        checks.paths_lost(route.first);
        return true;
    });
    ar.kernel.tamper(std::move(state));
}

void Simulation::link_up(std::size_t ar, std::size_t link) {
    access_routers[ar]->links_down.erase(plan::link(ar, link).name);
}

void Simulation::settle() {
    for (auto& mn : mobile_nodes) mn->freeze();
    stop_faults();
    run_for(Seconds{14});
    for (auto& server : servers) server->set_reclaiming(false);
    run_for(Seconds{12});
}

void Simulation::to_server(const DhcpMessage& message) {
    if (on_question) on_question(message);
    carry(message);
    if (!random.chance(faults.heard_twice)) return;
    auto elsewhere = message;
    elsewhere.ar = random.index(access_routers.size());
    carry(elsewhere);
}

void Simulation::attest(const DhcpMessage& message) {
    auto& ar = *access_routers[message.ar];
    if (!ar.running()) return;
    if (ar.stuck()) return timeline.after(Duration{10'000}, [this, message] { attest(message); });
    RelayedExchange exchange{plan::mn(message.mn),
                             plan::attachment(message.mn, message.ar, message.link),
                             {message.transaction, message.elapsed, {}, false}};
    exchange.attachment.relay_source = {};
    ar.node->relayed(exchange);
    ar.wake();
}

void Simulation::carry(DhcpMessage message) {
    const auto& down = access_routers[message.ar]->links_down;
    if (down.contains(plan::link(message.ar, message.link).name)) return;
    if (size.attestation) attest(message);
    const auto copies = 1 + (random.chance(faults.dhcp_copied) ? 1 : 0);
    for (int i = 0; i < copies; ++i) {
        if (random.chance(faults.dhcp_lost)) continue;
        timeline.after(random.skewed(Duration{100}, faults.dhcp_delay), [this, message] {
            servers[mobile_nodes[message.mn]->server()]->receive(message);
        });
    }
}

void Simulation::to_mn(const DhcpReply& reply) {
    if (on_reply) on_reply(reply);
    if (random.chance(faults.dhcp_lost)) return;
    timeline.after(random.skewed(Duration{100}, faults.dhcp_delay),
                   [this, reply] { mobile_nodes[reply.mn]->receive(reply); });
}

void Simulation::dial(DialingHost& host, std::size_t anchor) {
    if (std::exchange(dialling_[{&host, anchor}], true)) return;
    timeline.after(random.skewed(Duration{500}, Duration{200'000}), [this, &host, anchor] {
        dialling_[{&host, anchor}] = false;
        if (!host.running()) return;
        const bool may = anchors[anchor]->running() && !host.stuck() && !faults.no_sessions;
        if (!may) return dial(host, anchor);
        connect(host, anchor);
    });
}

void Simulation::connect(DialingHost& host, std::size_t anchor) {
    auto& session = sessions_.emplace_back(Session{nullptr, &host, anchor});
    session.link = std::make_unique<SessionLink>(
        timeline, random, link_settings, SessionLink::End{host.name(), [&host] { host.wake(); }},
        SessionLink::End{anchors[anchor]->name(), [this, anchor] { anchors[anchor]->wake(); }},
        [this, &session] { reap(session); });
    auto& link = *session.link;
    if (on_message) {
        const std::array names{host.name(), anchors[anchor]->name()};
        link.listen([this, names](std::size_t at, const control::Message& message) {
            if (on_message) on_message(names[1 - at], names[at], message);
        });
    }
    anchors[anchor]->links.push_back(&link);
    host.links.push_back(&link);
    link.attach(1, anchors[anchor]->node->accept(link.end(1)));
    link.attach(0, host.connected(anchor, link.end(0)));
    host.wake();
    link.kick();
}

void Simulation::reap(Session& session) {
    session.over = true;
    auto* dialler = session.dialler;
    const auto anchor = session.anchor;
    std::erase(dialler->links, session.link.get());
    std::erase(anchors[anchor]->links, session.link.get());
    dialler->wake();
    anchors[anchor]->wake();
    // Whoever still refers to it does so no longer after its next turn.
    timeline.after(Duration{1'000'000}, [this, &session] {
        sessions_.remove_if([&](const Session& each) { return &each == &session; });
    });
    if (dialler->running() && !this->session(*dialler, anchor)) dial(*dialler, anchor);
}

void Simulation::desert_links(Host& host) {
    for (auto& session : sessions_) {
        if (session.over) continue;
        if (session.dialler == &host) session.link->desert(0);
        if (anchors[session.anchor].get() == &host) session.link->desert(1);
    }
    host.links.clear();
}

SessionLink* Simulation::session(const Host& host, std::size_t anchor) {
    for (auto& session : sessions_) {
        if (session.dialler == &host && session.anchor == anchor && !session.over) {
            return session.link.get();
        }
    }
    return nullptr;
}

void Simulation::for_each_session(const std::function<void(SessionLink&)>& what) {
    for (auto& session : sessions_) {
        if (!session.over) what(*session.link);
    }
}

void Simulation::notice(const std::string& host, const Notice& notice) {
    ++notices_[notice.id];
    if (trace) trace(host + ": " + notice.id + " " + notice.text);
}

std::uint64_t Simulation::notices(const std::string& id) const {
    const auto found = notices_.find(id);
    return found == notices_.end() ? 0 : found->second;
}

std::uint64_t Simulation::routes_written() const {
    std::uint64_t count = 0;
    for (const auto& anchor : anchors) count += anchor->kernel.history().size();
    for (const auto& ar : access_routers) count += ar->kernel.history().size();
    return count;
}

}  // namespace mobility::sim
