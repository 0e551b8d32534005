// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// As processConfig() of Kea's servers does it.
#include "hooks/open_databases.h"

#include <database/database_connection.h>
#include <dhcpsrv/cfg_db_access.h>
#include <dhcpsrv/cfgmgr.h>
#include <dhcpsrv/lease_mgr_factory.h>
#include <util/multi_threading_mgr.h>

namespace mobility {

using isc::db::DatabaseConnection;
using isc::dhcp::CfgDbAccess;

namespace {

const CfgDbAccess& with_universe(isc::dhcp::SrvConfig& server) {
    const bool v6 = isc::dhcp::CfgMgr::instance().getFamily() == AF_INET6;
    server.getCfgDbAccess()->setAppendedParameters(v6 ? "universe=6" : "universe=4");
    return *server.getCfgDbAccess();
}

bool same(const CfgDbAccess& one, const CfgDbAccess& other) {
    return one.getLeaseDbAccessString() == other.getLeaseDbAccessString() &&
           one.getHostDbAccessStringList() == other.getHostDbAccessStringList();
}

std::string without_password(const std::string& access) {
    return DatabaseConnection::redactedAccessString(DatabaseConnection::parse(access));
}

/// One line, without passwords.
std::string text(const CfgDbAccess& databases) {
    auto all = "leases in " + without_password(databases.getLeaseDbAccessString());
    for (const auto& hosts : databases.getHostDbAccessStringList()) {
        all += ", hosts in " + without_password(hosts);
    }
    return all;
}

}  // namespace

std::optional<std::string> open_databases_of(isc::dhcp::SrvConfig& in_force,
                                             isc::dhcp::SrvConfig* refused) {
    const bool any = isc::dhcp::LeaseMgrFactory::haveInstance();
    const auto& wanted = with_universe(in_force);
    if (any && (!refused || same(with_universe(*refused), wanted))) return std::nullopt;
    const isc::util::MultiThreadingCriticalSection nobody_reads;
    wanted.createManagers();
    return text(wanted) + "; before: " +
           (any ? text(*refused->getCfgDbAccess()) : "no leases, they could not be opened");
}

}  // namespace mobility
