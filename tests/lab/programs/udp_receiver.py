# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Records the arrival of udp_sender's packets, on the wire of the MN's link and in an application.

udp_receiver INTERFACE PORT WIRE_RECORD APPLICATION_RECORD NAMESPACE FAMILY: each record gets (number,
CLOCK_MONOTONIC ns) per packet. The interface is the MN's, in the MN's NAMESPACE: it may be a router,
and the application run on a host behind it. The application listens on `::`: it survives the client
taking the address away, and gets nothing while the MN has none. Runs until SIGTERM.
"""

from __future__ import annotations

import select
import signal
import socket
import struct
import sys

from ..namespaces import Namespace
from ..packets import PacketSocket, Stamps, attach_timestamps
from .udp_sender import NUMBER

ARRIVAL = struct.Struct("Qq")


def main(
    interface: str,
    port: int,
    wire_record: str,
    application_record: str,
    namespace: str,
    family: int,
) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with Namespace(namespace).entered():
        wire = PacketSocket(interface, [port], family)
    application = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    attach_timestamps(application)
    stamps = Stamps()
    application.bind(("::", port))
    poll = select.epoll()
    poll.register(wire.fileno(), select.EPOLLIN)
    poll.register(application.fileno(), select.EPOLLIN)
    with open(wire_record, "wb", 0) as on_wire, open(application_record, "wb", 0) as in_application:
        print("listening", flush=True)
        while True:
            for descriptor, _ in poll.poll():
                if descriptor == wire.fileno():
                    packet = wire.receive()
                    if packet.outgoing:  # an MN without a way to it sends it back
                        continue
                    on_wire.write(_arrival(packet.payload, packet.at))
                else:
                    payload, ancillary, _, _ = application.recvmsg(65536, 64)
                    in_application.write(_arrival(payload, stamps.of(ancillary)))


def _arrival(payload: bytes, at: int) -> bytes:
    return ARRIVAL.pack(*NUMBER.unpack_from(payload), at)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], sys.argv[5], int(sys.argv[6]))
