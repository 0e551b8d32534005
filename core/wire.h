// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Between core's values and the protobuf messages. Used by the sessions only. Every from_wire
// checks what it reads; its error names the field.
#pragma once

#include <vector>

#include "core/allocation.h"
#include "core/announcement.h"
#include "core/binding_record.h"
#include "core/control.pb.h"
#include "core/forwarding_state.h"
#include "core/mobility_event.h"
#include "core/result.h"
#include "core/state_digest.h"

namespace mobility::wire {

void write(const Prefix& prefix, control::Prefix& message);
void write(const Item& item, control::Item& message);
void write(const Attachment& attachment, control::Attachment& message);
void write(const BindingRecord& record, control::BindingRecord& message);
/// `now` turns the arrival into an age.
void write(const Attached& event, Instant now, control::MnAddressSetup& message);
void write(const Detached& event, control::MnAddressRemove& message);
void write(const std::vector<LeaseEntry>& page, control::MnAddressList& message);
void write(const std::vector<Answer>& answers, control::Acknowledgement& message);
void write(const RelayedExchange& exchange, control::RelayedExchange& message);
/// Since when all that was relayed has been told; likewise.
void write_complete(Instant since, Instant now, control::LocationRegistration& message);
void write(const StateDigest& digest, control::StateDigest& message);
void write(const Buckets& buckets, control::FullStateBegin& message);
void write(const std::vector<Allocation>& page, control::LmaAllocation& message);
std::string bytes(const IpAddress& address);
control::TransportMode mode(TunnelMode mode);
control::Code code(Refusal refusal);

/// 1 to 130 octets (RFC 9915 section 11.1).
Result<MnId> read_mn(const std::string& bytes);
Result<IpAddress> read_address(const std::string& bytes, const char* field);
Result<Prefix> read(const control::Prefix& message);
Result<std::vector<Prefix>> read(
    const google::protobuf::RepeatedPtrField<control::Prefix>& message);
Result<Item> read(const control::Item& message);
Result<Attachment> read(const control::Attachment& message);
Result<BindingRecord> read(const control::BindingRecord& message);
/// The age becomes an arrival on this machine's clock.
Result<Attached> read(const control::MnAddressSetup& message, Instant now);
Result<Detached> read(const control::MnAddressRemove& message);
Result<std::vector<LeaseEntry>> read(const control::MnAddressList& message);
std::vector<Answer> read(const control::Acknowledgement& message);
Result<RelayedExchange> read(const control::RelayedExchange& message);
std::optional<Instant> read_complete(const control::LocationRegistration& message, Instant now);
/// A relay's word to the route agent beside it: one datagram each.
std::string encode(const RelayedExchange& exchange);
Result<RelayedExchange> decode_relayed_exchange(const std::string& datagram);
/// One datagram with one frame; what cannot be dialled is an error.
std::string encode(const Announcement& announcement);
Result<Announcement> decode_announcement(const std::string& datagram);
Result<StateDigest> read(const control::StateDigest& message);
Result<Buckets> read(const control::FullStateBegin& message);
Result<std::vector<Allocation>> read(const control::LmaAllocation& message);
std::optional<TunnelMode> mode(control::TransportMode mode);

}  // namespace mobility::wire
