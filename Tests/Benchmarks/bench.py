#!/usr/bin/env python3
"""Measures batchdeck beside its peers, in turn (A B C A B C …), and prints medians and ratios.

    python3 Tests/Benchmarks/bench.py                       all rows, 5 repetitions, 1,000 and 100,000 jobs
    python3 Tests/Benchmarks/bench.py start keys --reps 9   only these rows
    python3 Tests/Benchmarks/bench.py --batchdeck .build/release/batchdeck --sizes 1000,1000000

Rows: start (P1, P2), keys (P3, P4), idle (P7), memory (P8), engine (P11), schedule, restart (after kill -9), upload
and download (P10; --size for the large file's bytes), invoke (the same with `invoke`, killed and resumed; not by default),
preview (P12; --size too), flood (P6), list (P9), accept (P13), filter (P5 over --jobs jobs, with the memory it takes).
Peers that are not installed are named and left out. It never fails because of a figure. Linux.
"""

import argparse
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import schedule_rows
from accept_rows import accept_row
from console_rows import flood, list_row, make_floor
from engine_rows import engine_seconds, make_workspace, pool_seconds
from filter_rows import filter_row
from invoke_rows import invoke_round, print_rounds
from preview_rows import preview_row
from restart_rows import restart_seconds
from terminal import Terminal
from transfer_rows import Transfers

ROOT = pathlib.Path(__file__).resolve().parents[2]
# As terminals send it to programs that ask for the keys of an application, which all of these do.
DOWN = b"\x1bOB"


class Target:
    """A program to measure: how it is started, what its first screen shows, how it is left."""

    def __init__(self, name, command, ready, environment, folder=None, keys=DOWN, before=b""):
        self.name, self.command, self.ready = name, command, ready
        self.environment, self.folder, self.keys, self.before = environment, folder, keys, before

    def open(self):
        return Terminal(self.command, self.environment, folder=self.folder)


def base_environment(home):
    return {
        "PATH": os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }


def make_peers(scratch):
    """The peers that are installed, each with data of its own kind."""
    environment = base_environment(f"{scratch}/peer-home")
    os.makedirs(environment["HOME"], exist_ok=True)
    peers = []
    if shutil.which("htop"):
        peers.append(Target("htop", ["htop"], r"Load average|F1", environment))
    if shutil.which("mc"):
        files = pathlib.Path(scratch, "files")
        files.mkdir()
        for index in range(1000):
            (files / f"job-{index:05}.txt").touch()
        peers.append(Target("mc", ["mc", "-u", str(files)], r"job-000", environment))
    if shutil.which("tig") and shutil.which("git"):
        repository = make_repository(f"{scratch}/repository", environment)
        peers.append(Target("tig", ["tig"], r"commit 9", environment, folder=repository))
    missing = {"htop", "mc", "tig"} - {peer.name for peer in peers}
    if missing:
        print(f"not installed and left out: {', '.join(sorted(missing))}")
    return peers


def make_repository(folder, environment, commits=1000):
    subprocess.run(["git", "init", "-q", folder], check=True, env=environment)
    stream = []
    for index in range(commits):
        message = f"commit {index}\n"
        stream.append(
            "commit refs/heads/main\ncommitter A <a@example.org> "
            f"{1700000000 + index} +0000\ndata {len(message)}\n{message}\n"
        )
    subprocess.run(
        ["git", "-C", folder, "fast-import", "--quiet"], input="".join(stream), text=True,
        check=True, env=environment,
    )
    subprocess.run(
        ["git", "-C", folder, "symbolic-ref", "HEAD", "refs/heads/main"], check=True,
        env=environment,
    )
    return folder


def make_ours(batchdeck, scratch, size):
    """The console on a seeded state folder, its cache warmed by one visit to the job list."""
    home = f"{scratch}/home-{size}"
    environment = base_environment(scratch)
    environment["BATCHDECK_HOME"] = home
    subprocess.run(
        [batchdeck, "engine", "seed", "--state", f"{home}/state", "--endpoints", "5", "--jobs",
         str(size)], check=True, env=environment, capture_output=True,
    )
    target = Target(
        f"batchdeck {size:,}", [batchdeck], r"Endpoints|endpoints", environment, before=b"J"
    )
    with target.open() as visit:
        visit.wait_for(target.ready)
        visit.settle(gap=1.0)
        visit.press(b"J", gap=1.0)
    return target


