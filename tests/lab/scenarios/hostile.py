# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Who lies or errs is refused, moves nothing, and leaves a line that says why."""

from __future__ import annotations

import json
import socket
import ssl
import time
from typing import Any

from ..agents import ANCHOR_PORT
from ..certificates import Authority, Credentials
from ..crowd import Crowd
from ..scenario import check, equal, fact, scenario
from ..waiting import wait_until

# What these change RFC 9915 lets pass, or it is no business of a server's: options that nobody
# asked for, trailing octets, several levels, a hop count (a relay's to judge), ports.
_STILL_VALID = set(
    """
    address-outside-ia authentication-short client-interface-id client-link-layer client-mac-two
    client-one-byte-more client-option-0 client-options-many client-relay-message
    client-three-bytes-more elapsed-time-long elapsed-time-two hop-count-255 hop-count-33
    hop-count-8 ia-twice interface-id-empty interface-id-twice interface-id-two nine-levels
    one-byte-more peer-address-global peer-address-mapped peer-is-link-address rapid-commit-full
    relay-client-id relay-ia relay-message-twice relay-option-0 relay-option-65535
    relay-options-many relay-source-port-other status-from-client subscriber-id-empty
    three-bytes-more two-levels user-class-claims-more vendor-options-claim-more
    """.split()
)


def _wait_for_refusal(crowd: Crowd, since: int, *words: str) -> None:
    """A new line of the anchor's that has all the words."""

    def line() -> str | None:
        lines = crowd.anchor_log()[since:].splitlines()
        return next((each for each in lines if all(word in each for word in words)), None)

    agent = crowd.domain.route_agent(crowd.network.anchor)
    found = agent.wait_until(line, f"a line with {words}", limit=10)
    fact(found.partition("WARN  ")[2][:150])


def _sessions(crowd: Crowd) -> set[str]:
    states = crowd.domain.ask(crowd.network.anchor)["anchor"]["sessions"]
    return {state["identity"] for state in states}


def _restart_ar2_as(crowd: Crowd, credentials: Credentials, **identity: Any) -> None:
    """AR2's route agent comes back with these credentials, and perhaps other words of its own."""
    ar = crowd.network.ar(2)
    agent = crowd.domain.route_agent(ar)
    agent.stop()
    file = crowd.domain.folder / f"route-{ar.name}.conf"
    configuration = json.loads(file.read_text())
    configuration |= {
        "identity": credentials.identity,
        "certificate-file": str(credentials.certificate),
        "key-file": str(credentials.key),
        "trust-anchor": str(crowd.domain.credentials["kea"].authority),
    }
    configuration["access"] |= identity.pop("access", {})
    configuration |= identity
    file.write_text(json.dumps(configuration))
    agent.start()


@scenario("B", "no, foreign and expired certificates: no session, and a line with the reason")
def bad_certificates() -> None:
    with Crowd() as crowd:
        anchor = crowd.network.anchor
        since = len(crowd.anchor_log())
        with crowd.network.inside(crowd.network.cn).entered():
            plain = socket.create_connection((anchor.core, ANCHOR_PORT), timeout=5)
        context = ssl.create_default_context(cafile=crowd.domain.credentials["kea"].authority)
        context.check_hostname = False
        with plain, context.wrap_socket(plain) as connection:
            try:
                connection.recv(1)  # TLS 1.3: the refusal comes after our side believes to be done
            except OSError:
                pass
        _wait_for_refusal(crowd, since, "ROUTE_REFUSED_CONNECTION", "certificate")

        foreign = Authority(crowd.processes, "foreign").issue("ar2")[0]
        expired = crowd.domain.authority.issue("expired", days=-1)[0]
        for credentials, word in ((foreign, "certificate"), (expired, "expired")):
            since = len(crowd.anchor_log())
            _restart_ar2_as(crowd, credentials)
            _wait_for_refusal(crowd, since, "ROUTE_REFUSED_CONNECTION", word)
            check("ar2.lab.example" not in _sessions(crowd), "AR2 has no session")


