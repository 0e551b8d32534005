// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Good peers wired in memory, and a bad one between them.
#include "tests/fuzz/core/session_world.h"

#include <algorithm>
#include <utility>

#include "core/protocol.h"
#include "tests/fuzz/require.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;

const std::string kAnchor = "anchor.example";
const std::string kAtAnchor = "2001:db8:a::/64", kAtRogue = "2001:db8:b::/64";
constexpr std::size_t kGoodAnchor = 0, kOtherAnchor = 1;
/// More turns than any work here takes; who still has some then will always have.
constexpr std::size_t kMostTurns = 10'000;

std::vector<Prefix> owned() { return {prefix("2001:db8:a::/48")}; }

std::unique_ptr<MemoryLink> link(const std::string& dialled, const std::string& accepted) {
    return std::make_unique<MemoryLink>(MemoryLinkSettings{.names = {{{dialled}, {accepted}}}});
}

template <typename Node>
void work(Node& node) {
    std::size_t turns = 0;
    while (node.work()) require(++turns < kMostTurns, "work has an end");
}

}  // namespace

GoodSource::GoodSource(const Clock& clock)
    : clock_(clock),
      source_({.anchors = {{kAnchor, {prefix(kAtAnchor)}}, {kRogue, {prefix(kAtRogue)}}}}, *this) {
    for (const auto& [name, claimed] :
         {std::pair{kAnchor, prefix(kAtAnchor)}, std::pair{kRogue, prefix(kAtRogue)}}) {
        sessions_.push_back(std::make_unique<SourceSession>(
            source_, sessions_.size(), SourceIdentity{"kea1.example", kDomain, "fuzz"}, name,
            std::vector{claimed}, SessionTimers{}, clock_, [](const Notice&) {}));
    }
}

HoldId GoodSource::attach(int ar, int number, const Prefix& where) {
    const auto now = clock_.now().now;
    Attached event;
    event.mn = mn(number);
    event.attachment = attachment(ar, number);
    event.items = {{1, where, Seconds{3600}}};
    event.order = {static_cast<std::uint32_t>(last_hold_ + 1), Milliseconds{0}, now};
    leases_.push_back({event.mn, event.items[0]});
    source_.attached(std::move(event), ++last_hold_, now);
    return last_hold_;
}

void GoodSource::work() {
    for (const auto& read : std::exchange(reads_, {})) {
        std::vector<LeaseEntry> page;
        for (const auto& lease : leases_) {
            if (source_.anchor_of(lease.item.prefix) == read.anchor) page.push_back(lease);
        }
        source_.lease_page(read.anchor, read.list, page, std::nullopt);
    }
}

void GoodSource::tick(Instant now) {
    for (auto& session : sessions_) session->tick(now);
    source_.tick(now);
}

void GoodSource::send_attached(AnchorIndex anchor, std::uint64_t number, const Attached& event) {
    sessions_[anchor]->send_attached(number, event);
}
void GoodSource::send_detached(AnchorIndex anchor, std::uint64_t number, const Detached& event) {
    sessions_[anchor]->send_detached(number, event);
}
bool GoodSource::compares(AnchorIndex anchor) const { return sessions_[anchor]->compares(); }
void GoodSource::send_digest(AnchorIndex anchor, const StateDigest& digest) {
    sessions_[anchor]->send_digest(digest);
}
void GoodSource::send_list_begin(AnchorIndex anchor, const Buckets& buckets) {
    sessions_[anchor]->send_list_begin(buckets);
}
void GoodSource::send_list_page(AnchorIndex anchor, const std::vector<LeaseEntry>& page) {
    sessions_[anchor]->send_list_page(page);
}
void GoodSource::send_list_end(AnchorIndex anchor) { sessions_[anchor]->send_list_end(); }
void GoodSource::read_leases(AnchorIndex anchor, std::uint64_t list, const std::optional<Prefix>&) {
    reads_.push_back({anchor, list});
}

control::Message acceptance() {
    control::Message message;
    auto& reply = *message.mutable_associate_reply();
    const ProtocolOffer offer;
    reply.set_version(offer.newest);
    for (const auto feature : offer.features) reply.add_features(feature);
    reply.set_identity(kRogue);
    reply.set_code(control::CODE_INSTALLED);
    return message;
}

SessionWorld::SessionWorld() {
    google::protobuf::SetLogHandler(nullptr);  // it would tell of every bad string
    fill(inventory);
    const auto notice = [this](const Notice& each) { notices.push_back(each); };
    AnchorSettings settings;
    settings.prefixes = owned();
    anchor = std::make_unique<AnchorNode>(
        settings, AnchorIdentity{kAnchor, address("2001:db8:f::1"), true, "fuzz"}, inventory,
        anchor_kernel, clock, NodeTimers{}, notice);
    AccessSettings access;
    access.identity = {ar_name(1), ar_claim(1).tunnel_address, {TunnelMode::kSeg6}, 1600, "fuzz",
                       {}};
    access.interfaces = {{"wlan0", attachment(1, 1).link_address, "access0"}};
    access.anchors = {kAnchor, kRogue};
    ar = std::make_unique<AccessNode>(std::move(access), ar_kernel, clock, NodeTimers{}, notice);
    source = std::make_unique<GoodSource>(clock);
    require(anchor->start() && ar->start(), "the nodes start");
}

