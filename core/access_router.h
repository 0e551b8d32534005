// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// What one AR should forward: the union of what its anchors want here, resolved to its own access
// interfaces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/access_diary.h"
#include "core/binding_record.h"
#include "core/instant.h"
#include "core/next_hops.h"
#include "core/notice.h"
#include "core/prefix_map.h"
#include "core/routes.h"
#include "core/state_digest.h"

namespace mobility {

/// One link to MNs.
struct AccessInterface {
    std::string name;          ///< in the kernel
    IpAddress link_address;    ///< what its relay writes into Relay-forwards
    std::string interface_id;  ///< Interface-ID option of its relay; our relay sends the name
};

/// What an anchor says of itself when it accepts the AR.
struct AnchorTerms {
    std::vector<Prefix> prefixes;  ///< that it owns
    Tunnel tunnel;                 ///< to it
    bool reverse_tunnel = true;    ///< packets from its prefixes go back through it
};

/// Which way a packet takes from one MN to another one of the same AR, where packets of MNs go to
/// their anchor otherwise.
enum class MnToMn : std::uint8_t {
    kDirect,
    kThroughAnchor  ///< the anchor's operator sees and filters all
};

class AccessRouterOutput {
public:
    virtual ~AccessRouterOutput() = default;
    /// Of the anchor's message with this number, when the kernel has confirmed all of it.
    virtual void acknowledge(std::size_t anchor, std::uint64_t number,
                             const std::vector<Answer>& answers) = 0;
    /// What AccessRouter::wanted says of this prefix may have changed.
    virtual void route_changed(const Prefix& prefix, bool bulk) = 0;
    virtual void notice(const Notice& notice) = 0;
    /// Tell this anchor that these records (prefix, sequence) end here: the MN is gone, or its
    /// route cannot even be dropped, or has no room. False: it cannot be told now.
    virtual bool deregister(std::size_t anchor,
                            const std::vector<std::pair<Prefix, std::uint64_t>>& records) = 0;
};

/// Owner: the access agent's one thread. Anchors are named by their position in its configuration.
/// What an anchor has wanted stays wanted while the anchor is away.
class AccessRouter final : public Routes {
public:
    AccessRouter(IpAddress tunnel_address, std::vector<AccessInterface> interfaces,
                 std::vector<std::string> anchors, AccessRouterOutput& output,
                 MnToMn mn_to_mn = MnToMn::kDirect);

    /// Told from now on of what the kernel is given and loses; null: nobody is.
    void keep(AccessDiary* diary) { diary_ = diary; }

    void accepted(std::size_t anchor, AnchorTerms terms);
    /// Its full state of these buckets follows: what is neither said by the end nor between is
    /// gone.
    void list_begin(std::size_t anchor, const Buckets& buckets = Buckets::all());
    void list_end(std::size_t anchor);
    /// As if it had told an empty full state: it has been away for longer than anybody waits.
    void forget_all(std::size_t anchor);
    /// A slice of what ends of lists have left to do. True: more is left.
    bool work();
    /// A record outside the anchor's prefixes is refused. What was installed while they were more
    /// stays until the anchor removes it, or leaves it out of its full state.
    void install(std::size_t anchor, std::uint64_t number,
                 const std::vector<BindingRecord>& records);
    void remove(std::size_t anchor, std::uint64_t number, const std::vector<Prefix>& prefixes);
    /// The reverse path to this anchor stays until then, whoever leaves.
    void linger(std::size_t anchor, Instant until);
    /// Its session is gone: it waits for no acknowledgement any more.
    void anchor_gone(std::size_t anchor);

    /// An operator, or whoever watches the access link, knows that these MNs are gone: their
    /// anchors are told, and their routes go when those have taken theirs away. An anchor that is
    /// away hears nothing of it later either: the MN may be back by then, under the same sequence.
    struct Gone {
        std::size_t told = 0;
        std::size_t not_told = 0;
    };
    Gone gone(const std::function<bool(const BindingRecord&)>& which);

    /// Found installed at start: kept until the anchor that owns it has told its full state, and
    /// while it wants a record whose place we cannot tell.
    void found_in_kernel(const Prefix& prefix, const Forwarding& forwarding);
    std::optional<Forwarding> wanted(const Prefix& prefix) const override;
    void written(const Prefix& prefix, const Forwarding* forwarding) override;
    void confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) override;
    RouteNeeds needs(const Prefix& prefix, const Forwarding& forwarding) const override;
    /// What was here already keeps its place, also where its anchor says so after our start: its
    /// packets end here until it is reachable again. Unless there is no room for routes.
    std::optional<Forwarding> failed(const Prefix& prefix, const Forwarding& forwarding,
                                     const Outcome& outcome, bool again) override;
    void has_room_again() override;