@scenario("B", "a good certificate with another's name, tunnel address or no claim: no session, and a line with the reason")
def false_claims() -> None:
    with Crowd() as crowd:
        own = crowd.domain.credentials["ar2"]
        stranger = crowd.domain.authority.issue("stranger")[0]
        other_tunnel = {"access": {"tunnel-address": crowd.network.ar(1).tunnel}}
        cases: list[tuple[Credentials, dict[str, Any], str]] = [
            (own, {"identity": "ar1.lab.example"}, "does not name ar1.lab.example"),
            (own, other_tunnel, "the inventory says"),
            (stranger, {"access": {"tunnel-address": crowd.network.ar(2).tunnel}}, "no access router"),
        ]
        for credentials, words, reason in cases:
            since = len(crowd.anchor_log())
            _restart_ar2_as(crowd, credentials, **words)
            _wait_for_refusal(crowd, since, "ANCHOR_ASSOCIATION_REFUSED", reason)
        equal(_sessions(crowd), {"kea.lab.example", "ar1.lab.example"}, "sessions at the anchor")


@scenario("B", "two agents with one identity displace each other every second or so, and a line names both addresses")
def one_identity_twice() -> None:
    with Crowd() as crowd:
        network, own = crowd.network, crowd.domain.credentials["ar1"]
        since = len(crowd.anchor_log())
        _restart_ar2_as(crowd, own, access={"tunnel-address": network.ar(1).tunnel})
        said = ("ANCHOR_SESSION_REPLACED", own.identity, network.ar(1).core, network.ar(2).core)
        _wait_for_refusal(crowd, since, *said)
        time.sleep(15)
        lines = [each for each in crowd.anchor_log()[since:].splitlines() if said[0] in each]
        left_out = [int(each.partition("… and ")[2].split()[0]) for each in lines if "… and " in each]
        times = len(lines) - len(left_out) + sum(left_out)
        fact(f"{times} displacements in 15 s, {len(lines)} lines")
        check(times <= 30, f"{times} displacements in 15 s")
        check(len(lines) <= 24, f"{len(lines)} lines of it")
        equal(_sessions(crowd) >= {"kea.lab.example"}, True, "the source's session")


@scenario("B", "a Relay-forward from a foreign source, or with another AR's link-address, moves nothing")
def forged_relay_forward() -> None:
    with Crowd() as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        forged = {
            "foreign": (network.cn, network.cn.core, network.ar(2).link),
            "borrowed": (network.ar(2), network.ar(2).core, network.ar(1).link),
        }
        for name, (node, source, link) in forged.items():
            since = len(crowd.anchor_log())
            player.do(
                "relay_link", name=name, netns=network.inside(node).name, port=5470, source=source,
                server=network.anchor.core, link_address=link, interface_id="access",
            )  # fmt: skip
            answer = player.do("confirm", mn=1, link=name, timeout_ms=600, moves=False)
            equal(answer["reply"], None, "the answer to a forged Relay-forward")
            _wait_for_refusal(crowd, since, "ANCHOR_ATTACH_REFUSED", source)
        equal(crowd.counters()["moves"], 0, "moves by forged Relay-forwards")
        crowd.wait_until_at(address, network.ar(1))


