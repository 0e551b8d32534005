# SPDX-License-Identifier: MPL-2.0
# SPDX-FileCopyrightText: The kea-mobility authors
"""Sends numbered UDP packets at a constant rate, and records when each one left.

udp_sender DESTINATION PORT PACKETS_PER_SECOND PAYLOAD_BYTES RECORD: RECORD gets one native 64-bit
CLOCK_MONOTONIC ns per packet, in order of the packets' numbers. Runs until SIGTERM.
"""

from __future__ import annotations

import ctypes
import signal
import socket
import struct
import sys
import time

NUMBER = struct.Struct("!Q")  # how a packet begins
SENT = struct.Struct("q")  # one entry of the record
_PR_SET_TIMERSLACK = 29


def main(destination: str, port: int, rate: int, size: int, record: str) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_TIMERSLACK, 1, 0, 0, 0)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    interval = 1_000_000_000 // rate
    padding = bytes(max(0, size - NUMBER.size))
    family = socket.AF_INET6 if ":" in destination else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_DGRAM)
    with open(record, "wb", buffering=0) as sent:
        print("sending", flush=True)
        number, due = 0, time.monotonic_ns()
        while True:
            wait = due - time.monotonic_ns()
            if wait > 0:
                time.sleep(wait / 1e9)
            at = time.monotonic_ns()
            try:
                sock.sendto(NUMBER.pack(number) + padding, (destination, port))
            except OSError as error:  # counts as lost
                print(f"packet {number}: {error}", flush=True)
            sent.write(SENT.pack(at))
            number, due = number + 1, due + interval


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
