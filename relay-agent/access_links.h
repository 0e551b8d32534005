// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The access interfaces as the kernel has them: they may appear, vanish, and come back under
// another index while the relay agent runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "core/result.h"
#include "daemon/log.h"
#include "relay-agent/descriptor.h"
#include "relay-agent/relay_config.h"

namespace mobility {

class AccessLinks {
public:
    /// Opens a packet socket per interface. `fragments_socket` outlives this.
    static Result<AccessLinks> open(const std::vector<AccessInterface>& interfaces,
                                    int fragments_socket);

    /// The same links for another configuration: those of the same name go on as they are. An error
    /// changes nothing; it names a new interface whose socket the kernel no longer lets us open.
    Result<void> reconfigure(const std::vector<AccessInterface>& interfaces);

    /// Looks which interfaces exist, listens on new ones, and logs what changed.
    void look(Log& log);

    std::size_t size() const { return links_.size(); }
    int packet_socket(std::size_t i) const { return links_[i].socket.get(); }
    /// 0 while the interface is not there.
    unsigned index(std::size_t i) const { return links_[i].index; }
    /// Which access interface has this kernel index.
    std::optional<std::size_t> find(unsigned index) const;
    std::uint64_t take_dropped();

private:
    struct Link {
        std::string name;
        Descriptor socket;
        unsigned index = 0;
        /// What was last told about it, so that it is told once.
        const LogMessage* told = nullptr;
    };

    explicit AccessLinks(int fragments_socket) : fragments_socket_(fragments_socket) {}
    static Result<std::vector<Link>> open_links(const std::vector<AccessInterface>& interfaces,
                                                const std::vector<Link>& known);
    void lose(Link& link);
    Result<void> listen(Link& link, unsigned index);
    void tell(Link& link, Log& log, const LogMessage& message, const std::string& why);

    int fragments_socket_;
    std::vector<Link> links_;
};

}  // namespace mobility
