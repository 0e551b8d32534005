# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""A plain Kea behind our relays, or one with hook and agents: the same network, the same player."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from lab.agents import Domain, find_build
from lab.kea import Kea, KeaOptions
from lab.network import Network
from lab.player import Player
from lab.processes import Processes


@contextmanager
def plain_kea() -> Iterator[tuple[Kea, Player]]:
    with Network() as network, Processes() as processes:
        domain = Domain(network, processes, find_build())
        domain.start_relays()
        kea = Kea(network, processes, KeaOptions(relays=network.access_routers)).start()
        with Player(network, processes, domain.build) as player:
            yield kea, player


@contextmanager
def whole_domain() -> Iterator[tuple[Kea, Player]]:
    """As shipped: the relays attest."""
    with Network() as network, Processes() as processes:
        domain = Domain(network, processes, find_build(), attestation="preferred").start()
        kea = Kea(network, processes, domain.kea_options()).start()
        domain.wait_until_associated()
        with Player(network, processes, domain.build) as player:
            yield kea, player
