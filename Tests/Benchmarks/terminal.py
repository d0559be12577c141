"""A program in a pseudo-terminal, measured from outside. Linux; Python 3.8 or newer, standard library only."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time

ESCAPES = re.compile(
    rb"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78MDEHc]"
)


class Terminal:
    """Runs one command at a size; times what it writes. Use it in a `with` statement."""

    def __init__(self, command, environment, rows=30, columns=100, folder=None):
        self.started = time.perf_counter()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            if folder:
                os.chdir(folder)
            # The size is set before the program looks; the parent sets it too, whoever comes first.
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(command[0], command, environment)
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.output = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            os.kill(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        os.waitpid(self.pid, 0)
        os.close(self.fd)

    def read(self, limit):
        """What arrives within `limit` seconds, or b""."""
        ready, _, _ = select.select([self.fd], [], [], limit)
        if not ready:
            return b""
        try:
            data = os.read(self.fd, 1 << 16)
        except OSError:
            return b""
        self.output += data
        self._answer(data)
        return data

    def _answer(self, data):
        """Answers the questions that programs ask a terminal, so that none of them waits for one."""
        if b"\x1b[6n" in data:
            os.write(self.fd, b"\x1b[1;1R")
        if b"\x1b[c" in data or b"\x1b[0c" in data:
            os.write(self.fd, b"\x1b[?62;22c")

    def text(self):
        """All that was written so far, without escape sequences."""
        return ESCAPES.sub(b" ", self.output).decode("utf-8", "replace")

    def wait_for(self, pattern, limit=20.0):
        """Seconds from the start until the pattern has been written; None when it never is."""
        wanted = re.compile(pattern)
        end = time.perf_counter() + limit
        while time.perf_counter() < end:
            if self.read(0.5) and wanted.search(self.text()):
                return time.perf_counter() - self.started
        return None

    def settle(self, gap=0.06, limit=10.0):
        """Reads until `gap` seconds of silence; gives (time of the last byte, bytes read)."""
        last, count = time.perf_counter(), 0
        end = last + limit
        while time.perf_counter() < end:
            data = self.read(gap)
            if not data:
                return last, count
            last, count = time.perf_counter(), count + len(data)
        return last, count

    def press(self, key, gap=0.06):
        """Types a key; gives (seconds until the last byte it caused, bytes). No bytes: (None, 0)."""
        before = time.perf_counter()
        os.write(self.fd, key)
        last, count = self.settle(gap)
        return (last - before if count else None), count

    def time_key(self, key, gap):
        """Types a key; gives seconds until the first and until the last byte it caused: (None, None) without any."""
        before = time.perf_counter()
        os.write(self.fd, key)
        first = time.perf_counter() if self.read(gap) else None
        if first is None:
            return None, None
        last, count = self.settle(gap)
        return first - before, (last if count else first) - before

    def processes(self):
        """The command and everything below it."""
        found, queue = [], [self.pid]
        while queue:
            pid = queue.pop()
            found.append(pid)
            try:
                with open(f"/proc/{pid}/task/{pid}/children") as children:
                    queue += [int(child) for child in children.read().split()]
            except OSError:
                pass
        return found

    def pss_mib(self):
        """Proportional set size of the command alone, in MiB."""
        with open(f"/proc/{self.pid}/smaps_rollup") as rollup:
            for line in rollup:
                if line.startswith("Pss:"):
                    return int(line.split()[1]) / 1024
        return None

    def usage(self):
        """(CPU seconds of the command so far, context switches so far of each of its threads)."""
        ticks = os.sysconf("SC_CLK_TCK")
        with open(f"/proc/{self.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        cpu = (int(fields[11]) + int(fields[12])) / ticks
        switches = {}
        for thread in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{thread}/status") as status:
                for line in status:
                    if "ctxt_switches" in line:
                        switches[thread] = switches.get(thread, 0) + int(line.split()[1])
        return cpu, switches
