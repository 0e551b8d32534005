// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Processor time of an anchor for one move, from the source's bytes to the answer's, with few
// bindings and with many, and with few while a log tells of each: session_bench [--moves N]
// [--many N]
// Its ARs and its source are played here, outside the time that is counted.
#include <malloc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <functional>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/nodes.h"
#include "core/wire.h"
#include "daemon/log.h"

namespace mobility {
namespace {

constexpr std::size_t kFew = 100;
constexpr std::size_t kAccessRouters = 100;
constexpr std::size_t kRounds = 7;  // the two sizes by turns; the median of each counts
const std::string kDomain = "metro/6";
const std::string kSource = "kea.example";

IpAddress address(const char* format, std::size_t number) {
    char text[64];
    std::snprintf(text, sizeof text, format, number >> 16, number & 0xffff);
    return IpAddress::parse(text).value();
}
IpAddress tunnel_address(std::size_t ar) { return address("2001:db8:5:%zx:%zx::1", ar); }
IpAddress link_address(std::size_t ar) { return address("2001:db8:6:%zx:%zx::1", ar); }
Prefix home(std::size_t mn) { return Prefix::host(address("2001:db8:a::%zx:%zx", mn)); }
std::string ar_name(std::size_t ar) { return "ar" + std::to_string(ar) + ".example"; }

/// What a move is told by.
constexpr LogMessage kAttached{"ANCHOR_BINDING_ATTACHED", LogLevel::kDebug, ""};
constexpr LogMessage kMoved{"ANCHOR_BINDING_MOVED", LogLevel::kDebug, ""};
constexpr LogMessage kInstalled{"ANCHOR_BINDING_INSTALLED", LogLevel::kDebug, ""};
constexpr const LogMessage* kDebugLines[] = {&kAttached, &kMoved, &kInstalled};

double processor_us() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) * 1e6 + static_cast<double>(time.tv_nsec) / 1e3;
}

/// What it costs to ask twice, which is counted with everything that is measured.
double cost_of_asking_us() {
    constexpr int kTimes = 10'000;
    double counted = 0;
    for (int i = 0; i < kTimes; ++i) {
        const auto begun = processor_us();
        counted += processor_us() - begun;
    }
    return counted / kTimes;
}

class BenchClock final : public Clock {
public:
    Moment now() const override { return moment; }
    Moment moment{Instant{std::chrono::hours{1000}}, 1'700'000'000'000};
};

/// Does all at once and keeps nothing: a kernel's own time and memory are the forwarder's bench's.
class TimelessKernel final : public Forwarder {
public:
    Result<ForwardingState> installed() override { return ForwardingState{}; }
    std::vector<Outcome> apply(std::span<const Operation> operations) override {
        applied += operations.size();
        return std::vector<Outcome>(operations.size());
    }
    Result<std::size_t> purge() override { return std::size_t{0}; }
    Result<Audit> audit() override { return Audit::kAgrees; }
    std::size_t applied = 0;
};

/// The anchor's end of a connection: what it sends waits here as it was written.
class Mailbox final : public Connection {
public:
    explicit Mailbox(std::string peer) : names_{std::move(peer)} {}
    void send(std::string bytes) override { sent += bytes; }
    std::size_t unsent() const override { return 0; }
    void close(const std::string& why) override { throw std::runtime_error("closed: " + why); }
    const std::vector<std::string>& peer_names() const override { return names_; }
    std::string peer_address() const override { return "[2001:db8::1]:50000"; }
    std::string sent;

private:
    std::vector<std::string> names_;
};

/// What a peer does with each message; what it returns goes back.
using React = std::function<std::vector<control::Message>(const control::Message&)>;

