// SPDX-License-Identifier: MPL-2.0
// SPDX-FileCopyrightText: The kea-mobility authors
// The parts that requests share, and the definitions of MNs and links.
#include "dhcp-player/request.h"

#include <algorithm>
#include <charconv>

namespace mobility::player {
namespace {

constexpr std::int64_t kLargestPort = 65535;

std::optional<std::string> read_optional_string(const ConfigMap& map, const char* key) {
    const auto value = map.optional(key);
    return value ? std::optional(value->string()) : std::nullopt;
}

std::uint16_t read_port(const ConfigMap& map, const char* key, std::uint16_t otherwise) {
    const auto value = map.optional(key);
    return value ? static_cast<std::uint16_t>(value->integer(1, kLargestPort)) : otherwise;
}

IpAddress read_ipv6(const ConfigValue& value) {
    const IpAddress address = value.address();
    if (address.family() != Family::kIpv6) {
        value.refuse("is IPv4; expected an IPv6 address");
    }
    return address;
}

std::vector<std::uint8_t> read_interface_id(const ConfigMap& map) {
    if (const auto hex = map.optional("interface_id_hex")) {
        return read_hex(*hex);
    }
    const auto id = read_optional_string(map, "interface_id").value_or("");
    return {id.begin(), id.end()};
}

/// `nearest` to the MN: then it says the MN's MAC unless told otherwise.
RelayHeader read_relay_header(const ConfigMap& map, bool nearest) {
    RelayHeader header;
    header.link_address = read_ipv6(map.required("link_address"));
    if (const auto peer = map.optional("peer_address")) {
        header.peer_address = read_ipv6(*peer);
    }
    header.interface_id = read_interface_id(map);
    if (const auto hops = map.optional("hop_count")) {
        header.hop_count = static_cast<std::uint8_t>(hops->integer(0, 255));
    }
    const auto wanted = map.optional("client_link_layer");
    header.client_link_layer = wanted ? wanted->boolean() : nearest;
    if (const auto mac = map.optional("client_mac")) {
        header.client_link_layer = true;
        header.client_mac = read_mac(*mac);
    }
    return header;
}

std::vector<Dhcp6OptionCode> read_kinds(const ConfigValue& value) {
    std::vector<Dhcp6OptionCode> kinds;
    for (const ConfigValue& kind : value.list()) {
        const std::string name = kind.string();
        if (name != "na" && name != "pd") {
            kind.refuse("is no kind of IA; expected \"na\" or \"pd\"");
        }
        kinds.push_back(name == "na" ? Dhcp6OptionCode::kIaNa : Dhcp6OptionCode::kIaPd);
    }
    return kinds;
}

}  // namespace

MnNumber read_mn(const ConfigValue& value) {
    return static_cast<MnNumber>(value.integer(0, kLastMn));
}

MnRange read_mns(const ConfigValue& value) {
    const ConfigMap map = value.map({"first", "count"});
    MnRange range;
    range.first = read_mn(map.required("first"));
    range.count =
        static_cast<std::uint32_t>(map.required("count").integer(1, kLastMn + 1 - range.first));
    return range;
}

Link* read_link(const ConfigValue& value, const Player& player) {
    Link* const link = player.link(value.string());
    if (!link) {
        std::string known;
        for (const auto& [name, other] : player.links()) {
            known += " " + name;
        }
        value.refuse("is no link; there are:" + (known.empty() ? " none" : known));
    }
    return link;
}

std::vector<std::uint8_t> read_hex(const ConfigValue& value) {
    const std::string text = value.string();
    std::vector<std::uint8_t> bytes;
    for (std::size_t at = 0; at < text.size();) {
        if (text[at] == ':' || text[at] == ' ') {
            ++at;
            continue;
        }
        std::uint8_t byte = 0;
        const char* const end = text.data() + std::min(at + 2, text.size());
        const auto read = std::from_chars(text.data() + at, end, byte, 16);
        if (read.ec != std::errc{} || read.ptr != text.data() + at + 2) {
            value.refuse("is not hexadecimal; expected two digits for each byte");
        }
        bytes.push_back(byte);
        at += 2;
    }
    return bytes;
}

MacAddress read_mac(const ConfigValue& value) {
    const auto mac = MacAddress::parse(value.string());
    if (!mac) {
        value.refuse("is not a MAC address; expected one like \"02:6d:6e:00:00:11\"");
    }
    return *mac;
}

MnRequest read_identity(const ConfigValue& line) {
    const ConfigMap map =
        line.map({"do", "id", "mn", "mac", "link_local", "duid", "iaid", "kinds"});
    MnRequest request;
    request.mn = read_mn(map.required("mn"));
    request.identity = identity_of(request.mn);
    if (const auto mac = map.optional("mac")) {
        request.identity.mac = read_mac(*mac);
        request.identity.link_local = link_local_address(request.identity.mac);
        request.identity.duid = duid_ll(request.identity.mac);
    }
    if (const auto address = map.optional("link_local")) {
        request.identity.link_local = read_ipv6(*address);
    }
    if (const auto duid = map.optional("duid")) {
        request.identity.duid = read_hex(*duid);
    }
    if (const auto iaid = map.optional("iaid")) {
        request.identity.iaid = static_cast<std::uint32_t>(iaid->integer(0, UINT32_MAX));
    }
    const auto kinds = map.optional("kinds");
    request.kinds = kinds ? read_kinds(*kinds) : std::vector{Dhcp6OptionCode::kIaNa};
    return request;
}

Population read_population(const ConfigValue& line) {
    const ConfigMap map = line.map({"do", "id", "hosts", "kinds"});
    Population population;
    if (const auto hosts = map.optional("hosts")) {
        population.hosts = static_cast<std::uint32_t>(hosts->integer(1, kLastMn + 1));
    }
    if (const auto kinds = map.optional("kinds")) {
        population.kinds = read_kinds(*kinds);
    }
    return population;
}

AccessLinkRequest read_access_link(const ConfigValue& line) {
    const ConfigMap map = line.map({"do", "id", "name", "interface", "netns", "data"});
    AccessLinkRequest request;
    request.name = map.required("name").string();
    request.interface = map.required("interface").string();
    request.netns = read_optional_string(map, "netns");
    if (const auto data = map.optional("data")) {
        request.data = data->boolean();
    }
    return request;
}

RelayLinkRequest read_relay_link(const ConfigValue& line) {
    const ConfigMap map =
        line.map({"do", "id", "name", "netns", "port", "source", "server", "server_port",
                  "link_address", "peer_address", "interface_id", "interface_id_hex", "hop_count",
                  "client_link_layer", "client_mac", "lower"});
    RelayLinkRequest request;
    request.name = map.required("name").string();
    request.netns = read_optional_string(map, "netns");
    request.port = read_port(map, "port", kDhcp6ServerPort);
    request.path.source = read_ipv6(map.required("source"));
    request.path.server = read_ipv6(map.required("server"));
    request.path.server_port = read_port(map, "server_port", kDhcp6ServerPort);
    if (const auto lower = map.optional("lower")) {
        for (const ConfigValue& relay : lower->list()) {
            request.chain.push_back(read_relay_header(
                relay.map({"link_address", "peer_address", "interface_id", "interface_id_hex",
                           "hop_count", "client_link_layer", "client_mac"}),
                false));
        }
    }
    const bool nearest = request.chain.empty();
    if (!nearest) {
        map.required("peer_address");  // it is the lower relay agent's, not the MN's
    }
    request.chain.push_back(read_relay_header(map, nearest));
    return request;
}

}  // namespace mobility::player
