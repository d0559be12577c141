"""A result of a gigabyte in the console beside `less`: its first page, its end, and what both keep in memory.

The file is a real job's: the sample workspace's wine job runs to its end, and then its rows are written behind one another
until the file is as long as asked for. For batchdeck the first page is timed from the key that opens the results of a job
that is selected in the list, for less from the start of the program, which is the key a person would press there.
"""

import pathlib
import shutil
import statistics
import subprocess

from terminal import Terminal

WORKSPACE = pathlib.Path(__file__).resolve().parents[2] / "assets/workspace"


def make_result(batchdeck, environment, home, length):
    """The path of a predictions file of so many bytes, and how it ends."""
    invoke = [
        batchdeck, "invoke", "-n", "wine-classifier", "--input", "azureml:wine-data@latest",
        "--workspace", str(WORKSPACE), "--watch",
    ]
    done = subprocess.run(invoke, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-600:]
    path = next(pathlib.Path(home, "state").rglob("predictions.csv"))
    rows = path.read_bytes()
    piece = rows * max(1, (4 << 20) // len(rows))
    with open(path, "wb") as file:
        while file.tell() < length - len(piece):
            file.write(piece)
        file.write(b"last-row.csv 177 class_9 0.999\n")
    return path


def ours(batchdeck, environment):
    """Milliseconds from the key to the first page and to the end, MiB before the results, then, and after it all."""
    command = [batchdeck, "--workspace", str(WORKSPACE)]
    with Terminal(command, environment) as screen:
        assert screen.wait_for(r"wine-classifier") is not None
        screen.settle(gap=0.5)
        screen.press(b"J", gap=0.5)
        before = screen.pss_mib()
        first, _ = screen.press(b"o", gap=0.3)
        assert "predictions.csv" in screen.text()
        screen.output = b""
        end, _ = screen.press(b"G", gap=0.3)
        assert "last-row.csv" in screen.text()
        for _ in range(20):
            screen.press(b"\x1b[5~", gap=0.02)
        return first * 1000, end * 1000, before, screen.pss_mib()


def less(path, environment):
    """The same of less."""
    with Terminal(["less", "-S", str(path)], environment) as screen:
        last, _ = screen.settle(gap=0.3)
        first = last - screen.started
        before = screen.pss_mib()
        end, _ = screen.press(b"G", gap=0.3)
        assert "last-row.csv" in screen.text()
        return first * 1000, end * 1000, before, screen.pss_mib()


def preview_row(batchdeck, environment, home, reps, length):
    """P12: prints medians and ratios."""
    found = {}
    try:
        path = make_result(batchdeck, environment, home, length)
        found["batchdeck"] = [ours(batchdeck, environment) for _ in range(reps + 1)][1:]
        if shutil.which("less"):
            found["less"] = [less(path, environment) for _ in range(reps + 1)][1:]
        else:
            print("not installed and left out: less")
        for verb in (["stats"], ["repeats"]):
            timed_verb(batchdeck, environment, verb, length)
    finally:
        subprocess.run([batchdeck, "engine", "stop"], env=environment, capture_output=True)
    print(f"\nP12 a result of {length:,} bytes: first page, jump to its end, memory (PSS) before and after")
    for name, rounds in found.items():
        first, end, before, after = (statistics.median(values) for values in zip(*rounds))
        print(
            f"  {name:24} {first:8.2f} ms {end:8.2f} ms   {before:6.1f} MiB {after:6.1f} MiB"
        )


def timed_verb(batchdeck, environment, verb, length):
    """Reads all of the table once; prints the rate and the most memory it took."""
    from transfer_rows import watched

    listed = subprocess.run(
        [batchdeck, "job", "list", "-o", "tsv", "--query", "[0].name"], env=environment,
        capture_output=True, text=True)
    run = watched(
        [batchdeck, "job", "results", *verb, "-n", listed.stdout.strip()], environment)
    print(
        f"  job results {verb[0]:12} {run.seconds:8.2f} s   {length / run.seconds / 1e6:8.1f} MB/s   "
        f"peak {run.peak:.1f} MiB"
    )
