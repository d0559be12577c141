"""How long an engine takes to serve again after `kill -9`, with many old jobs and one that was running."""

import json
import os
import pathlib
import signal
import socket
import subprocess
import time


def ask(connection):
    """True when the engine answers an authenticated question."""
    scope = (
        f"/subscriptions/{connection['subscription_id']}/resourceGroups/{connection['resource_group']}"
        "/providers/Microsoft.MachineLearningServices/workspaces/" + connection["workspace_name"]
    )
    port = int(connection["url"].rsplit(":", 1)[1])
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5) as talk:
            talk.sendall(
                (
                    f"GET {scope}/jobs?api-version=2024-04-01 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                    f"Authorization: Bearer {connection['token']}\r\nConnection: close\r\n\r\n"
                ).encode()
            )
            return talk.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False


def serve(batchdeck, environment, state):
    """Starts an engine; seconds from its start until the first page of the job list comes back."""
    file = pathlib.Path(state, "connection.json")
    before = file.read_bytes() if file.exists() else b""
    begun = time.perf_counter()
    engine = subprocess.Popen(
        [batchdeck, "engine", "serve", "--workspace", f"{state}/workspace"], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    while True:
        assert engine.poll() is None, "the engine ended"
        found = file.read_bytes() if file.exists() else b""
        if found and found != before:
            try:
                connection = json.loads(found)
            except ValueError:
                connection = None
            if connection and ask(connection):
                return engine, time.perf_counter() - begun
        time.sleep(0.001)


def restart_seconds(batchdeck, scratch, environment, jobs, count):
    """Seconds of `count` starts; before each a job is submitted and the engine killed while it runs."""
    state = environment["BATCHDECK_HOME"] + "/state"
    subprocess.run(
        [batchdeck, "engine", "seed", "--state", state, "--jobs", str(jobs)], check=True,
        env=environment, capture_output=True,
    )
    files = pathlib.Path(scratch, "restart-input")
    files.mkdir()
    for index in range(200):
        (files / f"item-{index:04}.txt").write_text("x\n")
    invoke = [batchdeck, "invoke", "-n", "endpoint-0001", "--input", str(files),
              "--workspace", f"{state}/workspace", "--mini-batch-size", "1"]
    found = []
    engine, _ = serve(batchdeck, environment, state)
    try:
        for _ in range(count):
            subprocess.run(invoke, check=True, env=environment, capture_output=True)
            os.kill(engine.pid, signal.SIGKILL)
            engine.wait()
            engine, seconds = serve(batchdeck, environment, state)
            found.append(seconds)
    finally:
        engine.terminate()
        engine.wait()
    return found
