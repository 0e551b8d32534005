// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The bindings an anchor owns, and which of them each access router should know.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "core/inventory.h"
#include "core/mobility_event.h"
#include "core/order.h"
#include "core/prefix_map.h"
#include "core/state_digest.h"

namespace mobility {

/// One answer to the question where an MN is. Never changed once made: a newer answer is another
/// Place.
struct Place {
    NodeId ar{};
    Attachment attachment;       ///< empty when only the kernel remembered (sequence 0)
    std::uint64_t sequence = 0;  ///< grows with every move of the prefix; 0 proves nothing
};
using PlacePtr = std::shared_ptr<const Place>;

/// prefix -> MN and where it is. `where` runs ahead, `route` follows when the AR has acknowledged,
/// `routed` follows when the anchor's kernel has confirmed; at rest all three are the same Place.
struct Binding {
    Prefix prefix;
    MnId mn;  ///< changed by BindingTable::hand_over only
    std::uint32_t iaid = 0;
    DomainId owner{};
    Instant expires;             ///< for display and policy
    std::optional<Heard> heard;  ///< the message that placed it, unless that was before a restart
    EarlierExchanges earlier;    ///< than that message, or judged to be
    PlacePtr where;              ///< where the MN is; nothing: not known, or the lease has ended
    PlacePtr route;              ///< where the anchor's route should point
    PlacePtr routed;             ///< where the anchor's kernel last confirmed that it points
    bool acknowledged = false;   ///< the AR of `where` has confirmed it
    bool ended = false;          ///< the lease is gone; waits for the anchor's route to go
    std::uint64_t highest_sequence = 0;
    std::uint64_t touched = 0;  ///< number of the list that was running at the last change
    bool counted = false;       ///< by its owner's LeaseList: it has an owner and has not ended

    /// BindingTable's own: the other placed bindings of the MN.
    struct OfMn {
        Binding* next = nullptr;
        Binding* previous = nullptr;
    } of_mn;

    /// The Place that this AR should have a record of, if any.
    PlacePtr place_at(NodeId ar) const;
};

class BindingTable {
public:
    Binding* find(const Prefix& prefix);
    const Binding* find(const Prefix& prefix) const;
    Binding& create(const Prefix& prefix);
    /// Only when no AR should know it any more.
    void erase(const Prefix& prefix);

    /// The prefix is this MN's from now on.
    void hand_over(Binding& binding, const MnId& mn);

    /// Those of this MN that have a place (`where`), in no order: what limits count. A lease that
    /// was only listed has none.
    std::vector<Binding*> placed(const MnId& mn) const;
    bool has_placed(const MnId& mn) const { return by_mn_[part(mn)].contains(mn); }
    /// Of all MNs.
    std::size_t placed() const { return placed_; }

    std::size_t size() const { return bindings_.size(); }
    const PrefixMap<Binding>& all() const { return bindings_; }

    /// Applies `change` to the three places and tells `ar_changed(NodeId)` each AR whose record
    /// appeared, changed or went.
    template <typename Change, typename ArChanged>
    void place(Binding& binding, Change change, ArChanged ar_changed);

    /// Of this bucket and in no order, the prefixes of which this AR should have a record.
    std::vector<Prefix> at(NodeId ar, std::size_t bucket) const;
    /// Over all those records.
    StateDigest digest_at(NodeId ar) const;

private:
    /// Finds the first placed binding of an MN; the others hang on it. The MN is not stored again.
    struct ByMn {
        using is_transparent = void;
        std::size_t operator()(const MnId& mn) const { return std::hash<MnId>()(mn); }
        std::size_t operator()(const Binding* binding) const { return (*this)(binding->mn); }
        bool operator()(const Binding* a, const Binding* b) const { return a->mn == b->mn; }
        bool operator()(const MnId& mn, const Binding* b) const { return mn == b->mn; }
        bool operator()(const Binding* b, const MnId& mn) const { return mn == b->mn; }
    };

    /// What one AR should have records of. Some 16 KiB an AR.
    struct Records {
        PrefixSet prefixes;
        StateDigest digest;
    };
    using FirstPlaced = std::unordered_set<Binding*, ByMn, ByMn>;

    void index(const Prefix& prefix, NodeId ar, const PlacePtr& had, const PlacePtr& has);
    void index(Binding& binding, bool placed);
    static std::size_t part(const MnId& mn) { return std::hash<MnId>()(mn) >> 56; }

    PrefixMap<Binding> bindings_;
    std::unordered_map<std::uint32_t, Records> by_ar_;
    std::array<FirstPlaced, 256> by_mn_;  ///< in parts, so that it grows a part at a time
    std::size_t placed_ = 0;
};

template <typename Change, typename ArChanged>
void BindingTable::place(Binding& binding, Change change, ArChanged ar_changed) {
    const std::array before{binding.where, binding.route, binding.routed};
    std::array<PlacePtr, 3> record_before;
    for (std::size_t i = 0; i < 3; ++i) {
        if (before[i]) record_before[i] = binding.place_at(before[i]->ar);
    }
    change(binding);
    if (!before[0] != !binding.where) index(binding, binding.where != nullptr);
    std::set<NodeId> told;
    const auto tell = [&](const PlacePtr& place, const PlacePtr& had) {
        if (!place || !told.insert(place->ar).second) return;
        const auto has = binding.place_at(place->ar);
        if (has == had) return;
        index(binding.prefix, place->ar, had, has);
        ar_changed(place->ar);
    };
    for (std::size_t i = 0; i < 3; ++i) tell(before[i], record_before[i]);
    for (const auto& place : {binding.where, binding.route, binding.routed}) tell(place, nullptr);
}

}  // namespace mobility
