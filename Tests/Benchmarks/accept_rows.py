"""How many invocations a second the engine accepts and makes durable, beside SQLite's own commits on the same disk.

The one deployment never gets beyond its `init`, so that what is accepted is queued and nothing is scored beside it.
"""

import concurrent.futures
import json
import re
import socket
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
LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
BODY = json.dumps({
    "properties": {
        "inputData": {"UriFolder": {"jobInputType": "UriFolder", "uri": "azureml:items:1"}},
        "tags": {"batchdeck.submission": "%s"},
    }
}).encode()


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
    """Invokes over one connection for so long; how many were accepted.

    The requests are put together by hand: `http.client` takes as much of the processor as the engine does.
    """
    host = urllib.parse.urlsplit(connection)
    end, accepted = time.perf_counter() + seconds, 0
    with socket.create_connection((host.hostname, host.port)) as client:
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < end:
            submission = str(uuid.uuid4())
            body = BODY % submission.encode()
            client.sendall(
                f"POST /endpoints/null-scorer/jobs HTTP/1.1\r\nHost: {host.netloc}\r\n"
                f"Authorization: Bearer {token}\r\nContent-Type: application/json\r\n"
                f"repeatability_request-id: {submission}\r\n"
                f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
            head = whole_answer(client).split(b"\r\n", 1)[0]
            assert head.split(b" ")[1] in (b"200", b"201", b"202"), head
            accepted += 1
    return accepted


def whole_answer(client):
    """One answer with a length, head and body."""
    answer = b""
    while True:
        piece = client.recv(65536)
        assert piece, f"the connection ended after {answer[:300]}"
        answer += piece
        head, found, body = answer.partition(b"\r\n\r\n")
        if found and len(body) >= int(LENGTH.search(head)[1]):
            return answer


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
