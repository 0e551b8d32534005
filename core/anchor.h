// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The owner of the bindings of its prefixes: events, acknowledgements and time in; answers, records
// for ARs and its own wanted routes out. It decides everything, and it is level-triggered: after
// each input it compares what is with what should be; there is no state machine per move.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/binding_record.h"
#include "core/binding_table.h"
#include "core/inventory.h"
#include "core/notice.h"
#include "core/routes.h"
#include "core/state_digest.h"

namespace mobility {

/// What the Anchor asks of its surroundings. Implementations queue: they never call the Anchor back
/// before they return.
class AnchorOutput {
public:
    virtual ~AnchorOutput() = default;
    /// One answer for each item of the source's message with this number.
    virtual void answer(DomainId source, std::uint64_t number,
                        const std::vector<Answer>& answers) = 0;
    /// What Anchor::record says of this prefix at this AR has changed.
    virtual void record_changed(NodeId ar, const Prefix& prefix) = 0;
    /// What Anchor::wanted says of this prefix has changed.
    virtual void route_changed(const Prefix& prefix) = 0;
    virtual void notice(const Notice& notice) = 0;
};

/// Who may move a binding to another AR.
enum class MoveRequires : std::uint8_t {
    kNothing,          ///< the client identifier suffices
    kLinkLayerAddress  ///< the message must come from the link-layer address of the binding
};

struct AnchorSettings {
    std::vector<Prefix> prefixes;  ///< owned; no overlaps
    TunnelMode mode = TunnelMode::kSeg6;
    MoveRequires move_requires = MoveRequires::kLinkLayerAddress;
    /// Tunnel address of the AR in this same box, if there is one: it needs no tunnel.
    std::optional<IpAddress> own_access_router;
    Milliseconds linger{1000};   ///< an old AR keeps its reverse path for that long
    Seconds remember_ended{60};  ///< a lookup that began before the end does not revive a binding
};

/// Owner: the anchor agent's one thread.
class Anchor final : public Routes {
public:
    Anchor(AnchorSettings settings, Inventory& inventory, AnchorOutput& output);

    // From sources. Every numbered message is answered exactly once, unless its source leaves
    // first.
    void attached(DomainId source, std::uint64_t number, const Attached& event, Moment moment);
    void detached(DomainId source, std::uint64_t number, const Detached& event, Moment moment);
    void list_begin(DomainId source);
    void list_page(DomainId source, const std::vector<LeaseEntry>& page, Moment moment);
    void list_end(DomainId source, Moment moment);
    /// Nobody waits for its answers any more; its bindings stay.
    void source_gone(DomainId source);
    /// The operator has looked: remove what the last list of this source did not have, if it was
    /// too short. Returns how many.
    std::size_t confirm_removal(DomainId source, Moment moment);

    // From access routers.
    void ar_connected(NodeId ar);
    /// What was pending there is recorded and Deferred.
    void ar_gone(NodeId ar);
    /// It says that this is installed there, by the word of an anchor before a restart.
    void ar_reported(NodeId ar, const BindingRecord& record, Moment moment);
    /// It says that the MN is gone from there, or that it cannot keep this record's route; its
    /// leases stay.
    Answer ar_deregistered(NodeId ar, const Prefix& prefix, std::uint64_t sequence);
    /// Over what this AR should have.
    StateDigest digest_at(NodeId ar) const;
    /// It has all records of these buckets, as they are.
    void ar_has(NodeId ar, const Buckets& buckets);
    /// Of the record with this sequence.
    void ar_acknowledged(NodeId ar, const Prefix& prefix, std::uint64_t sequence,
                         const Answer& answer);

    /// What this AR should know of the prefix; nothing: no longer anything.
    std::optional<BindingRecord> record(NodeId ar, const Prefix& prefix, Instant now) const;
    /// In order of prefix, what this AR should have records of.
    std::vector<Prefix> records_at(NodeId ar) const { return table_.at(ar); }
    /// The prefix is still bound (so an AR that no longer has it lost it by a move).
    bool bound(const Prefix& prefix) const;

