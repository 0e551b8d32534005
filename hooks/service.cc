// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The service thread: letters to the Source, the Source's words to the sessions.
#include "hooks/service.h"

#include <pthread.h>
#include <signal.h>

#include <boost/asio/post.hpp>
#include <exception>
#include <utility>

#include "hooks/anchor_endpoint.h"
#include "hooks/log.h"
#include "hooks/refusal_text.h"

namespace mobility {
namespace {

constexpr std::size_t kMailbox = 65'536;
constexpr Milliseconds kTick{250};
/// So long a hold waits for a Reply that Kea should have made within the same packet.
constexpr Milliseconds kOrphan{2'000};
/// Between two pages of a list: the server's main thread has clients to serve, and what they do
/// must not wait behind a whole list.
constexpr Milliseconds kPageGap{2};
/// Lease commands come in rows: one full list for all of a second.
constexpr Milliseconds kListDelay{1'000};

SourceSettings settings_of(const HookParameters& parameters) {
    SourceSettings settings;
    for (const auto& anchor : parameters.anchors) {
        settings.anchors.push_back({anchor.name, anchor.prefixes});
    }
    settings.hold_limit = parameters.hold_limit;
    return settings;
}

Instant now() { return std::chrono::steady_clock::now(); }

}  // namespace

Service::Service(const Configuration& configuration, bool multi_threaded,
                 std::function<void()> wake_main_thread, LeaseReader& leases, InFlight& in_flight,
                 Presence& presence)
    : configuration_(configuration),
      leases_(leases),
      in_flight_(in_flight),
      presence_(presence),
      mailbox_(kMailbox, [this] { boost::asio::post(io_, [this] { drain(); }); }),
      turn_(multi_threaded,
            multi_threaded ? [this] { boost::asio::post(io_, [this] { turn_.run_waiting(); }); }
                           : std::move(wake_main_thread)),
      source_(settings_of(configuration.parameters), *this) {
    for (AnchorIndex i = 0; i < configuration.parameters.anchors.size(); ++i) {
        endpoints_.push_back(std::make_unique<Endpoint>(io_, configuration, i, source_,
                                                        [this] { publish_presence(); }));
    }
    publish_status();
}

Service::~Service() { stop(); }

void Service::start() {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // signals are Kea's main thread's
    thread_ = std::thread([this] { run(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    pthread_setname_np(thread_.native_handle(), "mobility");
}

void Service::stop() {
    if (!thread_.joinable()) return;
    turn_.close();
    io_.stop();
    thread_.join();
}

void Service::run() {
    for (auto& endpoint : endpoints_) endpoint->start();
    arm_tick();
    while (!io_.stopped()) {
        try {
            io_.run();
        } catch (const std::exception& error) {
            log_limited(kServiceFailed, [&] { return error.what(); });
        }
    }
    endpoints_.clear();  // on this thread, as dialers want it
}

void Service::drain() {
    auto delivery = mailbox_.take();
    if (delivery.overflowed) {
        log_limited(kEventsLost,
                    [] { return "more than " + std::to_string(kMailbox) + " were waiting"; });
        ListAgainLetter again;
        take(again);
    }
    for (auto& letter : delivery.letters) {
        std::visit([this](auto& each) { take(each); }, letter);
    }
    arm_hold_timer();
    publish_presence();
}

void Service::take(AttachedLetter& letter) {
    if (letter.hold) {
        pending_.emplace(*letter.hold,
                         Pending{std::move(letter.key), std::move(letter.reply), {}, {}});
    }
    source_.attached(std::move(letter.event), letter.hold, now());
}

void Service::take(ReplyLetter& letter) {
    const auto found = pending_.find(letter.hold);
    if (found == pending_.end()) {  // it came too late even for an orphan
        finish({{}, std::move(letter.reply), HoldEnd::kSend, {}});
        return;
    }
    found->second.reply = std::move(letter.reply);
    if (!found->second.end) return;
    finish(std::move(found->second));
    pending_.erase(found);
}

void Service::take(DetachedLetter& letter) { source_.detached(letter.event); }

void Service::take(PageLetter& letter) {
    source_.lease_page(letter.anchor, letter.list, letter.page, letter.next_after);
}

void Service::take(ListAgainLetter&) {
    if (!list_again_at_) list_again_at_ = now() + kListDelay;
}

void Service::complete(HoldId hold, HoldEnd end, const std::vector<RefusedItem>& refused) {
    const auto found = pending_.find(hold);
    if (found == pending_.end()) return;
    found->second.end = end;
    found->second.refused = refused;
    if (!found->second.reply) {
        orphans_.emplace_back(now() + kOrphan, hold);
        return;
    }
    finish(std::move(found->second));
    pending_.erase(found);
}

void Service::finish(Pending pending) {
    const auto policy = on_refused(configuration_.parameters.on_refused, pending.refused);
    const bool refused = pending.end == HoldEnd::kRefused;
    const bool send = !refused || policy != OnRefused::kSilent;
    const bool tell = refused && policy == OnRefused::kStatus;
    turn_.post([this, send, tell, held = std::move(pending)] {
        in_flight_.end(held.key);
        if (tell) held.reply->refuse(held.refused);
        if (send) {
            held.reply->send();
        } else {
            held.reply->discard();
        }
    });
}

void Service::sweep_orphans(Instant at) {
    for (; !orphans_.empty() && orphans_.front().first <= at; orphans_.pop_front()) {
        const auto found = pending_.find(orphans_.front().second);
        if (found == pending_.end()) continue;
        in_flight_.end(found->second.key);
        pending_.erase(found);
    }
}

void Service::list_again(Instant at) {
    if (!list_again_at_ || *list_again_at_ > at) return;
    // One that is under way may have passed what has changed: another one follows it.
    for (AnchorIndex i = 0; i < endpoints_.size(); ++i) {
        if (source_.is_listing(i)) return;
    }
    list_again_at_.reset();
    for (AnchorIndex i = 0; i < endpoints_.size(); ++i) {
        // To the Source a new list is what a new session begins with.
        if (endpoints_[i]->session().associated()) source_.connected(i);
    }
}

void Service::arm_hold_timer() {
    const auto deadline = source_.next_deadline();
    if (!deadline || (hold_timer_at_ && *hold_timer_at_ <= *deadline)) return;
    hold_timer_at_ = deadline;
    hold_timer_.expires_at(*deadline);
    hold_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        hold_timer_at_.reset();
        source_.tick(now());
        arm_hold_timer();
        publish_presence();
    });
}

void Service::arm_tick() {
    tick_timer_.expires_after(kTick);
    tick_timer_.async_wait([this](const boost::system::error_code& error) {
        if (error) return;
        arm_tick();
        const auto at = now();
        for (auto& endpoint : endpoints_) endpoint->session().tick(at);
        list_again(at);
        sweep_orphans(at);
        publish_presence();
        publish_status();
        log_left_out();
    });
}

void Service::read_leases(AnchorIndex anchor, std::uint64_t list,
                          const std::optional<Prefix>& after) {
    if (!after) {
        read_page(anchor, list, after);
        return;
    }
    auto timer = std::make_shared<boost::asio::steady_timer>(io_, kPageGap);
    timer->async_wait([this, timer, anchor, list, after](const boost::system::error_code& error) {
        if (!error) read_page(anchor, list, after);
    });
}

void Service::read_page(AnchorIndex anchor, std::uint64_t list, std::optional<Prefix> after) {
    turn_.post([this, anchor, list, after = std::move(after)] {
        try {
            auto page = leases_.read(configuration_.parameters.anchors[anchor].prefixes, after);
            mailbox_.post_always(
                PageLetter{anchor, list, std::move(page.leases), std::move(page.next_after)});
        } catch (const std::exception& error) {
            log_limited(kLeasesUnreadable, [&] { return error.what(); });
            mailbox_.post_always(ListAgainLetter{});
        }
    });
}

void Service::publish_presence() {
    for (AnchorIndex i = 0; i < endpoints_.size(); ++i) presence_.set(i, source_.present(i));
}

void Service::publish_status() {
    const std::lock_guard lock(status_mutex_);
    status_.source = source_.counters();
    status_.holds = source_.holds();
    status_.anchors.clear();
    for (AnchorIndex i = 0; i < endpoints_.size(); ++i) {
        status_.anchors.push_back(endpoints_[i]->status(source_.present(i)));
    }
}

ServiceStatus Service::status() const {
    const std::lock_guard lock(status_mutex_);
    return status_;
}

void Service::send_attached(AnchorIndex anchor, std::uint64_t number, const Attached& event) {
    endpoints_[anchor]->session().send_attached(number, event);
}

void Service::send_detached(AnchorIndex anchor, std::uint64_t number, const Detached& event) {
    endpoints_[anchor]->session().send_detached(number, event);
}

bool Service::compares(AnchorIndex anchor) const {
    return endpoints_[anchor]->session().compares();
}

void Service::send_digest(AnchorIndex anchor, const StateDigest& digest) {
    endpoints_[anchor]->session().send_digest(digest);
}

void Service::send_list_begin(AnchorIndex anchor, const Buckets& buckets) {
    endpoints_[anchor]->session().send_list_begin(buckets);
}

void Service::send_list_page(AnchorIndex anchor, const std::vector<LeaseEntry>& page) {
    endpoints_[anchor]->session().send_list_page(page);
}

void Service::send_list_end(AnchorIndex anchor) { endpoints_[anchor]->session().send_list_end(); }

bool Service::congested(AnchorIndex anchor) const {
    return endpoints_[anchor]->session().congested();
}

void Service::notice(const Notice& notice) { log_limited(notice); }

}  // namespace mobility
