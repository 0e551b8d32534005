// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Any bytes as a stream of frames: however it is cut, the same messages come out and the same error
// ends it, and what was read can be written and read again.
#include <cstdint>
#include <string>
#include <vector>

#include "core/frame.h"
#include "tests/fuzz/require.h"

namespace mobility {
namespace {

using Stream = std::span<const std::uint8_t>;

struct Heard {
    std::vector<std::string> messages;
    std::string error;
    bool operator==(const Heard&) const = default;
};

/// False: the stream is lost.
bool take(FrameReader& reader, Heard& heard) {
    while (true) {
        const auto next = reader.next();
        if (!next) {
            heard.error = next.error();
            return false;
        }
        if (!*next) return true;
        heard.messages.push_back((*next)->SerializeAsString());
    }
}

Heard read_whole(Stream stream) {
    FrameReader reader;
    Heard heard;
    reader.append(stream);
    take(reader, heard);
    return heard;
}

/// In pieces whose lengths `cuts` says, over and over.
Heard read_cut(Stream stream, Stream cuts) {
    FrameReader reader;
    Heard heard;
    for (std::size_t turn = 0; !stream.empty(); ++turn) {
        const auto piece = std::min<std::size_t>(1u + cuts[turn % cuts.size()], stream.size());
        reader.append(stream.first(piece));
        stream = stream.subspan(piece);
        if (!take(reader, heard)) break;
    }
    return heard;
}

void read_again(const Heard& heard) {
    std::string frames;
    for (const auto& each : heard.messages) {
        control::Message message;
        require(message.ParseFromString(each), "what was read can be decoded again");
        frames += encode_frame(message);
    }
    const auto again =
        read_whole({reinterpret_cast<const std::uint8_t*>(frames.data()), frames.size()});
    require(again.error.empty(), "what was written is a good stream");
    require(again.messages == heard.messages, "what is written is what was read");
}

}  // namespace
}  // namespace mobility

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mobility;
    google::protobuf::SetLogHandler(nullptr);  // it would tell of every bad string
    constexpr std::size_t kCuts = 4;
    if (size < kCuts) return 0;
    const Stream input(data, size);
    const auto whole = read_whole(input.subspan(kCuts));
    require(whole == read_cut(input.subspan(kCuts), input.first(kCuts)), "cutting changes nothing");
    read_again(whole);
    return 0;
}
