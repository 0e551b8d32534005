// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The one message that has no session: what comes may be anybody's.
#include "core/frame.h"
#include "core/wire.h"

namespace mobility::wire {
namespace {
constexpr std::size_t kMaxIdentity = 255;
constexpr int kMaxPrefixes = 16;  ///< told; an anchor may own more
}  // namespace

std::string encode(const Announcement& announcement) {
    control::Message message;
    auto& body = *message.mutable_anchor_announcement();
    body.set_identity(announcement.identity);
    body.set_address(bytes(announcement.address));
    body.set_port(announcement.port);
    for (const auto& prefix : announcement.prefixes) {
        if (body.prefixes_size() == kMaxPrefixes) break;
        write(prefix, *body.add_prefixes());
    }
    return encode_frame(message);
}

Result<Announcement> decode_announcement(const std::string& datagram) {
    if (datagram.size() > kMaxAnnouncement) return Error{"longer than an announcement"};
    FrameReader reader;
    reader.append({reinterpret_cast<const std::uint8_t*>(datagram.data()), datagram.size()});
    const auto message = reader.next();
    if (!message) return Error{message.error()};
    if (!*message || !(*message)->has_anchor_announcement()) return Error{"no announcement"};
    const auto& body = (*message)->anchor_announcement();
    const auto address = read_address(body.address(), "address");
    if (!address) return Error{address.error()};
    if (!address->is_global()) return Error{"address " + address->text() + " cannot be dialled"};
    if (body.port() == 0 || body.port() > 65535) return Error{"no port"};
    if (body.identity().empty() || body.identity().size() > kMaxIdentity) {
        return Error{"no identity"};
    }
    auto prefixes = read(body.prefixes());
    if (!prefixes) return Error{prefixes.error()};
    return Announcement{body.identity(), *address, static_cast<std::uint16_t>(body.port()),
                        std::move(*prefixes)};
}

}  // namespace mobility::wire
