#!/usr/bin/env python3
"""Writes assets/order.txt anew: the functions that a console calls, which the linker puts side by side in a release.

    swift build -c release --static-swift-stdlib --toolset assets/release.json && assets/order.py && touch Package.swift

Then build again: without the touch nobody sees that the list is another one. Plays sessions on engines, with a thousand jobs
and with the sample workspace, and a few verbs, under valgrind, and lists what ran by the names in the program. Takes three
minutes. Linux; it needs valgrind, nm and strip.
"""

import bisect
import collections
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "Tests" / "Benchmarks"))
from terminal import Terminal  # noqa: E402

DECK = ROOT / ".build" / "release" / "batchdeck"
# Keys, and what is to be seen after them: a program that is counted is fifty times slower than it is. First what every
# console does: its functions are to lie together, and not among those of screens that may never be opened.
EVERYDAY = [("", "endpoints"), ("jjkk", ""), ("J", "Jobs"), ("jjkkGg", "")]
THOROUGH = [
    ("", "digits-batch"), ("J", "Jobs"), ("/digits\r", "digits"), ("\x1b", ""), ("\r", "Timeline"),
    ("1", ""), ("3", ""), ("4", ""), ("o", "predictions"), ("\r", ""), ("GgG", ""), ("\x1b", ""),
    ("\x1b", ""), ("\x1b", ""), ("\x1b", ""), ("n", "digits-data"), ("\x13", "Completed"),
    ("?", "All keys"), ("\x1b", ""),
]
VERBS = [["endpoint", "list"], ["job", "list", "-o", "json"], ["--version"]]
# Seconds.
PATIENCE = 120


def play(session, command, environment):
    """Plays a session to its end; complains of what never came."""
    with Terminal(command, environment) as screen:
        for keys, sight in session:
            screen.output = b""
            os.write(screen.fd, keys.encode())
            if sight and screen.wait_for(sight, PATIENCE) is None:
                sys.exit(f"after the keys {keys!r} no {sight!r} was to be seen:\n{screen.text()}")
            # Where jobs run it never falls silent.
            screen.settle(gap=3, limit=10)
        os.write(screen.fd, b"q")
        screen.settle(gap=PATIENCE, limit=PATIENCE)


def addresses(profile, program):
    """Where a program's instructions ran, from a profile of callgrind: addresses stand whole, or as steps from the last."""
    names, inside, address = {}, False, 0
    for line in profile.read_text(errors="replace").splitlines():
        if line.startswith(("ob=", "cob=")):
            number, _, name = line.split("=", 1)[1].partition(" ")
            names.setdefault(number, name)
            if line.startswith("ob="):
                inside = names[number] == str(program)
        elif line.startswith(("0x", "+", "-", "*")):
            place = line.split(" ", 1)[0]
            if place[0] in "+-":
                address += int(place)
            elif place != "*":
                address = int(place, 16)
            if inside:
                yield address


def functions(program):
    """The names of a program's functions, by where they begin."""
    listed = subprocess.run(
        ["nm", "--defined-only", str(program)], check=True, capture_output=True, text=True)
    found = collections.defaultdict(list)
    for line in listed.stdout.splitlines():
        address, kind, name = line.split(" ", 2)
        if kind in "tTwW":
            found[int(address, 16)].append(name)
    return found


def main():
    for tool in ["valgrind", "strip", "nm"]:
        if not shutil.which(tool):
            sys.exit(f"{tool} is needed and is not on the path")
    if not DECK.exists():
        sys.exit(f"no program at {DECK}: build a release first")
    with tempfile.TemporaryDirectory(prefix="order-") as scratch:
        scratch = pathlib.Path(scratch)
        # valgrind does not read all that is said for debuggers.
        program = scratch / "batchdeck"
        subprocess.run(["strip", "--strip-debug", "-o", str(program), str(DECK)], check=True)
        workspace = scratch / "workspace"
        shutil.copytree(ROOT / "assets" / "workspace", workspace)

        def home(name, **more):
            """A home of its own, where the tour is over."""
            state = scratch / name / "state"
            state.mkdir(parents=True)
            (state / "tour-seen").touch()
            return {
                "PATH": os.environ["PATH"], "HOME": str(scratch), "TERM": "xterm-256color",
                "LANG": "C.UTF-8", "BATCHDECK_HOME": str(scratch / name), **more,
            }

        def run(environment, *words):
            subprocess.run(words, env=environment, check=True, capture_output=True)

        profiles = []

        def counted():
            profiles.append(scratch / f"profile{len(profiles)}")
            return ["valgrind", "--tool=callgrind", "--dump-instr=yes", "-q",
                    f"--callgrind-out-file={profiles[-1]}", str(program)]

        full = home("full")
        sample = home("sample", BATCHDECK_WORKSPACE=str(workspace))
        try:
            run(full, program, "engine", "seed", "--state", str(scratch / "full" / "state"),
                "--endpoints", "5", "--jobs", "1000", "--running", "20")
            # At its first start a console knows nothing, at its second what it saw last.
            for _ in range(2):
                play(EVERYDAY, counted(), full)
            for verb in VERBS:
                run(full, *counted(), *verb)
            run(sample, program, "invoke", "-n", "digits-batch", "--input",
                "azureml:digits-data@latest", "--watch")
            play(THOROUGH, counted(), sample)
        finally:
            for environment in [full, sample]:
                run(environment, program, "engine", "stop")
        names = functions(program)
        starts = sorted(names)
        listed = {}
        for profile in profiles:
            ran = {starts[bisect.bisect_right(starts, address) - 1]
                   for address in addresses(profile, program)}
            found = sorted({name for start in ran for name in names[start]} - listed.keys())
            print(f"{profile.name}: {len(found)} more functions")
            listed.update(dict.fromkeys(found))
    (ROOT / "assets" / "order.txt").write_text("".join(name + "\n" for name in listed))
    print(f"{len(listed)} functions in assets/order.txt")


main()
