// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What every Forwarder promises, tested against the one in memory and the kernel alike.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "core/forwarder.h"

namespace mobility {

/// A node to forward on, with the interfaces "access1" and "access2" up and no "absent1".
class ForwarderHost {
public:
    virtual ~ForwarderHost() = default;
    virtual Forwarder& forwarder() = 0;
    /// The agent's process ends and another begins; the node goes on forwarding.
    virtual void restart() = 0;
    /// Somebody else takes away this route of ours.
    virtual void steal(const Prefix& prefix) = 0;
};

struct ForwarderKind {
    const char* name;
    std::unique_ptr<ForwarderHost> (*make)();
    std::string (*why_not)();  ///< empty: can be made here
};

class ForwarderContract : public testing::TestWithParam<ForwarderKind> {
protected:
    void SetUp() override;
    Forwarder& forwarder() { return host_->forwarder(); }
    void restart() { host_->restart(); }
    ForwardingState installed();
    /// A whole look, begun now.
    Forwarder::Audit audit();
    /// Every outcome must be kDone.
    void apply(std::initializer_list<Operation> operations);

    std::unique_ptr<ForwarderHost> host_;
};

}  // namespace mobility
