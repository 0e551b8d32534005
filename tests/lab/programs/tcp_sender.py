# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Sends a known sequence of bytes over one TCP connection for as long as it lives.

tcp_sender DESTINATION PORT BYTES_PER_SECOND: ends with SIGTERM, by closing its side in order and
waiting until the receiver has closed the other. A connection that breaks is exit status 1.
"""

from __future__ import annotations

import signal
import socket
import struct
import sys
import time

WORD = struct.Struct("!Q")  # the stream is 0, 1, 2, ...: any byte tells whether it is in place
_WORDS_AT_ONCE = 512


def main(destination: str, port: int, rate: int) -> None:
    stopping = False

    def stop(*_: object) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    connection = socket.create_connection((destination, port), timeout=10)
    connection.settimeout(120)
    print("connected", flush=True)
    pause = _WORDS_AT_ONCE * WORD.size / rate
    next_word, due = 0, time.monotonic()
    while not stopping:
        words = range(next_word, next_word + _WORDS_AT_ONCE)
        connection.sendall(b"".join(map(WORD.pack, words)))
        next_word = words.stop
        due = max(due + pause, time.monotonic() - 1)
        time.sleep(max(0.0, due - time.monotonic()))
    connection.shutdown(socket.SHUT_WR)
    if connection.recv(1) != b"":
        sys.exit("the receiver sent something")
    print(f"sent {next_word * WORD.size} bytes", flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    except OSError as failure:
        sys.exit(f"broken: {failure}")
