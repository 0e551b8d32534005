// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Delayed Replies.
#include "hooks/dhcp6/held_replies.h"

#include <dhcp/iface_mgr.h>
#include <stats/stats_mgr.h>

#include <utility>

#include "hooks/dhcp6/refused_items.h"

namespace mobility::dhcp6 {
namespace {

class Delayed final : public HeldReply {
public:
    explicit Delayed(isc::dhcp::Pkt6Ptr reply) : reply_(std::move(reply)) {}

    void refuse(const std::vector<RefusedItem>& items) override {
        set_not_on_link(*reply_, items);
        reply_->pack();
    }
    void send() override { send_now(reply_); }
    void discard() override {}

private:
    isc::dhcp::Pkt6Ptr reply_;
};

}  // namespace

std::shared_ptr<HeldReply> take_away(isc::dhcp::Pkt6Ptr reply) {
    return std::make_shared<Delayed>(std::move(reply));
}

void send_now(isc::dhcp::Pkt6Ptr& reply) {
    isc::dhcp::IfaceMgr::instance().send(reply);
    auto& statistics = isc::stats::StatsMgr::instance();
    statistics.addValue("pkt6-sent", std::int64_t{1});
    statistics.addValue("pkt6-reply-sent", std::int64_t{1});
}

}  // namespace mobility::dhcp6