class Domain {
public:
    /// `log`: gets a line for whatever becomes of an MN.
    explicit Domain(std::size_t bindings, Log* log = nullptr) : at_(bindings) {
        std::vector<AccessRouterClaim> claims;
        for (std::size_t i = 0; i < kAccessRouters; ++i) {
            claims.push_back(
                {ar_name(i), {tunnel_address(i)}, {link_address(i)}, tunnel_address(i)});
        }
        const auto prefix = Prefix::parse("2001:db8:a::/48").value();
        const auto claimed = inventory_.replace(claims, {{kSource, kDomain, {prefix}}});
        AnchorSettings settings;
        settings.prefixes = {prefix};
        node_ = std::make_unique<AnchorNode>(
            settings, AnchorIdentity{"anchor.example", tunnel_address(0xffff), true, "bench"},
            inventory_, kernel_, clock_, NodeTimers{}, [this, log](const Notice& notice) {
                if (log) log->write_limited(notice, clock_.moment.now);
            });
        node_->keep_diary(log != nullptr);
        if (!claimed || !node_->start()) throw std::runtime_error("the anchor does not start");
        for (std::size_t i = 0; i < kAccessRouters; ++i) associate_ar(i);
        associate_source(prefix);
        const auto before = ::mallinfo2().uordblks;
        for (std::size_t mn = 0; mn < bindings; ++mn) attach(mn, mn % kAccessRouters);
        bytes_ = ::mallinfo2().uordblks - before;
        say_source(list(false));
        settle();
        if (node_->anchor().bindings().size() != bindings) {
            throw std::runtime_error("the anchor has not bound them all");
        }
    }

    /// Each of so many MNs, chosen at random, goes to another AR. Returns microseconds for each.
    double move(std::size_t moves) {
        const auto before = counted_us_;
        const auto installed = installed_;
        const auto written = kernel_.applied;
        for (std::size_t i = 0; i < moves; ++i) {
            const auto mn = random_() % at_.size();
            attach(mn, (at_[mn] + 1 + random_() % (kAccessRouters - 1)) % kAccessRouters);
        }
        if (installed_ - installed != moves || kernel_.applied - written != moves) {
            throw std::runtime_error("not every move was answered Installed with one route");
        }
        return (counted_us_ - before) / static_cast<double>(moves);
    }
    double bytes_per_binding() const {
        return static_cast<double>(bytes_) / static_cast<double>(at_.size());
    }

private:
    struct Peer {
        std::unique_ptr<Mailbox> mailbox;
        ConnectionUser* user;
        React react;
    };

    void connect(const std::string& name, React react) {
        auto mailbox = std::make_unique<Mailbox>(name);
        auto& user = node_->accept(*mailbox);
        peers_.push_back({std::move(mailbox), &user, std::move(react)});
    }

    void associate_ar(std::size_t number) {
        connect(ar_name(number), [](const control::Message& heard) {
            const auto items = heard.routing_setup().records_size() +
                               heard.routing_remove().prefixes_size() +
                               heard.location_deregistration().prefixes_size();
            if (items == 0) return std::vector<control::Message>{};
            control::Message answer;
            answer.mutable_acknowledgement()->set_number(heard.number());
            for (int i = 0; i < items; ++i) {
                answer.mutable_acknowledgement()->add_results()->set_code(control::CODE_INSTALLED);
            }
            return std::vector{answer};
        });
        control::Message message;
        auto& request = *message.mutable_associate();
        request.set_version(kControlVersion);
        request.set_identity(ar_name(number));
        request.set_role(control::ROLE_ACCESS);
        request.set_tunnel_address(wire::bytes(tunnel_address(number)));
        request.add_modes(control::TRANSPORT_SEG6);
        say(peers_.back(), message);
        say(peers_.back(), list(true));
        say(peers_.back(), list(false));
        settle();
    }

    void associate_source(const Prefix& prefix) {
        connect(kSource, [this](const control::Message& heard) {
            for (const auto& each : heard.acknowledgement().results()) {
                installed_ += each.code() == control::CODE_INSTALLED;
            }
            return std::vector<control::Message>{};
        });
        control::Message message;
        auto& request = *message.mutable_associate();
        request.set_version(kControlVersion);
        request.set_identity(kSource);
        request.set_role(control::ROLE_SOURCE);
        request.set_lease_domain(kDomain);
        wire::write(prefix, *request.add_prefixes());
        say_source(message);
        say_source(list(true));
        settle();
    }

