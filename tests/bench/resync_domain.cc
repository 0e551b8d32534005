// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Bytes, calls and their time.
#include "tests/bench/resync_domain.h"

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <stdexcept>

namespace mobility::bench {
namespace {

constexpr std::size_t kPage = 256;        // leases, as the hook reads at most
constexpr std::size_t kArrives = 65'536;  // octets, as transport/ reads at most
constexpr std::size_t kSteps = 4;         // taken, arrived, both ways
const std::string kDomain = "metro/6";
const std::string kSourceName = "kea.example";
const std::string kAnchorName = "anchor.example";

IpAddress address(const char* format, std::size_t number) {
    char text[64];
    std::snprintf(text, sizeof text, format, number >> 16, number & 0xffff);
    return IpAddress::parse(text).value();
}
IpAddress tunnel_address(std::size_t ar) { return address("2001:db8:5:%zx:%zx::1", ar); }
IpAddress link_address(std::size_t ar) { return address("2001:db8:6:%zx:%zx::1", ar); }
Prefix home(std::size_t mn) { return Prefix::host(address("2001:db8:a::%zx:%zx", mn)); }
Prefix owned() { return Prefix::parse("2001:db8:a::/48").value(); }
std::string ar_name(std::size_t ar) { return "ar" + std::to_string(ar) + ".example"; }

MnId mn_id(std::size_t mn) { return {"duid-of-mn-" + std::to_string(mn)}; }

Attachment attachment(std::size_t mn, std::size_t ar) {
    const auto number = std::to_string(mn);
    return {tunnel_address(ar),
            link_address(ar),
            "access0",
            {std::string("\x02\x00", 2) + number},
            address("fe80::%zx:%zx", mn)};
}

double processor_us() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

double ms_between(Instant from, Instant to) {
    return std::chrono::duration<double, std::milli>(to - from).count();
}

}  // namespace

Moment RealClock::now() const {
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    return {std::chrono::steady_clock::now(),
            static_cast<std::uint64_t>(std::chrono::duration_cast<Milliseconds>(wall).count())};
}

void Meter::time(const char* what, const std::function<void()>& call) {
    const auto begun = processor_us();
    call();
    const auto us = static_cast<float>(processor_us() - begun);
    us_.push_back(us);
    if (us <= longest_us_) return;
    longest_us_ = us;
    longest_ = what;
}

double Meter::longest_us() const { return static_cast<double>(longest_us_); }

double Meter::percentile_us(double part) {
    if (us_.empty()) return 0;
    const auto at =
        us_.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(us_.size() - 1) * part);
    std::nth_element(us_.begin(), at, us_.end());
    return static_cast<double>(*at);
}

void Meter::forget() { *this = {}; }

void Link::CountingConnection::send(std::string bytes) {
    ++traffic->messages;
    traffic->octets += bytes.size();
    below->send(std::move(bytes));
    traffic->most_unsent = std::max(traffic->most_unsent, below->unsent());
}
void Link::TimedUser::received(std::span<const std::uint8_t> bytes) {
    meter->time("received", [&] { user->received(bytes); });
}
void Link::TimedUser::drained() {
    meter->time("drained", [&] { user->drained(); });
}
void Link::TimedUser::closed(const std::string& reason) {
    meter->time("closed", [&] { user->closed(reason); });
}

MemoryLinkSettings Link::settings(std::string dialled, std::string accepted) {
    MemoryLinkSettings made;
    made.names = {std::vector{std::move(dialled)}, std::vector{std::move(accepted)}};
    return made;
}

Link::Link(std::string dialled_name, std::string accepted_name, End dialled, End accepted)
    : link_(settings(std::move(dialled_name), std::move(accepted_name))) {
    const std::array ends{std::move(dialled), std::move(accepted)};
    for (const std::size_t i : {1u, 0u}) {
        connections_[i].below = &link_.end(i);
        connections_[i].traffic = &traffic[i];
        users_[i].meter = ends[i].first;
        users_[i].user = &ends[i].second(connections_[i]);
        link_.attach(i, users_[i]);
    }
}

bool Link::step() { return link_.step(kArrives); }

