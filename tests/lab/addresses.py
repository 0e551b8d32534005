# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""The address plan of the lab: which prefix means what, and what each node gets (RFC 3849 space).

    2001:db8:c::/64        the core link
    2001:db8:5::/64        tunnel addresses (SIDs): routed in the core, configured on no interface
    2001:db8:a000::/48     the ARs' link-addresses: what a relay writes into link-address
    2001:db8:d000::/40     the domain of the first anchor, 2001:db8:d100::/40 of the second, ...

And where a test adds IPv4 (ipv4.py; RFC 5737 and RFC 1918 space):

    192.0.2.0/24           the core link
    198.51.100.0/24        the ARs' giaddrs, one each, on the access interface
    10.208.0.0/16          the domain of the first anchor, 10.209.0.0/16 of the second, ...
"""

from __future__ import annotations

from dataclasses import dataclass

GATEWAY_LINK_LOCAL = "fe80::200:5eff:fe00:5213"  # RFC 6543, the same on every access link
GATEWAY_MAC = "00:00:5e:00:52:13"
LINK_ADDRESSES = "2001:db8:a000::/48"
CORE_PREFIX_LENGTH = 64

ACCESS_MTU = 1500
CORE_MTU = 1600  # at least the access MTU and 40 bytes of outer header

OUR_PROTOCOL = 213  # the rtm_protocol of everything that a route agent installs
REVERSE_TABLE = 213  # the table in which an AR keeps the way back to the anchor


@dataclass(frozen=True)
class CorrespondentNode:
    name: str = "cn"
    core: str = "2001:db8:c::c"
    core4: str = "192.0.2.250"


@dataclass(frozen=True)
class Anchor:
    number: int  # from 1

    @property
    def name(self) -> str:
        return "anchor" if self.number == 1 else f"anchor{self.number}"

    @property
    def core(self) -> str:
        return f"2001:db8:c::{self.number:x}"

    @property
    def core4(self) -> str:
        return f"192.0.2.{self.number}"

    @property
    def domain4(self) -> str:
        """Also the subnet that the MNs believe to be on."""
        return f"10.{207 + self.number}.0.0/16"

    @property
    def gateway4(self) -> str:
        """The MNs' default router: every AR has it on its access link."""
        return f"10.{207 + self.number}.0.1"

    @property
    def pool4(self) -> str:
        return f"10.{207 + self.number}.1.0 - 10.{207 + self.number}.255.254"

    def host4(self, number: int) -> str:
        """An address of the subnet that no pool contains."""
        return f"10.{207 + self.number}.0.{number}"

    @property
    def tunnel(self) -> str:
        return f"2001:db8:5::{self.number:x}"

    @property
    def _domain(self) -> str:
        return f"2001:db8:{0xD000 + 0x100 * (self.number - 1):x}:"

    @property
    def domain(self) -> str:
        return f"{self._domain}:/40"

    @property
    def subnet(self) -> str:
        """Where the MNs' own addresses (IA_NA) come from."""
        return f"{self._domain}:/64"

    @property
    def delegated(self) -> str:
        """Where prefixes for MNs that are routers (IA_PD) come from."""
        return f"2001:db8:{0xD080 + 0x100 * (self.number - 1):x}::/41"

    def host(self, number: int) -> str:
        """An address of the subnet that no pool contains, for an MN configured by hand."""
        return f"{self._domain}:{number:x}"

    @property
    def pool(self) -> str:
        return f"{self._domain}:1:0 - {self._domain}:ff:ffff"


@dataclass(frozen=True)
class AccessRouter:
    number: int  # from 1, up to 65535

    @property
    def name(self) -> str:
        return f"ar{self.number}"

    @property
    def core(self) -> str:
        return f"2001:db8:c::a:{self.number:x}"

    @property
    def core4(self) -> str:
        return f"192.0.2.{64 + self.number}"

    @property
    def giaddr(self) -> str:
        """The IPv4 address of its access interface: the link-address of DHCPv4."""
        return f"198.51.100.{self.number}"

    @property
    def tunnel(self) -> str:
        return f"2001:db8:5::a:{self.number:x}"

    @property
    def link(self) -> str:
        """The global address of its access interface: the relay's link-address."""
        return f"2001:db8:a000:{self.number:x}::1"


@dataclass(frozen=True)
class MobileNode:
    number: int  # from 1, up to 65535

    @property
    def name(self) -> str:
        return f"mn{self.number}"

    @property
    def mac(self) -> str:
        return f"02:00:00:00:{self.number >> 8:02x}:{self.number & 0xFF:02x}"

    @property
    def link_local(self) -> str:
        """What the kernel makes of the MAC (RFC 4291, appendix A)."""
        return f"fe80::ff:fe00:{self.number:x}"


@dataclass(frozen=True)
class HostBehind:
    """On the LAN of an MN that is a router."""

    mn: MobileNode

    @property
    def name(self) -> str:
        return f"lan{self.mn.number}"


Node = CorrespondentNode | Anchor | AccessRouter | MobileNode | HostBehind
