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

#include "core/allocations.h"
#include "core/anchor_diary.h"
#include "core/binding_record.h"
#include "core/binding_table.h"
#include "core/inventory.h"
#include "core/journal.h"
#include "core/lease_list.h"
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
    /// What Anchor::journal_entry says of this prefix may have changed.
    virtual void binding_changed(const Prefix& prefix) = 0;
    virtual void notice(const Notice& notice) = 0;
};

/// Who may move a binding to another AR.
enum class MoveRequires : std::uint8_t {
    kNothing,          ///< the client identifier suffices
    kLinkLayerAddress  ///< the message must come from the link-layer address of the binding
};

/// What becomes of an address beyond what one MN may have.
enum class OverLimit : std::uint8_t {
    kRefuse,
    kRemoveOldest  ///< the binding of this MN that has been silent longest ends instead
};

/// Counted is what has a place; 0 is no limit. What was there already goes on, and may move.
struct Limits {
    std::size_t addresses_per_mn = 0;  ///< addresses and delegated prefixes together
    OverLimit over_limit = OverLimit::kRefuse;
    std::size_t bindings = 0;  ///< of all MNs
};

struct AnchorSettings {
    std::vector<Prefix> prefixes;  ///< owned; no overlaps
    TunnelMode mode = TunnelMode::kSeg6;
    MoveRequires move_requires = MoveRequires::kLinkLayerAddress;
    /// Tunnel address of the AR in this same box, if there is one: it needs no tunnel.
    std::optional<IpAddress> own_access_router;
    Milliseconds linger{1000};  ///< an old AR keeps its reverse path for that long
    Limits limits{};
    /// Bindings of a source that has had no session for so long end; nothing: never.
    std::optional<Seconds> keep_bindings;
    Seconds remember_ended{60};  ///< a lookup that began before the end does not revive a binding
};

/// Owner: the anchor agent's one thread.
class Anchor final : public Routes {
public:
    Anchor(AnchorSettings settings, Inventory& inventory, AnchorOutput& output);

    // From sources. Every numbered message (1 and above) is answered exactly once, unless its
    // source leaves first.
    void attached(DomainId source, std::uint64_t number, const Attached& event, Moment moment);
    void detached(DomainId source, std::uint64_t number, const Detached& event, Moment moment);
    /// The same answer for all items of an event whose place nobody has attested.
    void answer_all(DomainId source, std::uint64_t number, const Attached& event,
                    const Answer& answer);
    /// The operator hears that nobody has attested it.
    void tell_unattested(const Attached& event, const Answer& refusal);
    /// An event that was answered so, and is attested after all: nobody waits for another answer.
    void attested_late(DomainId source, const Attached& event, Milliseconds late, Moment moment);
    /// The AR that an attachment names, when the Relay-forward came from one of its addresses.
    Result<NodeId> vouched(const Attachment& attachment) const;
    std::string name(NodeId ar) const { return inventory_.name(ar); }
    /// Over what this anchor has of its leases.
    StateDigest lease_digest(DomainId source) const;
    /// Of these buckets, its leases are what is bound here now.
    void source_has(DomainId source, const Buckets& buckets) { lists_[source].known.add(buckets); }
    /// The list is about these buckets: of the others, the source has just what is bound here.
    void list_begin(DomainId source, const Buckets& buckets = Buckets::all());
    void list_page(DomainId source, const std::vector<LeaseEntry>& page, Moment moment);
    void list_end(DomainId source, Moment moment);
    /// Nobody waits for its answers any more; its bindings stay.
    void source_gone(DomainId source);
    /// The operator has looked: remove what the last list of this source did not have, if it was
    /// too short. Returns how many that were.
    std::size_t confirm_removal(DomainId source, Moment moment);
    /// As if this source had listed no lease, and was believed.
    void end_all(DomainId source, Moment moment);
    /// Bindings of this source that have not ended.
    std::size_t owned(DomainId source) const;

    /// The inventory has been replaced: bindings of MNs that it prohibits end.
    void end_prohibited(Moment moment);

    /// Told from now on of what becomes of each binding; null: nobody is.
    void keep(AnchorDiary* diary) { diary_ = diary; }