Domain::Domain(std::size_t leases) : leases_(leases), kept_(leases) {
    std::vector<AccessRouterClaim> claims;
    for (std::size_t i = 0; i < ar_kernels_.size(); ++i) {
        claims.push_back({ar_name(i), {tunnel_address(i)}, {link_address(i)}, tunnel_address(i)});
    }
    if (!inventory_.replace(claims, {{kSourceName, kDomain, {owned()}}})) {
        throw std::runtime_error("the inventory is refused");
    }
    start_anchor();
    for (std::size_t i = 0; i < ar_kernels_.size(); ++i) {
        AccessSettings settings;
        settings.identity = {ar_name(i), tunnel_address(i), {TunnelMode::kSeg6},
                             1540,       "bench",           {link_address(i)}};
        settings.interfaces = {{"access0", link_address(i), "access0"}};
        settings.anchors = {kAnchorName};
        ars_.push_back(std::make_unique<AccessNode>(settings, ar_kernels_[i], clock_, NodeTimers{},
                                                    [](const Notice&) {}));
        if (!ars_.back()->start()) throw std::runtime_error("an AR does not start");
    }
    SourceSettings settings;
    settings.anchors = {{kAnchorName, {owned()}}};
    settings.hold_limit = Milliseconds{10'000};
    source_.reset(new Source(settings, *this));
    source_session_ = std::make_unique<SourceSession>(
        *source_, 0, SourceIdentity{kSourceName, kDomain, "bench"}, kAnchorName,
        std::vector{owned()}, SessionTimers{}, clock_, [](const Notice&) {});
}

Domain::~Domain() = default;

void Domain::start_anchor() {
    const auto wall_ms = clock_.now().wall_ms;
    journal_.contents.entries.reserve(leases_);
    auto sequence = (wall_ms - 1'000'000) << 16;
    for (std::size_t mn = 0; mn < leases_; ++mn) {
        JournalEntry entry{home(mn),   mn_id(mn),  1,
                           kDomain,    ar_name(0), attachment(mn, 0),
                           ++sequence, 0,          wall_ms + 3'600'000};
        anchor_kernel_.found.routes.emplace(entry.prefix,
                                            Tunnel{tunnel_address(0), TunnelMode::kSeg6});
        journal_.contents.entries.push_back(std::move(entry));
    }
    journal_.contents.highest_sequence = sequence;
    AnchorSettings settings;
    settings.prefixes = {owned()};
    anchor_ = std::make_unique<AnchorNode>(
        settings, AnchorIdentity{kAnchorName, tunnel_address(0xffff), true, "bench"}, inventory_,
        anchor_kernel_, clock_, NodeTimers{}, [](const Notice&) {});
    if (!anchor_->start(&journal_)) throw std::runtime_error("the anchor does not start");
}

void Domain::connect_source() {
    lists_ended_ = 0;
    source_link_ = std::make_unique<Link>(
        kSourceName, kAnchorName,
        Link::End{
            &meters_[2],
            [this](Connection& at) -> ConnectionUser& { return source_session_->connected(at); }},
        Link::End{&meters_[0],
                  [this](Connection& at) -> ConnectionUser& { return anchor_->accept(at); }});
}

void Domain::connect_ar(std::size_t number) {
    ar_links_[number] = std::make_unique<Link>(
        ar_name(number), kAnchorName,
        Link::End{&meters_[1],
                  [this, number](Connection& at) -> ConnectionUser& {
                      return ars_[number]->connected(0, at);
                  }},
        Link::End{&meters_[0],
                  [this](Connection& at) -> ConnectionUser& { return anchor_->accept(at); }});
}

void Domain::confirm_removal() {
    meters_[0].time("confirm_removal", [&] { anchor_->confirm_removal(kDomain); });
}

/// The least that is left to the event loop of each between two calls: a few things of each
/// session, one slice of work of each node.
bool Domain::round() {
    bool more = false;
    for (std::size_t i = 0; i < kSteps; ++i) {
        for (auto& [number, link] : ar_links_) more = link->step() || more;
        if (source_link_) more = source_link_->step() || more;
    }
    meters_[0].time("work", [&] { more = anchor_->work() || more; });
    for (auto& ar : ars_) {
        meters_[1].time("work", [&] { more = ar->work() || more; });
    }
    if (!reads_.empty()) give_page();
    if (moving_ && moves_.empty()) move_one();
    const auto now = clock_.now().now;
    if (now < next_tick_) return more;
    next_tick_ = now + Milliseconds{250};
    meters_[0].time("tick", [&] { anchor_->tick(now); });
    for (auto& ar : ars_) {
        meters_[1].time("tick", [&] { ar->tick(now); });
    }
    meters_[2].time("tick", [&] { source_->tick(now); });
    source_session_->tick(now);
    return more;
}

void Domain::run_until(const std::function<bool()>& done) {
    limit_ = clock_.now().now + Seconds{300};
    moving_ = true;
    while (!done() || figures_.moves < kMovers) go();
    moving_ = false;
    settle();
}

void Domain::settle() {
    limit_ = clock_.now().now + Seconds{300};
    for (std::size_t quiet = 0; quiet < 8;) quiet = go() ? 0 : quiet + 1;
}

bool Domain::go() {
    if (clock_.now().now > limit_) throw std::runtime_error("it does not come to an end");
    return round() || !reads_.empty() || !moves_.empty();
}

void Domain::give_page() {
    const auto read = reads_.front();
    reads_.pop_front();
    std::vector<LeaseEntry> page;
    auto next = read.next;
    for (; next < leases_ + kMovers && page.size() < kPage; ++next) {
        if (next >= kept_ && next < leases_) next = leases_;
        page.push_back({mn_id(next), {1, home(next), Seconds{3600}}});
    }
    const auto after = next < leases_ + kMovers ? std::optional(home(next - 1)) : std::nullopt;
    meters_[2].time("lease_page", [&] { source_->lease_page(0, read.list, page, after); });
}

void Domain::read_leases(AnchorIndex, std::uint64_t list, const std::optional<Prefix>& after) {
    std::size_t next = 0;
    if (after) {
        const auto& bytes = after->address().bytes();
        for (std::size_t i = 12; i < 16; ++i) next = next << 8 | bytes[i];
        ++next;
    }
    reads_.push_back({list, next});
}

void Domain::move_one() {
    const auto mn = leases_ + last_move_ % kMovers;
    Attached event;
    event.mn = mn_id(mn);
    event.attachment = attachment(mn, last_move_ / kMovers % 2);
    event.items = {{1, home(mn), Seconds{3600}}};
    const auto now = clock_.now().now;
    event.order = {static_cast<std::uint32_t>(++last_move_), Milliseconds{0}, now};
    moves_.emplace(last_move_, now);
    meters_[2].time("attached", [&] { source_->attached(event, last_move_, now); });
}

void Domain::complete(HoldId hold, HoldEnd, const std::vector<RefusedItem>&) {
    const auto found = moves_.find(hold);
    figures_.move_longest_ms =
        std::max(figures_.move_longest_ms, ms_between(found->second, clock_.now().now));
    ++figures_.moves;
    moves_.erase(found);
}

Domain::Figures Domain::take_figures() {
    auto taken = std::exchange(figures_, {});
    for (std::size_t i = 0; i < meters_.size(); ++i) {
        auto& meter = meters_[i];
        const auto ms = meter.longest_us() / 1000;
        if (ms > taken.longest_ms) {
            taken.longest_ms = ms;
            taken.longest =
                std::string(std::array{"anchor", "AR", "source"}[i]) + " " + meter.longest();
        }
        taken.p99_ms = std::max(taken.p99_ms, meter.percentile_us(0.99) / 1000);
        meter.forget();
    }
    const auto add = [&](Link& link) {
        for (const auto& each : std::exchange(link.traffic, {})) {
            taken.messages += each.messages;
            taken.octets += each.octets;
            taken.most_unsent = std::max(taken.most_unsent, each.most_unsent);
        }
    };
    for (auto& [number, link] : ar_links_) add(*link);
    if (source_link_) add(*source_link_);
    const auto now = clock_.now().now;
    taken.seconds = ms_between(std::exchange(figures_since_, now), now) / 1000;
    return taken;
}

void Domain::send_attached(AnchorIndex, std::uint64_t number, const Attached& event) {
    source_session_->send_attached(number, event);
}
void Domain::send_detached(AnchorIndex, std::uint64_t number, const Detached& event) {
    source_session_->send_detached(number, event);
}
bool Domain::compares(AnchorIndex) const { return compares_ && source_session_->compares(); }
void Domain::send_digest(AnchorIndex, const StateDigest& digest) {
    source_session_->send_digest(digest);
}
void Domain::send_list_begin(AnchorIndex, const Buckets& buckets) {
    source_session_->send_list_begin(buckets);
}
void Domain::send_list_page(AnchorIndex, const std::vector<LeaseEntry>& page) {
    figures_.entries += page.size();
    source_session_->send_list_page(page);
}
void Domain::send_list_end(AnchorIndex) {
    ++lists_ended_;
    source_session_->send_list_end();
}
bool Domain::congested(AnchorIndex) const { return source_session_->congested(); }
void Domain::notice(const Notice&) {}

}  // namespace mobility::bench
