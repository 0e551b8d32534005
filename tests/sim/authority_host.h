// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The machine of an authority: its file, and the process that tells the anchors.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>
#include <vector>

#include "core/authority.h"
#include "tests/sim/simulation.h"

namespace mobility::sim {

class AuthorityHost final : public DialingHost {
public:
    explicit AuthorityHost(Simulation& world) : DialingHost(world, "aaa.example") {}
    /// A host that runs has sessions that refer to it.
    ~AuthorityHost() override { stop(); }

    ConnectionUser& connected(std::size_t anchor, Connection& connection) override {
        return authority->connected(anchor, connection);
    }
    /// The file is read again.
    void grant(std::unordered_set<MnId> mns) {
        file = std::move(mns);
        if (!running()) return;
        authority->grant(file);
        kick_links();
    }
    /// From now on every anchor asks it.
    void become_authority() {
        for (auto& anchor : world_.anchors) {
            auto mns = anchor->inventory.mns();
            mns.authorities = {name()};
            const auto replaced = anchor->inventory.replace(anchor->inventory.access_routers(),
                                                            anchor->inventory.sources(), mns);
            assert(replaced);
            static_cast<void>(replaced);
            if (anchor->node) anchor->node->inventory_changed();
        }
    }

    std::unordered_set<MnId> file;
    std::unique_ptr<Authority> authority;

private:
    void start_process() override {
        AuthoritySettings settings{name(), {}, "sim"};
        for (const auto& anchor : world_.anchors) settings.anchors.push_back(anchor->name());
        authority = std::make_unique<Authority>(
            std::move(settings), file, clock_, world_.timers.session,
            [this](const Notice& notice) { world_.notice(name(), notice); });
        for (std::size_t i = 0; i < world_.anchors.size(); ++i) world_.dial(*this, i);
    }
    void stop_process() override { authority.reset(); }
    bool work() override { return false; }
    void tick(Instant now) override { authority->tick(now); }
};

}  // namespace mobility::sim
