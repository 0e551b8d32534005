// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// An AR's ear for announcements, joined to the links that they are about.
#pragma once

#include <memory>
#include <vector>

#include "core/announced_anchors.h"
#include "core/nodes.h"
#include "daemon/log.h"
#include "route-agent/anchor_link.h"
#include "route-agent/settings.h"

namespace mobility {

/// Thread: that of `io`. What it refers to outlives it.
class AnnouncedDialling {
public:
    /// `links`: those of `node`, in its anchors' order. Throws std::runtime_error when `role` hears
    /// announcements where they cannot be heard.
    AnnouncedDialling(boost::asio::io_context& io, const AccessRole& role, const AccessNode& node,
                      std::vector<std::unique_ptr<AnchorLink>>& links, const Clock& clock,
                      Log& log);

    /// Looks which anchors have a session. Now and then.
    void tick();
    const AnnouncedAnchors& anchors() const { return anchors_; }

private:
    void hear(const std::string& datagram);

    const AccessNode& node_;
    std::vector<std::unique_ptr<AnchorLink>>& links_;
    const Clock& clock_;
    Log& log_;
    AnnouncedAnchors anchors_;
    AnnouncementListener listener_;
};

}  // namespace mobility
