// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One client.
#include "tests/sim/mobile_node.h"

#include "tests/sim/simulation.h"

namespace mobility::sim {
namespace {

using Type = DhcpMessage::Type;

/// RFC 9915 section 7.6: initial and maximum retransmission time, count and duration (0: no limit).
struct Timing {
    Seconds initial, maximum;
    unsigned most;
    Seconds duration;
};

Timing timing(Type type) {
    switch (type) {
        case Type::kSolicit:
            return {Seconds{1}, Seconds{3600}, 0, Seconds{0}};
        case Type::kRequest:
            return {Seconds{1}, Seconds{30}, 10, Seconds{0}};
        case Type::kConfirm:
            return {Seconds{1}, Seconds{4}, 0, Seconds{10}};
        case Type::kRenew:
        case Type::kRebind:
            return {Seconds{10}, Seconds{600}, 0, Seconds{0}};
        case Type::kRelease:
            return {Seconds{1}, Seconds{0}, 4, Seconds{0}};
        case Type::kDecline:
            return {Seconds{1}, Seconds{0}, 4, Seconds{0}};
    }
    return {};
}

}  // namespace

MobileNode::MobileNode(Simulation& world, std::size_t number, bool wants_delegated)
    : world_(world), number_(number), wants_delegated_(wants_delegated) {
    ar_ = world.random.index(world.access_routers.size());
    link_ = world.random.index(plan::kLinks);
}

template <typename What>
void MobileNode::later(std::uint64_t& generation, Duration after, What what) {
    world_.timeline.after(after, [&generation, set = ++generation, what] {
        if (generation == set) what();
    });
}

void MobileNode::freeze() {
    frozen_ = true;
    end_exchange();
    ++lifetime_;
}

void MobileNode::begin(Type type) {
    if (frozen_) return;
    if (type != Type::kRelease && type != Type::kDecline) leaving_.clear();
    exchanging_ = true;
    type_ = type;
    rapid_ = rapid_commit;
    transaction_ = static_cast<std::uint32_t>(world_.random.below(1u << 24));
    began_ = world_.timeline.now();
    transmissions_ = 0;
    wait_ = timing(type).initial;
    transmit();
}

void MobileNode::transmit() {
    const auto limits = timing(type_);
    const auto passed = world_.timeline.now() - began_;
    if ((limits.most > 0 && transmissions_ >= limits.most) ||
        (limits.duration.count() > 0 && passed >= limits.duration)) {
        return give_up();
    }
    DhcpMessage message;
    message.type = type_;
    message.mn = number_;
    message.transaction = transaction_;
    // In hundredths of a second (RFC 9915 section 21.9), 0 in the first.
    if (transmissions_ > 0) {
        message.elapsed =
            Milliseconds{std::chrono::duration_cast<Milliseconds>(passed).count() / 10 * 10};
        message.elapsed = std::min(message.elapsed, Milliseconds{60'000});
    }
    message.rapid_commit = rapid_;
    message.wants_delegated = wants_delegated_;
    message.prefixes = leaving_.empty() ? prefixes_ : leaving_;
    message.ar = ar_;
    message.link = link_;
    ++transmissions_;
    ++counters_.sent;
    world_.to_server(message);
    const auto fuzzed = world_.random.between(wait_ * 9 / 10, wait_ * 11 / 10);
    later(retransmission_, fuzzed, [this] { transmit(); });
    wait_ *= 2;
    if (limits.maximum.count() > 0) wait_ = std::min<Duration>(wait_, limits.maximum);
}

void MobileNode::give_up() {
    const auto type = type_;
    end_exchange();
    if (type == Type::kRequest) begin(Type::kSolicit);
    // A Confirm that nobody answers: the addresses are used on (RFC 9915 section 18.2.3).
}

void MobileNode::end_exchange() {
    exchanging_ = false;
    leaving_.clear();
    ++retransmission_;
}

void MobileNode::move(std::size_t ar, std::size_t link, OnMove what) {
    if (frozen_) return;
    ar_ = ar;
    link_ = link;
    ++counters_.moves;
    if (what == OnMove::kMute) return;
    if (what == OnMove::kGoOn || !leaving_.empty()) {
        if (exchanging_) transmit();
        return;
    }
    if (prefixes_.empty()) return begin(Type::kSolicit);
    switch (what) {
        case OnMove::kConfirm:
            return begin(Type::kConfirm);
        case OnMove::kRebind:
            return begin(Type::kRebind);
        case OnMove::kRequest:
            return begin(Type::kRequest);
        case OnMove::kRenew:
            return begin(Type::kRenew);
        default:
            rapid_commit = what == OnMove::kRapidSolicit;
            return begin(Type::kSolicit);
    }
}

void MobileNode::renew() { begin(prefixes_.empty() ? Type::kSolicit : Type::kRenew); }

void MobileNode::release() {
    if (frozen_ || prefixes_.empty() || !leaving_.empty()) return;
    leaving_ = std::exchange(prefixes_, {});
    ++lifetime_;
    begin(Type::kRelease);
    later(lifetime_, world_.random.skewed(Duration{1'000'000}, Duration{20'000'000}), [this] {
        if (prefixes_.empty()) begin(Type::kSolicit);
    });
}

void MobileNode::decline() {
    if (frozen_ || prefixes_.empty() || !leaving_.empty()) return;
    for (const auto& each : prefixes_) {
        if (each.is_host()) leaving_.push_back(each);
    }
    prefixes_.clear();
    ++lifetime_;
    begin(Type::kDecline);
    later(lifetime_, Duration{5'000'000}, [this] {
        if (prefixes_.empty()) begin(Type::kSolicit);
    });
}

void MobileNode::receive(const DhcpReply& reply) {
    if (frozen_ || !exchanging_ || reply.transaction != transaction_) return;
    if (reply.ar != ar_ || reply.link != link_) return;  // it was sent where the MN no longer is
    ++counters_.replies;
    const auto type = type_;
    switch (reply.kind) {
        case DhcpReply::Kind::kAdvertise:
            if (type != Type::kSolicit || reply.prefixes.empty()) return;
            end_exchange();
            prefixes_ = reply.prefixes;
            return begin(Type::kRequest);
        case DhcpReply::Kind::kNotOnLink:
        case DhcpReply::Kind::kNoBinding:
            end_exchange();
            lose_prefixes();
            return begin(Type::kSolicit);
        case DhcpReply::Kind::kSuccess:
            end_exchange();
            if (type != Type::kRelease && type != Type::kDecline) took(reply);
    }
}

void MobileNode::took(const DhcpReply& reply) {
    confirmed_ar_ = ar_;
    confirmed_link_ = link_;
    if (reply.keep_times) return;
    if (prefixes_ != reply.prefixes) ++counters_.changed;
    prefixes_ = reply.prefixes;
    set_timers(reply.valid);
}

void MobileNode::set_timers(Seconds valid) {
    // T1 at half, T2 at 0.8 of the lifetime; each timer sets the next.
    later(lifetime_, Duration{valid} / 2, [this, valid] {
        if (!exchanging_) begin(Type::kRenew);
        later(lifetime_, Duration{valid} * 3 / 10, [this, valid] {
            begin(Type::kRebind);
            later(lifetime_, Duration{valid} / 5, [this] {
                lose_prefixes();
                begin(Type::kSolicit);
            });
        });
    });
}

void MobileNode::lose_prefixes() {
    prefixes_.clear();
    ++lifetime_;
}

}  // namespace mobility::sim