@scenario("B", "attestation: a Relay-forward that somebody sends from an AR's own address moves nothing; through the relay the MN moves")
def not_attested() -> None:
    with Crowd(agents={"attestation": "required"}) as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        crowd.wait_until_at(address, network.ar(1))
        intruder = crowd.add_intruder()
        since = len(crowd.anchor_log())
        answer = player.do("confirm", mn=1, link=intruder, timeout_ms=600, moves=False)
        equal(answer["reply"], None, "the answer to the intruder")
        _wait_for_refusal(crowd, since, "ANCHOR_NOT_ATTESTED", "relay of ar2.lab.example")
        crowd.wait_until_at(address, network.ar(1))
        for number in (2, 1, 2):
            ar = network.ar(number)
            begun = time.monotonic()
            answer = player.do("rebind", mn=1, link=ar.name)
            fact(f"{ar.name}: attested, Reply after {(time.monotonic() - begun) * 1e3:.1f} ms")
            crowd.wait_until_at(address, ar)

        since = len(crowd.anchor_log())
        agent = crowd.domain.route_agent(network.ar(1))
        agent.kill()
        player.do("confirm", mn=1, link="ar1", timeout_ms=600)
        _wait_for_refusal(crowd, since, "ANCHOR_NOT_ATTESTED", "relay of ar1.lab.example")
        agent.start()
        crowd.domain.wait_until_associated()
        player.do("confirm", mn=1, link="ar1")
        crowd.wait_until_at(address, network.ar(1))


@scenario("A3' B", "a Confirm with a victim's DUID from another link-layer address moves nothing (move-requires)")
def stolen_identifier() -> None:
    with Crowd() as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        victim = player.do("show", mn=1)
        player.do("mn", mn=2, duid=victim["duid"], iaid=victim["iaid"])
        since = len(crowd.anchor_log())
        answer = player.do("confirm", mn=2, link="ar2", addresses=[address], timeout_ms=600)
        equal(answer["reply"], None, "the answer to the thief")
        _wait_for_refusal(crowd, since, "ANCHOR_ATTACH_REFUSED", "move-requires")
        crowd.wait_until_at(address, network.ar(1))
        equal(crowd.counters()["moves"], 0, "moves")
        answer = player.do("confirm", mn=1, link="ar2")
        equal(answer["status"], "Success", "the answer to the MN itself")
        crowd.wait_until_at(address, network.ar(2))


@scenario("B", "a revoked access router loses its session at once, and nothing that is installed")
def revoked() -> None:
    import signal

    with Crowd() as crowd:
        network = crowd.network
        address = crowd.player.attach(1, network.ar(1))
        crowd.domain.write_inventory([network.ar(1)])
        crowd.domain.route_agent(network.anchor).signal(signal.SIGHUP)
        wait_until(lambda: "ar2.lab.example" not in _sessions(crowd), "AR2's session to end", limit=5)
        answer = crowd.player.do("confirm", mn=1, link="ar2", timeout_ms=600)
        equal(answer["reply"], None, "the answer through the revoked AR")
        crowd.wait_until_at(address, network.ar(1))


@scenario("B", "a Relay-forward or client message malformed in a hundred ways moves nothing and stops nobody")
def malformed() -> None:
    with Crowd() as crowd:
        player, network = crowd.player, crowd.network
        address = player.attach(1, network.ar(1))
        player.attach(2, network.ar(1))
        player.do(
            "relay_link", name="spoilt", netns=network.inside(network.ar(2)).name, port=5470,
            source=network.ar(2).core, server=network.anchor.core, link_address=network.ar(2).link,
            interface_id="access",
        )  # fmt: skip
        moved = []
        mutations = player.do("mutations")["mutations"]
        for mutation in mutations:
            player.do(
                "confirm", mn=1, link="spoilt", mutation=mutation["name"], timeout_ms=30, moves=False
            )
            if crowd.where(address) != "ar1":
                moved.append(mutation["name"])
                player.do("confirm", mn=1, link="ar1")
        fact(f"{len(mutations)} mutations; {len(moved)} left a message that is valid, and from AR2")
        equal(sorted(set(moved) - _STILL_VALID), [], "malformed messages that moved an MN")
        answer = player.do("renew", mn=2, link="ar1")
        equal(answer["status"], "Success", "the answer to another MN afterwards")
        check(len(mutations) >= 100, "there are a hundred mutations")
        crowd.wait_until_at(address, network.ar(1))
