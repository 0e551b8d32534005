// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// Frames cut at every byte, oversized, undecodable.
#include "core/frame.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace mobility {
namespace {

std::span<const std::uint8_t> octets(const std::string& bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

control::Message numbered(std::uint64_t number, std::size_t text) {
    control::Message message;
    message.set_number(number);
    message.mutable_disassociate()->set_text(std::string(text, 'x'));
    return message;
}

std::vector<std::uint64_t> numbers(FrameReader& reader) {
    std::vector<std::uint64_t> all;
    while (true) {
        const auto next = reader.next();
        EXPECT_TRUE(next);
        if (!next || !*next) return all;
        all.push_back((*next)->number());
    }
}

TEST(Frame, IsPrecededByItsLengthInNetworkOrder) {
    const auto frame = encode_frame(numbered(1, 300));
    const auto body = frame.size() - 4;
    ASSERT_GT(body, 256u);
    EXPECT_EQ(frame.substr(0, 4),
              std::string({0, 0, static_cast<char>(body >> 8), static_cast<char>(body & 0xff)}));
}

TEST(Frame, CutAtAnyByteStillArrivesWhole) {
    std::string stream;
    for (std::uint64_t i = 1; i <= 3; ++i) stream += encode_frame(numbered(i, i * 20));
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        FrameReader reader;
        reader.append(octets(stream.substr(0, cut)));
        auto got = numbers(reader);
        reader.append(octets(stream.substr(cut)));
        for (const auto number : numbers(reader)) got.push_back(number);
        EXPECT_EQ(got, (std::vector<std::uint64_t>{1, 2, 3})) << "cut at " << cut;
    }
}

TEST(Frame, ByteByByteAndInLargePiecesTheSameMessagesArrive) {
    std::string stream;
    std::vector<std::uint64_t> sent;
    for (std::uint64_t i = 1; i <= 500; ++i) {
        stream += encode_frame(numbered(i, i * 7 % 301));
        sent.push_back(i);
    }
    std::mt19937 random(1);
    for (const std::size_t most : {std::size_t{1}, std::size_t{5}, std::size_t{4096}}) {
        FrameReader reader;
        std::vector<std::uint64_t> got;
        for (std::size_t at = 0; at < stream.size();) {
            const auto piece = stream.substr(at, 1 + random() % most);
            reader.append(octets(piece));
            for (const auto number : numbers(reader)) got.push_back(number);
            at += piece.size();
        }
        EXPECT_EQ(got, sent) << "pieces up to " << most;
    }
}

TEST(Frame, TheLargestIsAcceptedAndOneMoreOctetIsRefusedBeforeItArrives) {
    FrameReader reader;
    reader.append(octets(std::string{0, 0x10, 0, 0}));  // 1 MiB announced, nothing there yet
    EXPECT_TRUE(numbers(reader).empty());
    FrameReader over;
    over.append(octets(std::string{0, 0x10, 0, 1}));
    const auto refused = over.next();
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().find("1048577"), std::string::npos) << refused.error();
}

TEST(Frame, GarbageIsAnErrorAndNotAMessage) {
    FrameReader reader;
    reader.append(octets(std::string{0, 0, 0, 3} + "\xff\xff\xff"));
    EXPECT_FALSE(reader.next());
    EXPECT_FALSE(reader.next()) << "the stream stays lost";
}

TEST(Frame, AnyBytesAtAllNeitherCrashNorHang) {
    std::mt19937 random(7);
    for (int round = 0; round < 2000; ++round) {
        FrameReader reader;
        std::string bytes{0, 0, 0, static_cast<char>(random() % 64)};
        for (int i = 0; i < 80; ++i) bytes += static_cast<char>(random());
        reader.append(octets(bytes));
        for (int i = 0; i < 100; ++i) {
            const auto next = reader.next();
            if (!next || !*next) break;
            ASSERT_LT(i, 99) << "80 bytes hold no hundred messages";
        }
    }
}

TEST(Frame, AnEmptyMessageIsAMessageWithoutABody) {
    FrameReader reader;
    reader.append(octets(std::string(4, '\0')));
    const auto next = reader.next();
    ASSERT_TRUE(next && *next);
    EXPECT_EQ((*next)->body_case(), control::Message::BODY_NOT_SET);
}

}  // namespace
}  // namespace mobility