    /// Which MNs may be served.
    Allocations& allocations() { return allocations_; }
    const Allocations& allocations() const { return allocations_; }

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
    StateDigest digest_at(NodeId ar) const { return table_.digest_at(ar); }
    /// It has all records of these buckets, as they are now.
    void ar_has(NodeId ar, const Buckets& buckets);
    /// That was all that it has.
    void ar_report_ended(NodeId ar);
    /// Of the record with this sequence.
    void ar_acknowledged(NodeId ar, const Prefix& prefix, std::uint64_t sequence,
                         const Answer& answer);

    /// What this AR should know of the prefix; nothing: no longer anything.
    std::optional<BindingRecord> record(NodeId ar, const Prefix& prefix, Instant now) const;
    /// Of this bucket, what this AR should have records of.
    std::vector<Prefix> records_at(NodeId ar, std::size_t bucket) const {
        return table_.at(ar, bucket);
    }
    /// The prefix is still bound (so an AR that no longer has it lost it by a move).
    bool bound(const Prefix& prefix) const;

    // From its own kernel.
    /// Found installed at start: kept until every source that may own it has listed its leases.
    void found_in_kernel(const Prefix& prefix, const Forwarding& forwarding);
    std::optional<Forwarding> wanted(const Prefix& prefix) const override;
    void confirmed(const Prefix& prefix, const std::optional<Forwarding>& forwarding) override;
    std::optional<Forwarding> failed(const Prefix& prefix, const Forwarding& forwarding,
                                     const Outcome& outcome, bool again) override;
    void has_room_again() override;

    // From and for its journal.
    /// What an earlier process knew, after all that was found in the kernel. Returns the prefixes
    /// whose entries mean nothing here any more.
    std::vector<Prefix> recover(const JournalContents& journal, Moment moment);
    /// Nothing: the place is not known, or the lease has ended.
    std::optional<JournalEntry> journal_entry(const Prefix& prefix, Moment moment) const;
    std::uint64_t last_sequence() const { return sequence_; }
    /// Waits no longer for ARs that the kernel leads to and the journal does not. Now and then.
    void tick(Instant now);

    /// A slice of what concerns many bindings: ends of lists, what digests have proven. True: more
    /// is left.
    bool work(Moment moment);

    bool owns(const Prefix& prefix) const;
    const AnchorSettings& settings() const { return settings_; }
    const BindingTable& bindings() const { return table_; }
    /// Some of what the kernel had at start has not been spoken of yet, or is still there.
    bool recovering() const { return !recovered_.empty(); }
    /// Some of its leases may be of this anchor's prefixes.
    bool may_own(const SourceClaim& claim) const;
    /// Every source that may own bindings here has listed its leases since the start.
    bool listed() const;

    struct Counters {
        std::uint64_t attached = 0;   ///< items
        std::uint64_t installed = 0;  ///< answers, likewise
        std::uint64_t unchanged = 0;
        std::uint64_t deferred = 0;
        std::uint64_t superseded = 0;
        std::uint64_t refused = 0;
        std::map<Refusal, std::uint64_t> refusals;  ///< the same by their code
        std::uint64_t moves = 0;                    ///< bindings that got another place
        std::uint64_t copies = 0;  ///< messages that were a copy or older: refreshed, moved nothing
        std::uint64_t detached = 0;          ///< bindings ended
        std::uint64_t foreign_detached = 0;  ///< ignored: another MN or source holds it
        std::uint64_t oldest_removed = 0;    ///< ended to make room for another of the same MN
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
    std::optional<Answer> refuse(DomainId source, const Attached& event, const Item& item,
                                 const Binding* binding, Moment moment) const;
    /// What prohibitions and limits say of an item that nothing else speaks against; makes room.
    std::optional<Answer> admit(const Attached& event, NodeId ar, const Item& item,
                                Binding* binding, Moment moment);
    /// Why this MN may not be served; nothing: it may.
    std::optional<std::string> unauthorized(const MnId& mn, const Prefix& prefix) const;
    bool make_room(const Attached& event, const Item& item, Moment moment);
    Answer tell_refused(const char* notice, const Attached& event, const Item& item, Answer answer);
    bool may_speak_for(DomainId source, const Prefix& prefix) const;
    bool prohibited(const MnId& mn) const { return inventory_.mns().prohibited.contains(mn); }
    /// Its MN is prohibited: what is known of the prefix, or was found in the kernel, goes.
    void cut_off(const Prefix& prefix, Moment moment);
    std::optional<Answer> progress(const Binding& binding) const;
    Binding& create(const Prefix& prefix, const MnId& mn, std::uint32_t iaid, DomainId owner);
    void refresh(Binding& binding, DomainId owner, const Item& item, Instant now);
    /// `from`: its place, if it had one as this MN's.
    void move(Binding& binding, const Place* from, NodeId ar, const Attached& event, Moment moment);
    void end(Binding& binding, Moment moment, EndReason reason);
    void adopt(Binding& binding, const MnId& mn);
    bool ended_after(const Prefix& prefix, Instant began, Instant now) const;
    void forget_ended(Instant now, std::size_t most);

