// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Through LeaseMgr, as Kea's own code.
#include "hooks/dhcp6/registered_rows.h"

#include <dhcpsrv/dhcpsrv_exceptions.h>
#include <dhcpsrv/host_mgr.h>
#include <dhcpsrv/lease_mgr.h>
#include <dhcpsrv/lease_mgr_factory.h>
#include <stats/stats_mgr.h>

#include "hooks/dhcp6/claims.h"
#include "hooks/dhcp6/translation.h"

namespace mobility::dhcp6 {

using isc::dhcp::Lease;
using isc::dhcp::Lease6;
using isc::dhcp::Lease6Ptr;
using isc::dhcp::LeaseMgrFactory;
using isc::dhcp::SubnetID;
using isc::stats::StatsMgr;

namespace {

void count_assigned(SubnetID subnet, std::int64_t change) {
    auto& statistics = StatsMgr::instance();
    statistics.addValue(StatsMgr::generateName("subnet", subnet, "assigned-nas"), change);
    if (change < 0) return;
    statistics.addValue(StatsMgr::generateName("subnet", subnet, "cumulative-assigned-nas"),
                        change);
    statistics.addValue("cumulative-assigned-nas", change);
}

/// Kea counts a row until it has reclaimed it, however long its time has been over.
bool is_counted(const Lease6& row) { return row.state_ == Lease::STATE_DEFAULT; }

/// The row that is there, if it still is what was written.
Lease6Ptr unchanged(const Lease6& written) {
    const auto row = look_up(Lease::TYPE_NA, written.addr_);
    const bool same = row && is_registered(*row) && mn_of(*row) == mn_of(written) &&
                      row->cltt_ == written.cltt_ && row->valid_lft_ == written.valid_lft_;
    return same ? row : nullptr;
}

bool add(const Lease6Ptr& row) {
    if (!LeaseMgrFactory::instance().addLease(row)) return false;
    count_assigned(row->subnet_id_, 1);
    return true;
}

}  // namespace

Lease6Ptr find_row(const IpAddress& address) {
    return look_up(Lease::TYPE_NA, kea_address(address));
}

Lease6Ptr put_row(const Registration& registration, SubnetID subnet,
                  const isc::dhcp::HWAddrPtr& link_layer, const Lease6Ptr& present,
                  std::time_t now) {
    const auto row = row_of(registration, subnet, now);
    row->hwaddr_ = link_layer;
    if (!present) return add(row) ? row : nullptr;
    row->current_cltt_ = present->current_cltt_;  // the database compares these
    row->current_valid_lft_ = present->current_valid_lft_;
    try {
        LeaseMgrFactory::instance().updateLease6(row);
    } catch (const isc::dhcp::NoSuchLease&) {
        return nullptr;
    }
    if (is_counted(*present) && present->subnet_id_ == subnet) return row;
    if (is_counted(*present)) count_assigned(present->subnet_id_, -1);
    count_assigned(subnet, 1);
    return row;
}

void remove_row(const Lease6Ptr& row) {
    if (!LeaseMgrFactory::instance().deleteLease(row)) return;
    if (is_counted(*row)) count_assigned(row->subnet_id_, -1);
}

bool withdraw_row(const Lease6& made) {
    const auto row = unchanged(made);
    if (row) remove_row(row);
    return static_cast<bool>(row);
}

void restore_row(const Lease6& written, const Lease6Ptr& former) {
    const auto row = unchanged(written);
    if (!row) return;
    former->current_cltt_ = row->current_cltt_;
    former->current_valid_lft_ = row->current_valid_lft_;
    LeaseMgrFactory::instance().updateLease6(former);
}

bool is_reserved(const IpAddress& address, SubnetID subnet) {
    return static_cast<bool>(isc::dhcp::HostMgr::instance().get6(subnet, kea_address(address)));
}

}  // namespace mobility::dhcp6