def rate(values):
    return statistics.median(values) if values else float("nan")


def table(title, rows, unit):
    """Prints name, median and the ratio of our first row to it."""
    print(f"\n{title}")
    ours = rows[0][1]
    for name, value in rows:
        ratio = "" if name == rows[0][0] or not value else f"   ours/this {ours / value:6.2f}"
        print(f"  {name:24} {value:10.2f} {unit}{ratio}")


def measure(targets, reps, once):
    """Runs `once(target)` in turn for all targets; medians per target. One warm-up round is dropped."""
    values = {target.name: [] for target in targets}
    for repetition in range(reps + 1):
        for target in targets:
            value = once(target)
            if repetition and value is not None:
                values[target.name].append(value)
    return [(target.name, rate(values[target.name])) for target in targets]


def first_screen(target):
    with target.open() as screen:
        found = screen.wait_for(target.ready)
        return None if found is None else found * 1000


def key_to_picture(field):
    def once(target):
        with target.open() as screen:
            if screen.wait_for(target.ready) is None:
                return None
            screen.settle(gap=0.5)
            if target.before:
                screen.press(target.before, gap=0.5)
            found = [screen.press(target.keys) for _ in range(30)]
            if field == "ms":
                return rate([seconds * 1000 for seconds, _ in found if seconds is not None])
            return rate([count for _, count in found])

    return once


def idle(field, seconds=5):
    def once(target):
        with target.open() as screen:
            screen.wait_for(target.ready)
            screen.settle(gap=1.0)
            before = screen.usage()
            end = time.perf_counter() + seconds
            written = 0
            while time.perf_counter() < end:
                written += len(screen.read(max(0.0, end - time.perf_counter())))
            after = screen.usage()
            figures = {
                "cpu": (after[0] - before[0]) * 1000 / seconds,
                "switches": sum(
                    count - before[1].get(thread, 0) for thread, count in after[1].items()
                ) / seconds,
                "bytes": written / seconds,
            }
            return figures[field]

    return once


def memory(target):
    with target.open() as screen:
        screen.wait_for(target.ready)
        screen.settle(gap=0.5)
        if target.before:
            screen.press(target.before, gap=0.5)
        return screen.pss_mib()


def with_floor(targets, scratch):
    """The targets and the least an ncurses program can do with a list, where it can be compiled."""
    floor = make_floor(scratch)
    if not floor:
        print("no C compiler with ncurses: the floor is left out")
        return targets
    return targets + [
        Target("floor (C, ncurses)", floor, r"job-000", base_environment(scratch), keys=b"j")
    ]


def flood_row(targets, scratch, reps, count=10_000):
    """P6: how long so many keys at once take, and whether the last of them has arrived."""
    ours = targets[0].name
    targets = with_floor(targets, scratch)
    found = {target.name: [] for target in targets}
    for repetition in range(reps + 1):
        for target in targets:
            seconds, text = flood(target, count)
            # The floor writes only the digits that change; ours writes its position whole at the end.
            if target.name == ours and not re.search(rf"{count + 1:,}|{count + 1}", text):
                print(f"  {ours}: row {count + 1:,} was not seen on the screen: keys were lost")
            if repetition:
                found[target.name].append(seconds * 1000)
    table(f"P6 {count:,} keys at once", [(name, rate(values)) for name, values in found.items()], "ms")


