// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Parked queries and delayed Replies.
#include "hooks/dhcp6/held_replies.h"

#include <dhcp/iface_mgr.h>
#include <stats/stats_mgr.h>

#include <utility>

#include "hooks/dhcp6/refused_items.h"

namespace mobility::dhcp6 {
namespace {

class Parked final : public HeldReply {
public:
    Parked(isc::hooks::ParkingLotHandlePtr lot, isc::dhcp::Pkt6Ptr query,
           std::shared_ptr<PacketState> state)
        : lot_(std::move(lot)), query_(std::move(query)), state_(std::move(state)) {}

    void refuse(const std::vector<RefusedItem>& items) override { state_->refused = items; }
    void send() override { lot_->unpark(query_); }
    void discard() override { lot_->drop(query_); }

private:
    isc::hooks::ParkingLotHandlePtr lot_;
    isc::dhcp::Pkt6Ptr query_;
    std::shared_ptr<PacketState> state_;
};

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

std::shared_ptr<HeldReply> parked(isc::hooks::ParkingLotHandlePtr lot, isc::dhcp::Pkt6Ptr query,
                                  std::shared_ptr<PacketState> state) {
    return std::make_shared<Parked>(std::move(lot), std::move(query), std::move(state));
}

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
