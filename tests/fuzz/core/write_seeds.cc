// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Writes the seeds of the control protocol's fuzzers: each message as the sessions write it, and
// what an anchor, an AR and a source really say to a peer.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "core/wire.h"
#include "tests/fuzz/core/session_world.h"
#include "tests/unit/core/examples.h"

namespace mobility::fuzz {
namespace {

using namespace example;
using Messages = std::map<std::string, control::Message>;

constexpr Instant kNow{std::chrono::hours{1000}};

BindingRecord record(int number, std::uint64_t sequence) {
    return {delegated(number),     mn(number), 1,          kOtherDomain,
            attachment(2, number), sequence,   Seconds{60}};
}

control::Message setup(Proof proof) {
    Attached event;
    event.mn = mn(7);
    event.attachment = attachment(1, 7);
    event.items = {{1, delegated(7), Seconds{3600}}};
    event.proof = proof;
    event.order = {0x123456, Milliseconds{10}, kNow};
    control::Message message;
    message.set_number(5);
    wire::write(event, kNow, *message.mutable_mn_address_setup());
    return message;
}

Messages from_source() {
    Messages all{{"setup_commit", setup(Proof::kCommit)}, {"setup_lookup", setup(Proof::kLookup)}};
    // Once an AR's words about it were no text, and ended the AR's session.
    all["setup_strange_interface"] = setup(Proof::kCommit);
    all["setup_strange_interface"]
        .mutable_mn_address_setup()
        ->mutable_attachment()
        ->set_interface_id("\x8b\n");
    const Detached gone{mn(7), {delegated(7)}, DetachReason::kReleased};
    all["remove"].set_number(6);
    wire::write(gone, *all["remove"].mutable_mn_address_remove());
    const Detached declined{std::nullopt, {delegated(7)}, DetachReason::kDeclined};
    all["remove_any"].set_number(6);
    wire::write(declined, *all["remove_any"].mutable_mn_address_remove());
    wire::write(std::vector<LeaseEntry>{{mn(7), {1, delegated(7), Seconds{60}}},
                                        {mn(8), {1, home(8), Seconds{60}}}},
                *all["list_page"].mutable_mn_address_list());
    all["begin"].mutable_full_state_begin();
    all["end"].mutable_full_state_end();
    return all;
}

Messages from_access() {
    Messages all;
    StateDigest digest;
    digest.add(delegated(7), 1 << 16);
    wire::write(digest, *all["a_digest"].mutable_state_digest());
    Buckets buckets;
    buckets.add(Buckets::of(delegated(7)));
    wire::write(buckets, *all["b_begin"].mutable_full_state_begin());
    auto& registration = all["c_registration"];
    registration.set_number(1);
    wire::write(record(7, 1 << 16), *registration.mutable_location_registration()->add_records());
    all["d_end"].mutable_full_state_end();
    auto& gone = all["e_deregistration"];
    gone.set_number(2);
    wire::write(delegated(7), *gone.mutable_location_deregistration()->add_prefixes());
    gone.mutable_location_deregistration()->add_sequences(1 << 16);
    all["f_acknowledgement"].mutable_acknowledgement()->set_number(1);
    wire::write(std::vector<Answer>{{}}, *all["f_acknowledgement"].mutable_acknowledgement());
    all["g_heartbeat"].mutable_heartbeat();
    return all;
}

Messages from_anchor() {
    Messages all;
    auto& setup = all["a_setup"];
    setup.set_number(1);
    wire::write(record(7, 1 << 16), *setup.mutable_routing_setup()->add_records());
    auto at_one = record(8, 2 << 16);
    at_one.attachment = attachment(1, 8);
    wire::write(at_one, *setup.mutable_routing_setup()->add_records());
    all["b_remove"].set_number(2);
    wire::write(delegated(7), *all["b_remove"].mutable_routing_remove()->add_prefixes());
    auto& moved = all["c_moved"];
    moved.set_number(3);
    wire::write(delegated(8), *moved.mutable_location_deregistration()->add_prefixes());
    moved.mutable_location_deregistration()->set_linger_ms(1000);
    wire::write(StateDigest{}, *all["d_digest"].mutable_state_digest());
    wire::write(Buckets::all(), *all["e_begin"].mutable_full_state_begin());
    all["f_end"].mutable_full_state_end();
    all["g_disassociate"].mutable_disassociate()->set_text("stops");
    return all;
}

Messages to_source() {
    Messages all;
    const Answer refused{Verdict::kRefused, Refusal::kUnauthorizedMn, "no"};
    for (std::uint64_t number = 1; number <= 3; ++number) {
        auto& message = all["answer" + std::to_string(number)];
        message.mutable_acknowledgement()->set_number(number);
        wire::write(std::vector{number == 2 ? refused : Answer{}},
                    *message.mutable_acknowledgement());
    }
    return all;
}

Messages from_authority() {
    Messages all;
    all["a_begin"].mutable_full_state_begin();
    auto& page = all["b_allocation"];
    page.set_number(1);
    wire::write(std::vector<Allocation>{{mn(7), true}, {mn(8), false}},
                *page.mutable_lma_allocation());
    all["c_end"].mutable_full_state_end();
    return all;
}

class Folder {
public:
    Folder(const std::filesystem::path& parent, const std::string& name) : path_(parent / name) {
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    void write(const std::string& name, const std::string& bytes) const {
        std::ofstream(path_ / name, std::ios::binary) << bytes;
    }

private:
    std::filesystem::path path_;
};

/// Each message alone, and all in one session; `choice` is the script's first octet.
void write_script(const Folder& folder, const std::string& name, char choice,
                  const Messages& messages) {
    std::string whole(1, choice);
    for (const auto& [each, message] : messages) {
        folder.write(name + "_" + each, choice + Script::step(message));
        whole += Script::step(message);
    }
    folder.write(name, whole);
}

/// What the victim has said to a peer that hears it only.
std::string said_by(Victim victim, const std::string& peer, const Messages& said = {}) {
    SessionWorld world;
    world.begin();
    world.intrude(victim, peer);
    for (const auto& [name, message] : said) world.say(message);
    world.pass(Milliseconds{1000});
    return world.heard;
}

void write_all(const std::filesystem::path& path) {
    constexpr char kAccepted = 0x40, kAsAccess = 0x41, kAsSource = 0x42,
                   kAsAuthority = 0x43;  // see the fuzzers
    const Folder wire(path, "wire"), frame(path, "frame"), anchor(path, "anchor_session"),
        access(path, "access_session"), source(path, "source_session");
    for (const auto& messages :
         {from_source(), from_access(), from_anchor(), to_source(), from_authority()}) {
        for (const auto& [name, message] : messages) wire.write(name, message.SerializeAsString());
    }
    write_script(anchor, "access", kAsAccess, from_access());
    write_script(anchor, "source", kAsSource, from_source());
    write_script(anchor, "authority", kAsAuthority, from_authority());
    write_script(access, "anchor", kAccepted, from_anchor());
    write_script(source, "anchor", kAccepted, to_source());
    const std::string cuts("\x00\x03\x40\xff", 4);
    frame.write("ar", cuts + said_by(Victim::kAccess, kRogue));
    frame.write("source", cuts + said_by(Victim::kSource, kRogue));
    frame.write("anchor", cuts + said_by(Victim::kAnchor, "stranger.example", from_source()));
    const Folder announcement(path, "announcement");
    for (const char* at : {"2001:db8:c::1", "192.0.2.1", "::1"}) {
        announcement.write(
            address(at).text(),
            wire::encode(Announcement{"anchor.example", address(at), 4480, {prefix("::/0")}}));
    }
    frame.write("too_long", cuts + std::string("\x00\x10\x00\x01", 4));
}

}  // namespace
}  // namespace mobility::fuzz

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fprintf(stderr, "Usage: %s FOLDER\n", argv[0]);
        return 2;
    }
    mobility::fuzz::write_all(argv[1]);
    return 0;
}
