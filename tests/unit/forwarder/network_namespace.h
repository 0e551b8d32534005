// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// A fresh network namespace around a test: nothing outside it changes, and it goes with its last
// socket.
#pragma once

#include <string>

namespace mobility {

/// Why this process cannot make namespaces; empty when it can.
std::string no_namespaces_reason();

/// The calling thread is in the new namespace until the object is destroyed.
class NetworkNamespace {
public:
    /// Loopback is up. Throws std::runtime_error where no_namespaces_reason() is not empty.
    NetworkNamespace();
    ~NetworkNamespace();
    NetworkNamespace(const NetworkNamespace&) = delete;
    NetworkNamespace& operator=(const NetworkNamespace&) = delete;

    /// Takes the thread here again after another namespace.
    void enter() const;
    /// For `ip link set … netns PATH`.
    std::string path() const;

    /// A pair of devices, both up; returns when both have their carrier.
    static void add_pair(const std::string& name, const std::string& peer);

private:
    int before_;
    int here_;
};

/// Runs `ip ARGUMENTS`; throws std::runtime_error with the command when it fails.
void ip(const std::string& arguments);
/// What `ip ARGUMENTS` prints.
std::string ip_output(const std::string& arguments);
/// Returns when `flag` (as "LOWER_UP") is among the flags of the device, or is no more. Throws
/// after five seconds.
void wait_for_flag(const std::string& device, const std::string& flag, bool present = true);

}  // namespace mobility
