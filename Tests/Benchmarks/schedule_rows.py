"""The engine's scheduling beside the ways people spread work over a machine without it, on the same files and the same work.

Work: read a file, count its words, take its checksum, give one row. 10,000 files, mini-batches of 10, two workers everywhere.

    plain loop              one process, one file after the other: what the scoring costs with no scheduling at all
    concurrent.futures      two long-lived processes, ten files a task
    xargs -P 2 -n 10        a fresh Python for every ten files
    GNU parallel -j 2 -n 10 the same, with its own bookkeeping
    batchdeck               two long-lived workers, every mini-batch durable before it counts

The fairness figure is how long a short job takes beside a long one that arrived first, against how long it takes alone.
"""

import concurrent.futures
import json
import os
import pathlib
import shutil
import subprocess
import sys
import time
import zlib

from engine_rows import DEPLOYMENT

SCORER = """
import zlib

def init():
    pass

def score(path):
    with open(path, "rb") as file:
        content = file.read()
    name = path.rsplit("/", 1)[-1]
    return f"{name} {len(content.split())} {zlib.crc32(content)}"

def run(mini_batch):
    return [score(path) for path in mini_batch]
"""

# The same work as a program of its own, for tools that start one for every ten files.
PROGRAM = SCORER + """
if __name__ == "__main__":
    import sys
    print("\\n".join(run(sys.argv[1:])))
"""

SLOW_SCORER = """
import time

def init():
    pass

def run(mini_batch):
    # Real waiting, as a scorer waits for a GPU or a service: the machine stays free for the other job.
    time.sleep(0.02)
    return list(mini_batch)
"""

BATCH = 10


def make_workspace(folder, files):
    """Two endpoints, `words` and `slow`, over the same folder of text files."""
    base = pathlib.Path(folder)
    for endpoint, script in (("words", SCORER), ("slow", SLOW_SCORER)):
        deployment = base / f"endpoints/{endpoint}/scorer"
        for part in ("code", "model"):
            (deployment / part).mkdir(parents=True)
        (deployment / "model/nothing.txt").write_text("nothing\n")
        (deployment / "code/score.py").write_text(script)
        text = DEPLOYMENT.format(name="scorer").replace("null-scorer", endpoint)
        text = text.replace("mini_batch_size: 1", f"mini_batch_size: {BATCH}")
        (deployment / "deployment.yml").write_text(text)
        (deployment.parent / "endpoint.yml").write_text(
            f"name: {endpoint}\ndefaults:\n  deployment_name: scorer\n"
        )
    for name, count in (("items", files), ("few", BATCH * 20)):
        (base / f"data/{name}").mkdir(parents=True)
        for index in range(count):
            words = " ".join(f"word{(index * 7 + n) % 1000}" for n in range(150))
            (base / f"data/{name}/item-{index:06}.txt").write_text(words + "\n")
        (base / f"data/{name}.yml").write_text(
            f"name: {name}\nversion: 1\ntype: uri_folder\npath: {name}\n"
        )
    (base / "score.py").write_text(PROGRAM)


def paths(folder):
    items = f"{folder}/data/items"
    return [f"{items}/{name}" for name in sorted(os.listdir(items))]


def score(path):
    """The scorer's work, in this process: what the plain loop and the pool do."""
    with open(path, "rb") as file:
        content = file.read()
    name = path.rsplit("/", 1)[-1]
    return f"{name} {len(content.split())} {zlib.crc32(content)}"


def score_all(batch):
    return [score(path) for path in batch]


def plain_loop(folder):
    with open(f"{folder}/rows.txt", "w") as rows:
        rows.writelines(f"{score(path)}\n" for path in paths(folder))
        rows.flush()
        os.fsync(rows.fileno())


def pool(folder):
    names = paths(folder)
    batches = [names[start : start + BATCH] for start in range(0, len(names), BATCH)]
    with concurrent.futures.ProcessPoolExecutor(2) as workers:
        with open(f"{folder}/rows.txt", "w") as rows:
            for result in workers.map(score_all, batches):
                rows.writelines(f"{row}\n" for row in result)
            rows.flush()
            os.fsync(rows.fileno())


def by_command(command):
    def once(folder):
        names = "\0".join(paths(folder)) + "\0"
        with open(f"{folder}/rows.txt", "wb") as rows:
            subprocess.run(
                command + [sys.executable, f"{folder}/score.py"], input=names.encode(),
                stdout=rows, stderr=subprocess.DEVNULL, check=True,
            )
            os.fsync(rows.fileno())

    return once


def peers():
    """Name and function of every way that is there; names of those that are not."""
    found = [("plain loop", plain_loop), ("concurrent.futures", pool)]
    missing = []
    for name, command in (
        ("xargs -P 2 -n 10", ["xargs", "-0", "-P", "2", "-n", str(BATCH)]),
        ("GNU parallel", ["parallel", "-0", "-j", "2", "-n", str(BATCH)]),
    ):
        if shutil.which(command[0]):
            found.append((name, by_command(command)))
        else:
            missing.append(command[0])
    return found, missing


def timed(once, folder):
    """Seconds of one way, its rows counted."""
    begun = time.perf_counter()
    once(folder)
    seconds = time.perf_counter() - begun
    with open(f"{folder}/rows.txt") as rows:
        counted = sum(1 for _ in rows)
    expected = len(paths(folder))
    assert counted == expected, f"{counted} of {expected} rows"
    return seconds


class Engine:
    """The verbs of one batchdeck on one workspace."""

    def __init__(self, batchdeck, folder, environment):
        self.batchdeck, self.folder, self.environment = batchdeck, folder, environment

    def run(self, *words):
        return subprocess.run(
            [self.batchdeck, *words], env=self.environment, check=True, capture_output=True,
            text=True,
        ).stdout

    def start(self, endpoint, asset):
        return self.run(
            "invoke", "-n", endpoint, "--input", f"azureml:{asset}@latest", "--workspace",
            self.folder,
        ).strip()

    def seconds(self, name):
        """From accepted to Completed, by the job's own timeline."""
        self.run("job", "watch", "-n", name)
        job = json.loads(self.run("job", "show", "-n", name, "-o", "json"))
        times = [entry["at"] for entry in job["timeline"]]
        of = lambda text: int(text[11:13]) * 3600 + int(text[14:16]) * 60 + float(text[17:26])
        return (of(times[-1]) - of(times[0])) % 86400

    def words(self):
        return self.seconds(self.start("words", "items"))

    def short_alone(self):
        return self.seconds(self.start("slow", "few"))

    def short_beside_long(self):
        long = self.start("slow", "items")
        seconds = self.seconds(self.start("slow", "few"))
        self.run("job", "cancel", "-n", long)
        return seconds

    def stop(self):
        subprocess.run(
            [self.batchdeck, "engine", "stop"], env=self.environment, capture_output=True
        )