void SessionWorld::begin() {
    ar_link_ = link(ar_name(1), kAnchor);
    ar_link_->attach(0, ar->connected(kGoodAnchor, ar_link_->end(0)));
    ar_link_->attach(1, anchor->accept(ar_link_->end(1)));
    source_link_ = link("kea1.example", kAnchor);
    source_link_->attach(0, source->connected(kGoodAnchor, source_link_->end(0)));
    source_link_->attach(1, anchor->accept(source_link_->end(1)));
    run();
    require(serves(1), "good peers are served before anything bad is said");
}

void SessionWorld::intrude(Victim victim, const std::string& certificate) {
    const bool dials = victim == Victim::kAnchor;
    const auto names = dials ? std::pair{certificate, kAnchor}
                             : std::pair{std::string("victim.example"), certificate};
    bad_link_ = link(names.first, names.second);
    bad_end_ = dials ? 0 : 1;
    auto& theirs = bad_link_->end(1 - bad_end_);
    bad_link_->attach(bad_end_, intruder_);
    bad_link_->attach(1 - bad_end_, victim == Victim::kAnchor ? anchor->accept(theirs)
                                    : victim == Victim::kAccess
                                        ? ar->connected(kOtherAnchor, theirs)
                                        : source->connected(kOtherAnchor, theirs));
    run();
}

void SessionWorld::say(std::span<const std::uint8_t> bytes, std::size_t piece) {
    if (!bad_link_ || bad_link_->over()) return;
    bad_link_->end(bad_end_).send({bytes.begin(), bytes.end()});
    for (std::size_t turns = 0; piece != MemoryLink::kAll && bad_link_->step(piece);) {
        require(++turns < 100'000, "what is said arrives");
    }
    run();
}

void SessionWorld::say(const control::Message& message) {
    const auto frame = encode_frame(message);
    say({reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size()});
}

void SessionWorld::run() {
    for (int round = 0; round < 8; ++round) {
        for (auto* each : {ar_link_.get(), source_link_.get(), bad_link_.get()}) {
            require(!each || each->run(kMostTurns), "talk has an end");
        }
        work(*anchor);
        work(*ar);
        source->work();
    }
}

void SessionWorld::pass(Milliseconds time) {
    clock.moment.now += time;
    clock.moment.wall_ms += static_cast<std::uint64_t>(time.count());
    anchor->tick(clock.moment.now);
    ar->tick(clock.moment.now);
    source->tick(clock.moment.now);
    run();
}

void SessionWorld::cut() {
    if (!bad_link_) return;
    bad_link_->cut();
    run();
    require(bad_link_->over(), "a broken connection is over");
    bad_link_.reset();
}

bool SessionWorld::serves(int number) {
    const auto before = source->source().counters().hold_installed;
    const auto hold = source->attach(1, number, home(number));
    run();
    return source->ends(hold) == 1 && source->source().counters().hold_installed == before + 1 &&
           reaches(number);
}

bool SessionWorld::reaches(int number) const {
    const auto at_anchor = anchor_kernel.state().routes.find(home(number));
    const auto at_ar = ar_kernel.state().routes.find(home(number));
    const Tunnel there{ar_claim(1).tunnel_address, TunnelMode::kSeg6};
    if (at_anchor == anchor_kernel.state().routes.end() || at_anchor->second != Forwarding(there) ||
        at_ar == ar_kernel.state().routes.end()) {
        return false;
    }
    return at_ar->second == Forwarding(OnLink{"wlan0", attachment(1, number).link_layer});
}

bool SessionWorld::disputed(const Prefix& which) const {
    return std::any_of(notices.begin(), notices.end(), [&](const Notice& notice) {
        return std::string(notice.id) == "ACCESS_TWO_ANCHORS" &&
               notice.text.starts_with(which.text() + " ");
    });
}

namespace {
constexpr std::uint8_t kUnframed = 1, kInPieces = 2, kTimePasses = 4;
}

std::uint8_t Script::octet() {
    if (rest_.empty()) return 0;
    const auto value = rest_.front();
    rest_ = rest_.subspan(1);
    return value;
}

void Script::play_step(SessionWorld& world) {
    const auto kind = octet();
    const std::size_t high = octet();
    const std::size_t asked = high << 8 | octet();
    const auto length = std::min(asked, rest_.size());
    std::vector<std::uint8_t> bytes;
    if (!(kind & kUnframed)) {
        bytes = {0, 0, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
    }
    bytes.insert(bytes.end(), rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(length));
    rest_ = rest_.subspan(length);
    world.say(bytes, kind & kInPieces ? 1u + (kind >> 3) : MemoryLink::kAll);
    if (kind & kTimePasses) world.pass(Milliseconds{10 << (kind >> 5)});
}

std::string Script::step(const control::Message& message) {
    const auto body = message.SerializeAsString();
    return std::string{0, static_cast<char>(body.size() >> 8), static_cast<char>(body.size())} +
           body;
}

}  // namespace mobility::fuzz
