"""How many invocations a second the engine accepts and makes durable, beside SQLite's own commits on the same disk.

The one deployment never gets beyond its `init`, so that what is accepted is queued and nothing is scored beside it.
"""

import concurrent.futures
import http.client
import json
import sqlite3
import subprocess
import time
import urllib.parse
import uuid

from engine_rows import make_workspace

WAITING_SCORER = """
import threading

def init():
    threading.Event().wait()

def run(mini_batch):
    return []
"""

CLIENTS = 8


def commits_per_second(folder, seconds=2.0):
    """Rows that SQLite commits one by one, each on the disk before the next: WAL, synchronous FULL."""
    base = sqlite3.connect(f"{folder}/commits-{uuid.uuid4().hex}.db", isolation_level=None)
    base.execute("PRAGMA journal_mode = WAL")
    base.execute("PRAGMA synchronous = FULL")
    base.execute("CREATE TABLE job (id TEXT PRIMARY KEY, body TEXT)")
    body = "x" * 600
    begun, count = time.perf_counter(), 0
    while time.perf_counter() - begun < seconds:
        base.execute("INSERT INTO job VALUES (?, ?)", (f"batchjob-{count}", body))
        count += 1
    found = count / (time.perf_counter() - begun)
    base.close()
    return found


def submit(connection, token, seconds):
    """Invokes over one connection for so long; how many were accepted."""
    host = urllib.parse.urlsplit(connection)
    client = http.client.HTTPConnection(host.hostname, host.port)
    end, accepted = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        submission = str(uuid.uuid4())
        body = json.dumps({
            "properties": {
                "inputData": {
                    "UriFolder": {"jobInputType": "UriFolder", "uri": "azureml:items:1"}
                },
                "tags": {"batchdeck.submission": submission},
            }
        })
        client.request(
            "POST", "/endpoints/null-scorer/jobs", body,
            {
                "Authorization": f"Bearer {token}", "Content-Type": "application/json",
                "Repeatability-Request-ID": submission,
            },
        )
        answer = client.getresponse()
        text = answer.read()
        assert answer.status in (200, 201, 202), f"{answer.status} {text[:300]}"
        accepted += 1
    return accepted


def accepted_per_second(home, seconds=3.0):
    """Invocations that were accepted a second, over so many connections at once."""
    with open(f"{home}/state/connection.json") as file:
        connection = json.load(file)
    with concurrent.futures.ProcessPoolExecutor(CLIENTS) as pool:
        begun = time.perf_counter()
        counts = list(pool.map(
            submit, [connection["url"]] * CLIENTS, [connection["token"]] * CLIENTS,
            [seconds] * CLIENTS,
        ))
        return sum(counts) / (time.perf_counter() - begun)


def accept_row(batchdeck, scratch, base_environment, reps, sizes):
    """P13: prints the rate at each number of stored jobs beside SQLite's."""
    workspace = f"{scratch}/accept-workspace"
    make_workspace(workspace, 1, WAITING_SCORER)
    print(f"\nP13 invocations accepted and durable, {CLIENTS} connections, beside SQLite's commits (synchronous FULL)")
    for size in sizes:
        home = f"{scratch}/accept-home-{size}"
        environment = dict(base_environment(scratch), BATCHDECK_HOME=home)
        run = lambda *words: subprocess.run(
            [batchdeck, *words], env=environment, check=True, capture_output=True)
        run("engine", "seed", "--state", f"{home}/state", "--jobs", str(size))
        try:
            run("engine", "start", "--workspace", workspace)
            accepted_per_second(home, 0.5)
            ours, theirs = [], []
            for _ in range(reps):
                theirs.append(commits_per_second(scratch))
                ours.append(accepted_per_second(home))
        finally:
            subprocess.run([batchdeck, "engine", "stop"], env=environment, capture_output=True)
        mine, base = sorted(ours)[len(ours) // 2], sorted(theirs)[len(theirs) // 2]
        print(
            f"  {size:>9,} stored jobs   batchdeck {mine:8.0f} /s   SQLite {base:8.0f} /s   "
            f"ours/this {mine / base:5.2f}"
        )