    /// Some of what was found at start has not been spoken of yet.
    bool recovering() const { return !recovered_.empty(); }
    /// Every anchor has told its full state since the start.
    bool listed() const;
    /// While an anchor has a route here, its tunnel ends here and its reverse path leads back.
    std::vector<Decapsulation> decapsulations() const;
    std::vector<ReversePath> reverse_paths(Instant now) const;
    /// To MNs here, whoever anchors them.
    std::vector<DirectPath> direct_paths() const;

    /// For the report to this anchor: records that prove something, and that the kernel has (or
    /// drops until it can have them).
    std::optional<BindingRecord> record(std::size_t anchor, const Prefix& prefix) const;
    /// Of those records, and of others in a way that equals nothing which their anchor may have.
    const StateDigest& digest(std::size_t anchor) const { return anchors_[anchor].digest; }
    /// Prefixes that this anchor wants here, of one bucket.
    std::vector<Prefix> in_bucket(std::size_t anchor, std::size_t bucket) const;
    std::size_t size() const { return wants_.size(); }
    std::size_t size(std::size_t anchor) const { return anchors_[anchor].prefixes.size(); }

private:
    struct Want {
        std::size_t anchor;
        BindingRecord record;
        std::uint64_t list;      ///< of its anchor, when it was last said
        bool remembered;         ///< its anchor said so before it had told all it knew
        bool confirmed = false;  ///< the kernel has it, or drops it until it can
    };
    struct Anchor {
        std::string name;
        AnchorTerms terms;
        PrefixSet prefixes;  ///< with a Want of this anchor
        StateDigest digest;  ///< of those Wants
        std::uint64_t list = 0;
        Buckets listing;         ///< what the present list is about
        std::size_t unsaid = 0;  ///< of those prefixes: Wants that it has not said yet
        Instant lingers_until{};
        bool complete = false;  ///< has told its full state since our start

        bool owns(const Prefix& prefix) const;
    };
    struct Request {
        std::size_t anchor;
        std::uint64_t number;
        std::vector<Answer> answers;
        std::size_t open;
    };
    struct Wait {
        std::uint64_t request;
        std::size_t item;
    };

    Result<std::string> interface_of(const Attachment& attachment) const;
    void keep_listed(std::size_t anchor, const Prefix& prefix);
    /// The interface, if the record can lead there.
    Result<std::string> place_of(const BindingRecord& record) const;
    Result<void> want(std::size_t anchor, const BindingRecord& record);
    void forget(std::size_t anchor, const Prefix& prefix);
    void note_next_hop(const Prefix& prefix);
    /// By its anchor, in the present list.
    static void said(Anchor& anchor, Want& want);
    /// What stands for it in its anchor's digest.
    static std::uint64_t proof(const Want& want);
    void confirm(Want& want, bool confirmed);
    const Want* newest_want(const Prefix& prefix) const;
    const BindingRecord* newest(const Prefix& prefix) const;
    void give_up(const Prefix& prefix, const std::string& reason);
    void resolve(const Prefix& prefix, const Answer& answer);
    void give(std::uint64_t request, std::size_t item, const Answer& answer);

    /// A list has ended: what was not said goes.
    struct Ending {
        std::size_t anchor;
        std::uint64_t list;
        Buckets buckets;
        std::size_t part;
        std::vector<Prefix> left;  ///< of the part under way
        std::size_t ended;
        bool absent;  ///< nobody has told a list
    };
    std::size_t end_unsaid(Ending& ending);
    void finish(const Ending& ending);
    std::size_t release(std::size_t part);

    IpAddress tunnel_address_;
    std::vector<AccessInterface> interfaces_;
    AccessRouterOutput& output_;
    AccessDiary* diary_ = nullptr;
    MnToMn mn_to_mn_;
    std::vector<Anchor> anchors_;
    PrefixMap<std::vector<Want>> wants_;
    NextHops next_hops_;  ///< of what is wanted
    PrefixMap<Forwarding> recovered_;
    std::deque<Ending> endings_;
    std::size_t releasing_ = PrefixSet::kParts;  ///< part of recovered_ to be looked at next
    std::uint64_t next_request_ = 1;
    std::map<std::uint64_t, Request> requests_;
    std::unordered_map<Prefix, std::vector<Wait>> waits_;
};

}  // namespace mobility
