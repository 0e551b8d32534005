// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Datagram to dial.
#include "route-agent/announced_dialling.h"

#include "route-agent/messages.h"

namespace mobility {
namespace {

std::vector<AnnouncedAnchors::Anchor> known(const AccessRole& role) {
    std::vector<AnnouncedAnchors::Anchor> anchors;
    for (const auto& each : role.anchors) {
        anchors.push_back({each.name, each.address.has_value()});
    }
    return anchors;
}

}  // namespace

AnnouncedDialling::AnnouncedDialling(boost::asio::io_context& io, const AccessRole& role,
                                     const AccessNode& node,
                                     std::vector<std::unique_ptr<AnchorLink>>& links,
                                     const Clock& clock, Log& log)
    : node_(node),
      links_(links),
      clock_(clock),
      log_(log),
      anchors_(known(role)),
      listener_(io, role.announcements->address, role.announcements->group,
                [this](const std::string& datagram) { hear(datagram); }) {}

void AnnouncedDialling::tick() {
    for (std::size_t i = 0; i < node_.anchors(); ++i) {
        node_.session(i).associated() ? anchors_.associated(i) : anchors_.lost(i);
    }
}

void AnnouncedDialling::hear(const std::string& datagram) {
    tick();
    const auto dial = anchors_.hear(datagram, clock_.now().now);
    if (!dial) return;
    log_.write_limited(route_agent::kAnchorAnnounced, clock_.now().now, [&] {
        const auto name = node_.session(dial->anchor).anchor_name();
        return dial->at ? name + " at " + SocketAddress{dial->at->address, dial->at->port}.text()
                        : name;
    });
    links_[dial->anchor]->dial_now(dial->at);
}

}  // namespace mobility