    /// `change` of where, route and routed; the ARs concerned hear of it.
    template <typename Change>
    void place(Binding& binding, Change change) {
        const auto where = binding.where;
        table_.place(binding, change,
                     [&](NodeId ar) { output_.record_changed(ar, binding.prefix); });
        if (binding.where != where) output_.binding_changed(binding.prefix);
    }
    void settle(Binding& binding);
    void resolve(const Prefix& prefix, const Answer& answer);
    void count(const Answer& answer);
    void give(std::uint64_t request, std::size_t item, const Answer& answer);
    /// What LeaseList counts of a binding changes in between.
    template <typename Change>
    void recount(Binding& binding, Change change) {
        if (binding.counted) lists_[binding.owner].leave(binding);
        change(binding);
        binding.counted = !binding.ended;
        if (binding.counted) lists_[binding.owner].enter(binding);
    }
    /// The place is where the MN is, whatever the kernel had at start.
    void believe(Binding& binding);

    /// A list has ended, or counts as ended: first it is judged, then what is missing ends.
    struct Closing {
        enum class Reason { kListEnd, kConfirmed, kGone };
        enum class Step { kCount, kEnd, kDone };
        DomainId source;
        Reason reason;
        std::uint64_t number;
        Buckets buckets;
        Step step = Step::kCount;
        std::size_t part = 0;
        std::size_t unclaimed = 0;
        std::size_t ended = 0;
        std::vector<Prefix> left{};  ///< of the part under way

        EndReason why() const;
    };
    /// An AR that came with another tunnel address: its routes are to lead there, a part at a time.
    struct Retunnelled {
        NodeId ar;
        std::size_t part;
    };
    /// An AR has what it should have of these buckets, as far as it was given until then.
    struct Proven {
        NodeId ar;
        Buckets buckets;
        std::uint64_t up_to;  ///< sequence
        std::size_t part;
        std::vector<Prefix> left;
    };
    void begin_closing(DomainId source, Closing::Reason reason);
    std::size_t close(Closing& closing, Moment moment);
    std::size_t count_unclaimed(Closing& closing);
    void judge(Closing& closing);
    std::size_t end_missing(Closing& closing, Moment moment);
    void finish(Closing& closing);
    std::size_t prove(Proven& proven);
    std::size_t retunnel(NodeId ar, std::size_t part);
    void drop_proven(NodeId ar);
    std::size_t release(std::size_t part);

    AnchorSettings settings_;
    Inventory& inventory_;
    AnchorOutput& output_;
    AnchorDiary* diary_ = nullptr;
    Allocations allocations_{inventory_};
    BindingTable table_;
    std::set<NodeId> connected_;
    std::uint64_t next_request_ = 1;
    std::map<std::uint64_t, Request> requests_;
    std::unordered_map<Prefix, std::vector<Wait>> waits_;
    PrefixMap<Instant> ended_;
    std::deque<std::pair<Instant, Prefix>> ended_in_order_;
    /// In the kernel since before the start; no binding yet.
    struct Recovered {
        std::optional<NodeId> ar;  ///< where it leads, if that is known
        bool released = false;     ///< it is nobody's, and waits for the kernel to remove it
    };
    PrefixMap<Recovered> recovered_;
    /// The journal has another place than the kernel: the AR that the kernel leads to is heard
    /// first. The journal may lag behind it, or the crash came in the middle of a move.
    std::unordered_map<Prefix, NodeId> doubtful_;
    Instant doubt_until_{};
    std::uint64_t list_ = 1;            ///< grows with every list_begin
    std::uint64_t sequence_ = 0;        ///< the last one given
    std::uint64_t latest_wall_ms_ = 0;  ///< at which this anchor has given one
    std::map<DomainId, LeaseList> lists_;
    std::deque<Closing> closings_;
    std::deque<Proven> proven_;
    std::deque<Retunnelled> retunnelled_;
    std::size_t releasing_ = PrefixSet::kParts;  ///< part of recovered_ to be looked at next
    Counters counters_;
};

}  // namespace mobility
