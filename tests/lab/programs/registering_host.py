# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Registers one of this host's own addresses as RFC 9686 has hosts do it, since no stock client does yet.

registering_host ADDRESS INTERFACE DUID VALID: sends ADDR-REG-INFORM from the address to ff02::1:2, up to
three times in a second each, and prints "registered" or "no answer".
"""

from __future__ import annotations

import select
import socket
import struct
import sys
import time

_INFORM, _REPLY = 36, 37
_CLIENT_ID, _IA_ADDRESS, _ELAPSED_TIME = 1, 5, 8
_TRANSMISSIONS, _INTERVAL = 3, 1.0  # RFC 9686 section 4.5: IRT 1 s, MRC 3


def _option(code: int, content: bytes) -> bytes:
    return struct.pack("!HH", code, len(content)) + content


def main(address: str, interface: str, duid: str, valid: str) -> None:
    packed = socket.inet_pton(socket.AF_INET6, address)
    lifetimes = struct.pack("!II", int(valid) // 2, int(valid))
    transaction = time.monotonic_ns().to_bytes(8, "big")[-3:]
    registered = _option(_IA_ADDRESS, packed + lifetimes)
    sock = socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)
    sock.bind((address, 546))
    everybody = ("ff02::1:2", 547, 0, socket.if_nametoindex(interface))
    for number in range(_TRANSMISSIONS):
        elapsed = _option(_ELAPSED_TIME, struct.pack("!H", int(100 * _INTERVAL * number)))
        own = _option(_CLIENT_ID, bytes.fromhex(duid.replace(":", "")))
        sock.sendto(bytes([_INFORM]) + transaction + own + elapsed + registered, everybody)
        if select.select([sock], [], [], _INTERVAL)[0]:
            answer = sock.recv(65536)
            if answer[:4] == bytes([_REPLY]) + transaction and registered in answer:
                print("registered")
                return
    print("no answer")


if __name__ == "__main__":
    main(*sys.argv[1:])
