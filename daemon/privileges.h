// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Gives up what a daemon needs no more once its sockets are open.
#pragma once

#include <sys/types.h>

#include <optional>
#include <span>
#include <string>

#include "core/result.h"
#include "daemon/config_value.h"

namespace mobility {

struct Account {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
};

/// The account that a configuration's `user` names. A ConfigError when there is none.
Account read_account(const ConfigValue& value);

/// Becomes `account` (without one: stays who it is), keeps of the capabilities that it has those in
/// `keep` (CAP_NET_ADMIN …; everything else goes, from the bounding set too), and can never gain
/// any again (no_new_privs). Call it before any thread is started: capabilities belong to threads.
/// An error when any of it failed: the process must then end, its rights are undefined.
Result<void> drop_privileges(const std::optional<Account>& account, std::span<const int> keep);

/// "user kea-mobility, capabilities: none" or "user root, capabilities: 12": for the log.
std::string describe_privileges();

}  // namespace mobility
