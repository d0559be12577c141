"""Counts the words of small texts, and fails at them in every way a scoring script can.

The last word of a file's name before its ending is its fate; the model is the list of fates it
may have. 03-bad.txt is the third file of its folder, and raises.

    ok      gets its row
    slow    gets its row after as many seconds as the model says: 1, and the timeout is 2
    bad     raises, at every try
    short   gets no row, so it counts as failed without an error
    hang    never comes back; the runner kills the worker process at the timeout
    once    raises at its first try and gets its row at the second
    wreck   ends the process without a word; from then on init() raises in every new one
    freeze  ends the process too; from then on init() never returns in any new one

Output: one line per file, fields separated by spaces: file fate words

The last three need to know what happened before, in another process. They leave a mark, an empty
file whose name begins with ".flaky-", in the job's own output folder. once takes its mark away
when it succeeds. The others leave theirs behind: a job that is given the same output folder fails
at once, and one that is not, which is the rule, starts afresh.

Only the standard library of Python 3.8 or later is needed.
"""

import json
import os
import threading
import time
from pathlib import Path

fates = {}
output_folder = Path()


def init():
    """Called once in every worker process, before its first mini-batch."""
    global fates, output_folder
    output_folder = Path(os.environ["AZUREML_BI_OUTPUT_PATH"])
    if mark("wreck").exists():
        raise RuntimeError("A file called wreck was here before. Leave it out of the input folder.")
    if mark("freeze").exists():
        wait_forever()
    found = sorted(Path(os.environ["AZUREML_MODEL_DIR"]).rglob("fates.json"))
    if not found:
        raise FileNotFoundError(
            f"Looked for fates.json below {os.environ['AZUREML_MODEL_DIR']} and found none. "
            "Check model.path in deployment.yml."
        )
    fates = json.loads(found[0].read_text(encoding="ascii"))


def run(mini_batch):
    """Called once per mini-batch; returns one line for every file that is not short."""
    lines = []
    for path in map(Path, mini_batch):
        fate = path.stem.rpartition("-")[2]
        if fate not in fates:
            raise ValueError(
                f"Read the name {path.name}: there is no fate {fate!r}. "
                f"Name the file NN-FATE.txt with one of {', '.join(fates)}."
            )
        meet(fate, path)
        if fate != "short":
            words = len(path.read_text(encoding="utf-8").split())
            lines.append(f"{path.name} {fate} {words}")
    return lines


def meet(fate, path):
    """Lets a file's fate happen; returns when the file is to be read after all."""
    if fate == "slow":
        time.sleep(fates[fate]["seconds"])
    elif fate == "bad":
        raise ValueError(f"Read {path.name}: it is bad, as its name says. Leave it out.")
    elif fate == "hang":
        wait_forever()
    elif fate == "once":
        tried = mark(path.name)
        if not tried.exists():
            tried.touch()
            raise OSError(f"Read {path.name}: not at the first try. Try it again.")
        tried.unlink()
    elif fate in ("wreck", "freeze"):
        mark(fate).touch()
        # Not an exception, which the runner could report: the process is simply gone.
        os._exit(1)


def mark(name):
    """Where a try tells later ones that it was there."""
    return output_folder / f".flaky-{name}"


def wait_forever():
    """Blocks, without using the processor, until the runner loses its patience."""
    threading.Event().wait()
