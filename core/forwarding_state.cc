// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Forwarding as text, for log messages.
#include "core/forwarding_state.h"

namespace mobility {
namespace {

struct Text {
    std::string operator()(const OnLink& on_link) const {
        return "on link " + on_link.interface + " at " + on_link.link_layer.text();
    }
    std::string operator()(const Via& via) const {
        return "via " + via.link_local.text() + "%" + via.interface;
    }
    std::string operator()(const Tunnel& tunnel) const {
        return "by tunnel to " + tunnel.to.text();
    }
    std::string operator()(const Drop&) const { return "dropped"; }
};

}  // namespace

std::string text(const Forwarding& forwarding) { return std::visit(Text{}, forwarding); }

}  // namespace mobility
