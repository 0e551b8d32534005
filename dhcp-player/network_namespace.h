// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Opening sockets in another network namespace than the program's own.
#pragma once

#include <string>

namespace mobility::player {

/// While it lives, the calling thread is in the namespace of this name (under /run/netns), and
/// sockets that it opens stay there.
class InNetworkNamespace {
public:
    /// std::runtime_error when there is none, or without CAP_SYS_ADMIN.
    explicit InNetworkNamespace(const std::string& name);
    ~InNetworkNamespace();
    InNetworkNamespace(const InNetworkNamespace&) = delete;
    InNetworkNamespace& operator=(const InNetworkNamespace&) = delete;

private:
    int before_;
};

}  // namespace mobility::player