    // From its own kernel.
    /// Found installed at start: kept until every source that may own it has listed its leases.
    void found_in_kernel(const Prefix& prefix, const Forwarding& forwarding);
    std::optional<Forwarding> wanted(const Prefix& prefix) const override;
    void confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) override;
    void failed(const Prefix& prefix, const Forwarding& forwarding,
                const std::string& reason) override;

    bool owns(const Prefix& prefix) const;
    const AnchorSettings& settings() const { return settings_; }
    const BindingTable& bindings() const { return table_; }
    /// Some of what the kernel had at start has not been spoken of yet, or is still there.
    bool recovering() const { return !recovered_.empty(); }
    /// Every source that may own bindings here has listed its leases since the start.
    bool listed() const;

    struct Counters {
        std::uint64_t attached = 0;   ///< items
        std::uint64_t installed = 0;  ///< answers, likewise
        std::uint64_t unchanged = 0;
        std::uint64_t deferred = 0;
        std::uint64_t superseded = 0;
        std::uint64_t refused = 0;
        std::uint64_t moves = 0;   ///< bindings that got another place
        std::uint64_t copies = 0;  ///< messages that were a copy or older: refreshed, moved nothing
        std::uint64_t detached = 0;          ///< bindings ended
        std::uint64_t foreign_detached = 0;  ///< ignored: another MN or source holds it
    };
    const Counters& counters() const { return counters_; }

private:
    struct Request {
        DomainId source;
        std::uint64_t number;
        std::vector<Answer> answers;
        std::size_t open;
    };
    struct Wait {
        std::uint64_t request;
        std::size_t item;
    };

    std::optional<Answer> attach(DomainId source, const Attached& event, NodeId ar,
                                 const Item& item, Moment moment);
    Result<NodeId> vouched(const Attachment& attachment) const;
    std::optional<Answer> refuse(DomainId source, const Attached& event, const Item& item,
                                 const Binding* binding, Moment moment) const;
    std::optional<Answer> progress(const Binding& binding) const;
    Binding& create(const Prefix& prefix, const MnId& mn, std::uint32_t iaid, DomainId owner);
    void refresh(Binding& binding, DomainId owner, const Item& item, Instant now);
    void move(Binding& binding, NodeId ar, const Attachment& attachment, Moment moment);
    void end(Binding& binding, Moment moment);
    bool ended_after(const Prefix& prefix, Instant began, Instant now) const;

    /// `change` of where, route and routed; the ARs concerned hear of it.
    template <typename Change>
    void place(Binding& binding, Change change) {
        table_.place(binding, change,
                     [&](NodeId ar) { output_.record_changed(ar, binding.prefix); });
    }
    void settle(Binding& binding);
    void resolve(const Prefix& prefix, const Answer& answer);
    void count(const Answer& answer);
    void give(std::uint64_t request, std::size_t item, const Answer& answer);
    /// Bindings of this source that its last list did not have.
    std::vector<Prefix> unlisted(DomainId source) const;
    /// In the kernel since before the start, inside the source's claim, and still nobody's.
    std::size_t unclaimed(DomainId source) const;
    void finish_list(DomainId source, const std::vector<Prefix>& missing, Moment moment);
    void release_recovered();

    AnchorSettings settings_;
    Inventory& inventory_;
    AnchorOutput& output_;
    BindingTable table_;
    std::set<NodeId> connected_;
    std::uint64_t next_request_ = 1;
    std::map<std::uint64_t, Request> requests_;
    std::unordered_map<Prefix, std::vector<Wait>> waits_;
    std::unordered_map<Prefix, Instant> ended_;
    std::deque<std::pair<Instant, Prefix>> ended_in_order_;
    /// In the kernel since before the start; no binding yet.
    struct Recovered {
        std::optional<NodeId> ar;  ///< where it leads, if that is known
        bool released = false;     ///< it is nobody's, and waits for the kernel to remove it
    };
    std::unordered_map<Prefix, Recovered> recovered_;
    std::uint64_t list_ = 1;      ///< grows with every list_begin
    std::uint64_t sequence_ = 0;  ///< the last one given
    struct List {
        std::uint64_t number = 0;
        bool too_short = false;  ///< ended, and waits for the operator
        bool complete = false;   ///< one has ended since the start and was believed
    };
    std::map<DomainId, List> lists_;
    Counters counters_;
};

}  // namespace mobility
