// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// LMA Allocation and its acknowledgement.
#include "core/authority_session.h"

#include <algorithm>
#include <iterator>

#include "core/wire.h"

namespace mobility {

GrantedMns::GrantedMns(const std::unordered_set<MnId>& mns) : mns_(mns.begin(), mns.end()) {
    std::sort(mns_.begin(), mns_.end());
}

bool GrantedMns::contains(const MnId& mn) const {
    return std::binary_search(mns_.begin(), mns_.end(), mn);
}

std::vector<MnId> GrantedMns::after(const std::optional<MnId>& mn, std::size_t most) const {
    const auto first = mn ? std::upper_bound(mns_.begin(), mns_.end(), *mn) : mns_.begin();
    const auto count = std::min(most, static_cast<std::size_t>(mns_.end() - first));
    return {first, first + static_cast<std::ptrdiff_t>(count)};
}

std::vector<MnId> GrantedMns::difference(const GrantedMns& other) const {
    std::vector<MnId> different;
    std::set_symmetric_difference(mns_.begin(), mns_.end(), other.mns_.begin(), other.mns_.end(),
                                  std::back_inserter(different));
    return different;
}

AuthoritySession::AuthoritySession(const GrantedMns& granted, std::string identity,
                                   std::string software, std::string anchor_name,
                                   SessionTimers timers, const Clock& clock,
                                   std::function<void(const Notice&)> notices)
    : DialledSession({std::move(anchor_name), "AUTHORITY_ASSOCIATION_FAILED",
                      "AUTHORITY_SESSION_CLOSED", "AUTHORITY_MESSAGE_REFUSED"},
                     {}, timers, clock, std::move(notices)),
      granted_(granted),
      identity_(std::move(identity)),
      software_(std::move(software)) {}

void AuthoritySession::introduce(control::Associate& associate) const {
    associate.set_identity(identity_);
    associate.set_role(control::ROLE_AUTHORITY);
    associate.set_software(software_);
}

void AuthoritySession::begin() {
    notice({"AUTHORITY_ASSOCIATED", "with anchor " + anchor_name() + ", which is told of " +
                                        std::to_string(granted_.size()) + " MNs"});
    control::Message message;
    message.mutable_full_state_begin();
    send(message);
    listing_ = true;
    listed_.reset();
    pump();
}

void AuthoritySession::changed(const std::vector<MnId>& mns) {
    if (!associated()) return;  // the list that begins the next session has it
    for (const auto& mn : mns) {
        if (queued_.insert(mn).second) changed_.push_back(mn);
    }
    pump();
}

void AuthoritySession::pump() {
    while (outstanding_.size() < kWindow && !congested()) {
        const auto page = next_page();
        if (page.empty()) break;
        control::Message message;
        message.set_number(next_number_);
        wire::write(page, *message.mutable_lma_allocation());
        outstanding_.emplace(next_number_++, page.size());
        send(message);
    }
    if (!listing_ || !changed_.empty() || !granted_.after(listed_, 1).empty()) return;
    listing_ = false;
    control::Message message;
    message.mutable_full_state_end();
    send(message);
}

std::vector<Allocation> AuthoritySession::next_page() {
    std::vector<Allocation> page;
    while (!changed_.empty() && page.size() < kPage) {
        page.push_back({changed_.front(), granted_.contains(changed_.front())});
        queued_.erase(changed_.front());
        changed_.pop_front();
    }
    if (!page.empty() || !listing_) return page;
    for (auto& mn : granted_.after(listed_, kPage)) page.push_back({std::move(mn), true});
    if (!page.empty()) listed_ = page.back().mn;
    return page;
}

Result<void> AuthoritySession::instructed(const control::Message& message) {
    if (!message.has_acknowledgement()) {
        return Error{"a message that an anchor does not send to an authority"};
    }
    const auto answers = wire::read(message.acknowledgement());
    const auto found = outstanding_.find(message.acknowledgement().number());
    if (found == outstanding_.end() || found->second != answers.size()) {
        return Error{"an acknowledgement of what was not sent"};
    }
    outstanding_.erase(found);
    const auto refused = std::find_if(answers.begin(), answers.end(), [](const Answer& answer) {
        return answer.verdict == Verdict::kRefused;
    });
    if (refused != answers.end()) {
        notice({"AUTHORITY_ITEM_REFUSED",
                "anchor " + anchor_name() + ": " + text(refused->refusal) + ": " + refused->text});
    }
    pump();
    return {};
}

void AuthoritySession::lost() {
    changed_.clear();
    queued_.clear();
    outstanding_.clear();
    listing_ = false;
}

}  // namespace mobility
