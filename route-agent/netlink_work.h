// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// One apply(): operations become steps (a message and what its success means for the index), sent
// in batches: tunnels first, then neighbour entries and routes in the order asked, then what lost
// its last user, tunnels last.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/forwarder.h"
#include "route-agent/netlink_forwarder.h"
#include "route-agent/netlink_index.h"
#include "route-agent/netlink_socket.h"

namespace mobility {

class NetlinkWork {
public:
    /// All of them outlive the work.
    NetlinkWork(const NetlinkSettings& settings, NetlinkSocket& socket, NetlinkIndex& index,
                std::span<const Operation> operations, std::vector<Outcome>& outcomes);

    /// Carries out the operations with these positions, ascending. Returns those that failed
    /// because the index is not what the kernel holds: worth another try after reading back.
    std::vector<std::size_t> run(const std::vector<std::size_t>& positions);

    /// purge(): removes what the index shows without users. Returns how many went; the error is
    /// the first one.
    Result<std::size_t> purge();

private:
    struct Step {
        std::optional<std::size_t> operation;  ///< nothing: cleaning up, its failure is nobody's
        const char* what;
        enum class Nature : std::uint8_t {
            kAdds,
            kAddsThroughNexthop,  ///< EINVAL may mean that the nexthop object is gone
            kAddsKnown,           ///< EEXIST is fine
            kRemoves              ///< absence is fine
        } nature;
        std::function<void()> done;
    };

    void create_nexthops(const std::vector<std::size_t>& positions);
    void create_nexthop(std::size_t position, const NexthopUse& use);
    void clean_up();
    void remove_reverse_default(const ReverseTable& table);

    void prepare(std::size_t position);
    void prepare(std::size_t position, const SetRoute& operation);
    void prepare(std::size_t position, const RemoveRoute& operation);
    void prepare(std::size_t position, const AddDecapsulation& operation);
    void prepare(std::size_t position, const RemoveDecapsulation& operation);
    void prepare(std::size_t position, const AddReversePath& operation);
    void prepare(std::size_t position, const RemoveReversePath& operation);
    void prepare(std::size_t position, const AddDirectPath& operation);
    void prepare(std::size_t position, const RemoveDirectPath& operation);
    void put_rule(std::size_t position, const KernelRule& rule);
    void take_rule(std::size_t position, const KernelRule& rule);
    void put_route(std::size_t position, const Prefix& prefix, const IndexedRoute& route);
    void take_route(std::size_t position, const Prefix& prefix);
    void put_neighbour(std::size_t position, const NeighbourKey& key,
                       const LinkLayerAddress& link_layer);

    /// Kernel numbers of what an operation asks for; nothing after fail().
    std::optional<IndexedRoute> indexed(std::size_t position, const SetRoute& operation);
    std::optional<std::uint32_t> interface_index(std::size_t position, const std::string& name);
    std::optional<std::uint32_t> free_nexthop() const;
    std::optional<ReverseTable> free_reverse_table(Family family) const;
    KernelRoute kernel_route(const Prefix& prefix, const IndexedRoute& route) const;
    KernelRoute reverse_route(const ReverseTable& table, std::uint32_t nexthop) const;
    /// The table whose default route leads through the nexthop; nothing after fail().
    std::optional<std::uint32_t> put_reverse_default(std::size_t position, Family family,
                                                     std::uint32_t nexthop);
    KernelRule kernel_rule(const ReversePath& path, std::uint32_t table) const;
    KernelRule kernel_rule(const Decapsulation& ipv4_inside, std::uint32_t table) const;
    KernelRule kernel_rule(const DirectPath& path) const;

    void add_step(NetlinkMessage message, Step step);
    /// Sends what is prepared, repeats what was transient, settles outcomes and index.
    void flush();
    void settle(const Step& step, const KernelAnswer& answer);
    static bool is_stale(const Step& step, int error);
    void fail(std::size_t position, Outcome::Kind kind, std::string reason);
    bool failed(std::size_t position) const;

    const NetlinkSettings& settings_;
    NetlinkSocket& socket_;
    NetlinkIndex& index_;
    const std::span<const Operation> operations_;
    std::vector<Outcome>& outcomes_;

    std::vector<NetlinkMessage> messages_;  ///< with steps_, the batch in preparation
    std::vector<Step> steps_;
    std::unordered_set<Prefix> in_batch_;  ///< so that a repetition never overtakes a later change
    std::vector<std::size_t> stale_;
    std::unordered_map<std::string, std::uint32_t> interfaces_;
    std::map<NexthopUse, std::uint32_t> creating_;  ///< nexthops on their way
    std::set<ReverseTable> touched_tables_;
    std::size_t cleaned_ = 0;
    std::string cleaning_error_;
};

}  // namespace mobility
