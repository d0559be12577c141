"""Runs a program on a terminal that takes one kilobyte a second, as over a bad line.

Keys are pressed far faster than their pictures could be sent. A program that sends every picture falls behind by minutes;
one that sends the newest only is done soon after the last key. Prints the bytes that came and the seconds from `q` to the end.

    slow_terminal.py PROGRAM [ARGUMENT...]
"""

import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

RATE = 1024  # bytes a second
KEYS = 400


def main():
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.argv[1], sys.argv[1:])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    total = 0
    start = time.monotonic()

    def take(until, is_over=lambda: False):
        nonlocal total
        while time.monotonic() < until and not is_over():
            ready, _, _ = select.select([terminal], [], [], 0.05)
            if not ready:
                continue
            try:
                piece = os.read(terminal, RATE // 10)
            except OSError:
                return False
            if not piece:
                return False
            total += len(piece)
            time.sleep(len(piece) / RATE)
        return True

    take(start + 8)
    for index in range(KEYS):
        os.write(terminal, b"jk?\t"[index % 4 : index % 4 + 1])
        if not take(time.monotonic() + 0.02):
            break
    asked = time.monotonic()
    os.write(terminal, b"q")
    ended = None
    while time.monotonic() < asked + 120:
        take(time.monotonic() + 0.5)
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            ended = time.monotonic() - asked
            break
    if ended is None:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        print(f"bytes {total} never")
        return 1
    print(f"bytes {total} seconds {ended:.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