def engine_row(batchdeck, scratch, reps):
    print("\nP11 null scorer, seconds from Running to Completed beside a process pool")
    for size in (100, 1000, 10_000, 100_000):
        folder = f"{scratch}/null-{size}"
        make_workspace(folder, size)
        environment = base_environment(scratch)
        environment["BATCHDECK_HOME"] = f"{scratch}/null-home-{size}"
        ours, theirs = [], []
        try:
            for _ in range(reps):
                seconds, counted = engine_seconds(batchdeck, folder, environment)
                assert counted == size, f"{counted} of {size} mini-batches were counted"
                ours.append(seconds)
                theirs.append(pool_seconds(folder))
        finally:
            subprocess.run([batchdeck, "engine", "stop"], env=environment, capture_output=True)
        mine, pool = rate(ours), rate(theirs)
        print(
            f"  {size:>7,} mini-batches   batchdeck {mine * 1000:9.1f} ms   "
            f"ProcessPoolExecutor {pool * 1000:9.1f} ms   ours/this {mine / pool:5.2f}   "
            f"per mini-batch {mine / size * 1e6:6.1f} µs"
        )


def schedule_row(batchdeck, scratch, reps, files=10_000):
    folder = f"{scratch}/schedule"
    schedule_rows.make_workspace(folder, files)
    environment = base_environment(scratch)
    environment["BATCHDECK_HOME"] = f"{scratch}/schedule-home"
    engine = schedule_rows.Engine(batchdeck, folder, environment)
    found, missing = schedule_rows.peers()
    if missing:
        print(f"not installed and left out: {', '.join(missing)}")
    values = {name: [] for name in ["batchdeck"] + [name for name, _ in found]}
    alone, beside = [], []
    try:
        for _ in range(reps):
            values["batchdeck"].append(engine.words())
            for name, once in found:
                values[name].append(schedule_rows.timed(once, folder))
            alone.append(engine.short_alone())
            beside.append(engine.short_beside_long())
    finally:
        engine.stop()
    table(
        f"{files:,} files, mini-batches of {schedule_rows.BATCH}, two workers",
        [(name, rate(seconds)) for name, seconds in values.items()], "s ",
    )
    print(
        f"\nFairness: a job of 20 mini-batches takes {rate(alone):.2f} s alone and "
        f"{rate(beside):.2f} s beside one of {files // schedule_rows.BATCH:,} that came first"
    )


def restart_row(batchdeck, scratch, reps, jobs=10_000):
    environment = base_environment(scratch)
    environment["BATCHDECK_HOME"] = f"{scratch}/restart-home"
    found = restart_seconds(batchdeck, scratch, environment, jobs, reps)
    print(
        f"\nkill -9 to the first page of jobs, {jobs:,} old jobs, one running, {len(found)} restarts\n"
        f"  median {rate(found) * 1000:9.1f} ms   slowest {max(found) * 1000:9.1f} ms"
    )


def transfer_rows(batchdeck, scratch, reps, rows, large, files=10_000, small=20_000):
    """P10: many small files and one large one, up and down, beside rclone."""
    environment = base_environment(scratch)
    environment["BATCHDECK_HOME"] = f"{scratch}/transfer-home"
    transfers = Transfers(batchdeck, scratch, environment)
    if not transfers.rclone:
        print("not installed and left out: rclone")
    try:
        for count, length in ((files, small), (1, large)):
            title = f"P10 {{}}: {count:,} x {length:,} bytes"
            if "upload" in rows:
                found = [transfers.upload(count, length) for _ in range(reps)]
                transfer_table(title.format("upload"), found, transfers.idle_mib)
            if "invoke" in rows:
                found = [invoke_round(transfers, count, length) for _ in range(reps)]
                print_rounds(title.format("invoke"), found, transfers.idle_mib)
            if "download" in rows:
                job, place = transfers.result(count, length)
                found = [transfers.download(job, place) for _ in range(reps)]
                transfer_table(title.format("download"), found, transfers.idle_mib)
    finally:
        transfers.stop()


