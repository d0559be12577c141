"""Typing a filter over very many jobs, key by key, beside fzf over the same names (P5), and the memory it takes."""

import json
import os
import pathlib
import shutil
import sqlite3
import statistics
import subprocess

from terminal import Terminal

# Part of many names, of few, of an id, and of what every row shows.
TEXTS = ["garden", "frosty", "7f3e", "helmet", "failed"]
CLEAR = b"\x15"
# Longer than the slowest answer: what is written after it belongs to no key.
GAP = 0.6


def median(values):
    return statistics.median(values) if values else float("nan")


def names_file(state, path):
    """The lines fzf searches: what a row of the job list shows, newest first."""
    store = sqlite3.connect(f"file:{state}/engine.sqlite?mode=ro", uri=True)
    rows = store.execute(
        "SELECT display || ' ' || id || ' ' || status || ' ' || endpoint || ' ' || deployment "
        "FROM job ORDER BY seq DESC"
    )
    with open(path, "w") as file:
        for (line,) in rows:
            file.write(line + "\n")
    store.close()


def type_texts(screen):
    """Seconds per key until the first and the last byte it caused."""
    found = []
    for text in TEXTS:
        found += [screen.time_key(letter.encode(), GAP) for letter in text]
        screen.time_key(CLEAR, GAP)
    return [pair for pair in found if pair[0] is not None]


def pss_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup") as rollup:
        for line in rollup:
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return float("nan")


class Ours:
    """The console on the job list with its filter open, and the engine behind it."""

    def __init__(self, batchdeck, environment, jobs):
        self.batchdeck, self.environment, self.jobs = batchdeck, environment, jobs
        self.state = pathlib.Path(environment["BATCHDECK_HOME"], "state")
        subprocess.run(
            [batchdeck, "engine", "seed", "--state", str(self.state), "--endpoints", "5", "--jobs",
             str(jobs)], check=True, env=environment, capture_output=True,
        )

    def engine_mib(self):
        return pss_mib(json.loads((self.state / "connection.json").read_text())["pid"])

    def stop(self):
        subprocess.run([self.batchdeck, "engine", "stop"], env=self.environment, capture_output=True)

    def round(self):
        """(seconds per key, seconds until the first text was looked for everywhere, memory)."""
        with Terminal([self.batchdeck], self.environment) as screen:
            screen.wait_for(r"Endpoints|endpoints")
            screen.settle(gap=1.0)
            screen.press(b"J", gap=1.0)
            before = (screen.pss_mib(), self.engine_mib())
            screen.press(b"/", gap=0.1)
            ready, _ = screen.press(b"x", gap=2.0)
            screen.press(CLEAR, gap=GAP)
            keys = type_texts(screen)
            return keys, ready, before, (screen.pss_mib(), self.engine_mib())


def fzf_round(names, environment, jobs):
    with Terminal(
        ["sh", "-c", f"exec fzf --layout=reverse --no-mouse < '{names}'"], environment
    ) as screen:
        screen.wait_for(f"{jobs}/{jobs}", limit=60)
        screen.settle(gap=1.0)
        return type_texts(screen), screen.pss_mib()


def filter_row(batchdeck, environment, scratch, reps, jobs):
    """Prints P5 and the memory of all who take part."""
    ours = Ours(batchdeck, environment, jobs)
    has_fzf = bool(shutil.which("fzf"))
    if not has_fzf:
        print("not installed and left out: fzf")
    names = f"{scratch}/names"
    names_file(ours.state, names)
    mine, theirs = [], []
    try:
        for _ in range(reps):
            mine.append(ours.round())
            if has_fzf:
                theirs.append(fzf_round(names, environment, jobs))
    finally:
        ours.stop()
        os.unlink(names)
    keys = [pair for keys, *_ in mine for pair in keys]
    first, last = (median([pair[index] * 1000 for pair in keys]) for index in (0, 1))
    print(f"\nP5 type to filter {jobs:,} jobs, {len(keys)} keys")
    print(f"  batchdeck   first byte {first:8.2f} ms   final picture {last:8.2f} ms")
    if theirs:
        others = [pair for keys, _ in theirs for pair in keys]
        began, ended = (median([pair[index] * 1000 for pair in others]) for index in (0, 1))
        print(
            f"  fzf         first byte {began:8.2f} ms   final picture {ended:8.2f} ms   "
            f"ours/this {last / ended:5.2f}"
        )
    ready = median([seconds * 1000 for _, seconds, *_ in mine if seconds is not None])
    print(f"  first text of all, with the index made for it: {ready:8.2f} ms")
    for index, who in enumerate(("console", "engine")):
        idle, busy = (median([run[place][index] for run in mine]) for place in (2, 3))
        print(f"  {who:10} {idle:8.1f} MiB before, {busy:8.1f} MiB after")
    if theirs:
        print(f"  {'fzf':10} {median([memory for _, memory in theirs]):8.1f} MiB")