    static control::Message list(bool begins) {
        control::Message message;
        if (begins) message.mutable_full_state_begin();
        if (!begins) message.mutable_full_state_end();
        return message;
    }

    void attach(std::size_t mn, std::size_t ar) {
        clock_.moment.now += Milliseconds{1};
        clock_.moment.wall_ms += 1;
        const auto number = std::to_string(mn);
        Attached event;
        event.mn.bytes = "mn" + number;
        event.attachment = {tunnel_address(ar),
                            link_address(ar),
                            "access0",
                            {std::string("\x02\x00", 2) + number},
                            address("fe80::%zx:%zx", mn)};
        event.items = {{1, home(mn), Seconds{3600}}};
        event.order = {++transaction_, Milliseconds{0}, clock_.moment.now};
        control::Message message;
        message.set_number(transaction_);
        wire::write(event, clock_.moment.now, *message.mutable_mn_address_setup());
        say_source(message);
        settle();
        at_[mn] = ar;
    }

    void say_source(const control::Message& message) { say(peers_.back(), message); }

    void say(Peer& peer, const control::Message& message) {
        const auto frame = encode_frame(message);
        const auto begun = processor_us();
        peer.user->received({reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size()});
        while (node_->work()) {
        }
        counted_us_ += processor_us() - begun - asking_us_;
    }

    /// Everybody answers until nobody has anything to say.
    void settle() {
        for (bool heard = true; heard;) {
            heard = false;
            for (auto& peer : peers_) {
                if (peer.mailbox->sent.empty()) continue;
                heard = true;
                answer(peer, std::exchange(peer.mailbox->sent, {}));
            }
        }
    }
    void answer(Peer& peer, const std::string& bytes) {
        FrameReader reader;
        reader.append({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
        while (true) {
            const auto next = reader.next();
            if (!next) throw std::runtime_error(next.error());
            if (!*next) return;
            for (const auto& message : peer.react(**next)) say(peer, message);
        }
    }

    BenchClock clock_;
    Inventory inventory_;
    TimelessKernel kernel_;
    std::unique_ptr<AnchorNode> node_;
    std::vector<Peer> peers_;
    std::vector<std::size_t> at_;  ///< where each MN is
    std::mt19937 random_{1};
    std::uint32_t transaction_ = 0;
    std::size_t installed_ = 0;
    double counted_us_ = 0;
    const double asking_us_ = cost_of_asking_us();
    std::size_t bytes_ = 0;
};

double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

void measure(std::size_t moves, std::size_t many) {
    Domain small(kFew), large(many);
    Log log("session_bench", kDebugLines, {LogLevel::kDebug, "/dev/null"});
    Domain followed(kFew, &log);
    std::array<std::vector<double>, 3> us;
    for (std::size_t round = 0; round < kRounds; ++round) {
        us[0].push_back(small.move(moves));
        us[1].push_back(large.move(moves));
        us[2].push_back(followed.move(moves));
    }
    const auto few_us = median(us[0]), many_us = median(us[1]);
    std::printf(
        "{\"figures\": {\"moves_in_a_round\": %zu, \"cpu_us_per_move_at_%zu\": %.3f, "
        "\"cpu_us_per_move_at_%zu\": %.3f, \"ratio\": %.4f, \"bytes_per_binding_at_%zu\": %.1f, "
        "\"cpu_us_per_move_at_%zu_at_level_debug\": %.3f}}\n",
        moves, kFew, few_us, many, many_us, many_us / few_us, many, large.bytes_per_binding(), kFew,
        median(us[2]));
}

}  // namespace
}  // namespace mobility

int main(int argc, char** argv) {
    std::size_t moves = 20'000, many = 100'000;
    for (int i = 1; i + 1 < argc; i += 2) {
        const std::string_view option = argv[i];
        if (option == "--moves") moves = std::strtoul(argv[i + 1], nullptr, 10);
        if (option == "--many") many = std::strtoul(argv[i + 1], nullptr, 10);
    }
    try {
        mobility::measure(moves, many);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "session_bench: %s\n", error.what());
        return 1;
    }
    return 0;
}