def transfer_table(title, rounds, idle):
    """Medians of seconds, by the clock and of processor; of memory the most that was seen in any round."""
    runs = {"batchdeck": [one for one, _ in rounds], "rclone": [other for _, other in rounds if other]}
    runs = {name: found for name, found in runs.items() if found}
    table(title, [(name, rate([run.seconds for run in found])) for name, found in runs.items()], "s ")
    for name, found in runs.items():
        print(
            f"  {name:24} {rate([run.processor for run in found]):10.2f} s of processor, engine "
            f"{rate([run.engine_processor for run in found]):.2f} s; peak {max(run.peak for run in found):.1f} "
            f"MiB, engine {max(run.engine_peak for run in found):.1f} MiB"
        )
    print(f"  batchdeck idle {idle:.1f} MiB")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "rows", nargs="*",
        default=[
            "start", "keys", "idle", "memory", "engine", "schedule", "restart", "upload", "download",
            "preview", "flood", "list", "accept", "filter",
        ],
    )
    parser.add_argument("--batchdeck", default=str(ROOT / ".build/release/batchdeck"))
    parser.add_argument("--sizes", default="1000,100000")
    parser.add_argument("--size", type=int, default=1_000_000_000)
    parser.add_argument("--jobs", type=int, default=1_000_000)
    parser.add_argument("--reps", type=int, default=5)
    options = parser.parse_args()
    if not os.access(options.batchdeck, os.X_OK):
        sys.exit(f"{options.batchdeck} is not there: build it, or name one with --batchdeck")
    batchdeck = str(pathlib.Path(options.batchdeck).resolve())
    with tempfile.TemporaryDirectory(prefix="batchdeck-bench-") as scratch:
        sizes = [int(size) for size in options.sizes.split(",")]
        targets = []
        whole = {
            "engine", "schedule", "restart", "upload", "download", "invoke", "preview", "list",
            "accept", "filter",
        }
        if set(options.rows) - whole:
            targets = [make_ours(batchdeck, scratch, size) for size in sizes]
            targets += make_peers(scratch)
        try:
            if "start" in options.rows:
                table("P1/P2 first screen", measure(targets, options.reps, first_screen), "ms")
            if "keys" in options.rows:
                others = with_floor(targets, scratch)
                table("P3 key to final picture", measure(others, options.reps, key_to_picture("ms")), "ms")
                table("P4 bytes per key", measure(others, options.reps, key_to_picture("bytes")), "B ")
            if "idle" in options.rows:
                for field, unit in (("cpu", "ms/s"), ("switches", "/s"), ("bytes", "B/s")):
                    table(f"P7 idle: {field}", measure(targets, max(1, options.reps // 2), idle(field)), unit)
            if "memory" in options.rows:
                table("P8 memory (PSS)", measure(targets, options.reps, memory), "MiB")
            if "flood" in options.rows:
                large = [one for one, size in zip(targets, sizes) if size > 10_000]
                if large:
                    flood_row(large, scratch, options.reps)
                else:
                    print("flood is left out: it needs a size beyond 10,000 jobs")
            if "list" in options.rows:
                list_row(batchdeck, scratch, base_environment(scratch), options.reps)
            if "accept" in options.rows:
                accept_row(batchdeck, scratch, base_environment, options.reps, sizes)
            if "engine" in options.rows:
                engine_row(batchdeck, scratch, options.reps)
            if "schedule" in options.rows:
                schedule_row(batchdeck, scratch, options.reps)
            if "restart" in options.rows:
                restart_row(batchdeck, scratch, options.reps)
            if {"upload", "download", "invoke"} & set(options.rows):
                transfer_rows(batchdeck, scratch, options.reps, options.rows, options.size)
            if "preview" in options.rows:
                environment = base_environment(scratch)
                environment["BATCHDECK_HOME"] = home = f"{scratch}/preview-home"
                preview_row(batchdeck, environment, home, options.reps, options.size)
            if "filter" in options.rows:
                environment = base_environment(scratch)
                environment["BATCHDECK_HOME"] = f"{scratch}/filter-home"
                filter_row(batchdeck, environment, scratch, options.reps, options.jobs)
        finally:
            for target in targets[: len(sizes)]:
                subprocess.run(
                    [batchdeck, "engine", "stop"], env=target.environment, capture_output=True
                )


if __name__ == "__main__":
    main()
