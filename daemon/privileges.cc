// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Drops privileges by the system calls themselves: capabilities(7), credentials(7).
#include "daemon/privileges.h"

#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>
#include <vector>

namespace mobility {
namespace {

struct CapabilitySets {
    std::uint64_t effective = 0;
    std::uint64_t permitted = 0;
};

Error failed(const std::string& what) { return {what + ": " + std::strerror(errno)}; }

Result<CapabilitySets> own_capabilities() {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct data[2]{};
    if (syscall(SYS_capget, &header, data) != 0) {
        return failed("capget");
    }
    return CapabilitySets{data[0].effective | std::uint64_t{data[1].effective} << 32,
                          data[0].permitted | std::uint64_t{data[1].permitted} << 32};
}

Result<void> set_capabilities(std::uint64_t set) {
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    const auto low = static_cast<std::uint32_t>(set);
    const auto high = static_cast<std::uint32_t>(set >> 32);
    const __user_cap_data_struct data[2]{{low, low, 0}, {high, high, 0}};
    if (syscall(SYS_capset, &header, data) != 0) {
        return failed("capset");
    }
    return {};
}

std::uint64_t as_set(std::span<const int> capabilities) {
    std::uint64_t set = 0;
    for (const int capability : capabilities) {
        set |= std::uint64_t{1} << capability;
    }
    return set;
}

/// Without CAP_SETPCAP the bounding set stays; no_new_privs makes it moot.
Result<void> shrink_bounding_set(std::uint64_t keep) {
    for (int capability = 0; prctl(PR_CAPBSET_READ, capability) >= 0; ++capability) {
        if ((keep >> capability & 1) == 0 && prctl(PR_CAPBSET_DROP, capability) != 0 &&
            errno != EPERM) {
            return failed("prctl PR_CAPBSET_DROP " + std::to_string(capability));
        }
    }
    return {};
}

Result<void> become(const Account& account) {
    if (account.uid == geteuid() && account.gid == getegid()) {
        return {};
    }
    if (prctl(PR_SET_KEEPCAPS, 1) != 0) {
        return failed("prctl PR_SET_KEEPCAPS");
    }
    if (setgroups(0, nullptr) != 0 || setresgid(account.gid, account.gid, account.gid) != 0 ||
        setresuid(account.uid, account.uid, account.uid) != 0) {
        return failed("cannot become user " + account.name);
    }
    if (prctl(PR_SET_KEEPCAPS, 0) != 0) {
        return failed("prctl PR_SET_KEEPCAPS");
    }
    return {};
}

std::string user_name(uid_t uid) {
    const passwd* const entry = getpwuid(uid);
    return entry ? entry->pw_name : std::to_string(uid);
}

}  // namespace

Account read_account(const ConfigValue& value) {
    const std::string name = value.string();
    const passwd* const entry = getpwnam(name.c_str());
    if (!entry) {
        value.refuse("is not a user of this machine");
    }
    return {name, entry->pw_uid, entry->pw_gid};
}

Result<void> drop_privileges(const std::optional<Account>& account, std::span<const int> keep) {
    const auto before = own_capabilities();
    if (!before) {
        return Error{before.error()};
    }
    const std::uint64_t wanted = as_set(keep) & before->permitted;
    if (const auto shrunk = shrink_bounding_set(wanted); !shrunk) {
        return shrunk;
    }
    if (account) {
        if (const auto became = become(*account); !became) {
            return became;
        }
    }
    if (const auto set = set_capabilities(wanted); !set) {
        return set;
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return failed("prctl PR_SET_NO_NEW_PRIVS");
    }
    const auto after = own_capabilities();
    if (!after || after->permitted != wanted || after->effective != wanted) {
        return Error{"capabilities are not what was asked for after dropping privileges"};
    }
    return {};
}

std::string describe_privileges() {
    std::string text = "user " + user_name(geteuid()) + ", capabilities:";
    const auto own = own_capabilities();
    if (!own || own->permitted == 0) {
        return text + (own ? " none" : " unknown");
    }
    for (int capability = 0; capability < 64; ++capability) {
        if (own->permitted >> capability & 1) {
            text += " " + std::to_string(capability);
        }
    }
    return text;
}

}  // namespace mobility
