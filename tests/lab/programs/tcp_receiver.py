# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Receives tcp_sender's one connection and checks every byte of it.

tcp_receiver PORT RECORD: RECORD gets (CLOCK_MONOTONIC ns, bytes so far) for each piece received.
A wrong byte or a broken connection is exit status 1; an orderly end is 0.
"""

from __future__ import annotations

import socket
import struct
import sys
import time

from .tcp_sender import WORD

PROGRESS = struct.Struct("qQ")


def main(port: int, record: str) -> None:
    everywhere = {"family": socket.AF_INET6, "dualstack_ipv6": True}
    with socket.create_server(("::", port), **everywhere) as listener:
        print("listening", flush=True)
        connection, _ = listener.accept()
    received, rest = 0, b""
    with connection, open(record, "wb", 0) as progress:
        while piece := connection.recv(65536):
            received += len(piece)
            progress.write(PROGRESS.pack(time.monotonic_ns(), received))
            rest = _check(rest + piece, (received - len(piece)) // WORD.size)
    print(f"received {received} bytes", flush=True)


def _check(data: bytes, first_word: int) -> bytes:
    """Returns the incomplete word at the end."""
    whole = len(data) - len(data) % WORD.size
    count = whole // WORD.size
    if data[:whole] != b"".join(map(WORD.pack, range(first_word, first_word + count))):
        sys.exit(f"wrong bytes behind word {first_word}")
    return data[whole:]


if __name__ == "__main__":
    try:
        main(int(sys.argv[1]), sys.argv[2])
    except OSError as failure:
        sys.exit(f"broken: {failure}")
