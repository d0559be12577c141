"""`invoke` of data on this machine: once undisturbed, once killed in the middle and begun again, and rclone beside it.

The upload is all of `invoke` but a job's acceptance, and `invoke` returns with that, so what is timed is the whole of its
run. The killed one gets SIGKILL when half of its pieces are in its log; what it had stored by then must be the same
blobs afterwards, but for those that were on their way. A file above 64 MiB is no blob before all of its blocks have come:
of such a one the blocks are looked at that wait in the engine's staging folder, until the blob is made of them. In the end
every stored byte is compared with its source.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import threading
import time

from transfer_rows import make_files

# The client reads a file in blocks of this many bytes above 64 MiB, and whole below.
BLOCK = 4 << 20
WHOLE = 64 << 20


class Killed:
    """A run that was killed and the one after it."""

    def __init__(self, seconds, pieces, of, resent, blobs, after):
        self.seconds, self.pieces, self.of = seconds, pieces, of
        self.resent, self.blobs, self.after = resent, blobs, after
        self.blocks = self.blocks_resent = 0


def words(folder, kind):
    return [
        "invoke", "-n", "copy", "--set", f"inputs.source.path={folder}",
        f"inputs.source.type={kind}",
    ]


def stored(transfers):
    """What uploads have left in the engine's storage: inode by path."""
    blobs = pathlib.Path(transfers.environment["BATCHDECK_HOME"], "state/blobs")
    found = {}
    for file in blobs.rglob("LocalUpload/*/**/*"):
        if file.is_file():
            found[file] = file.stat().st_ino
    return found


def waiting(transfers):
    """The blocks that wait in the engine's staging folder to become blobs: inode and time by path."""
    root = pathlib.Path(transfers.environment["BATCHDECK_HOME"], "state/staging/blocks")
    found = {}
    for folder in root.iterdir() if root.is_dir() else []:
        try:
            with os.scandir(folder) as blocks:
                for block in blocks:
                    status = block.stat(follow_symlinks=False)
                    found[block.path] = (status.st_ino, status.st_mtime_ns)
        except (FileNotFoundError, NotADirectoryError):
            # Its blob has just been made; what was seen of it before counts.
            continue
    return found


class BlockWatch:
    """Looks at the waiting blocks until it is left: `newest` is how each of them was when it was last seen.

    A block that comes again is another file under the same name. None goes away before the blob is whole, and that is made
    by copying all of them, so that looking now and then misses none of a large one.
    """

    # Seconds between two looks.
    PAUSE = 0.01

    def __init__(self, transfers):
        self.transfers, self.newest = transfers, {}
        self.is_over = threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.is_over.wait(self.PAUSE):
            self.newest.update(waiting(self.transfers))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.is_over.set()
        self.thread.join()


def log_lines(transfers):
    logs = pathlib.Path(transfers.environment["BATCHDECK_HOME"], "state/transfers")
    for log in logs.glob("*.upload"):
        try:
            return log.read_bytes().count(b"\n")
        except OSError:
            return 0
    return 0


def pieces_of(count, length):
    return count * (1 if length <= WHOLE else -(-length // BLOCK))


def killed(transfers, folder, count, length):
    """Kills `invoke` when half of its pieces are done, runs it again to its end, and looks at what came twice."""
    before, blocks_before = stored(transfers), waiting(transfers)
    half = pieces_of(count, length) // 2
    begun = time.perf_counter()
    process = subprocess.Popen(
        [transfers.batchdeck, *words(folder, "uri_folder")], env=transfers.environment,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while (pieces := log_lines(transfers)) <= half:
        assert process.poll() is None, f"it was through after {pieces} pieces"
        time.sleep(0.001)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    seconds = time.perf_counter() - begun
    first = {path: node for path, node in stored(transfers).items() if path not in before}
    blocks = {path: mark for path, mark in waiting(transfers).items() if path not in blocks_before}
    with BlockWatch(transfers) as watch:
        after = transfers.ours(*words(folder, "uri_folder"))
    last = stored(transfers)
    resent = sum(1 for path, node in first.items() if last.get(path) != node)
    run = Killed(seconds, pieces, pieces_of(count, length), resent, len(first), after)
    assert not blocks or watch.newest, "the waiting blocks were never seen"
    run.blocks = len(blocks)
    run.blocks_resent = sum(1 for path, mark in blocks.items() if watch.newest.get(path, mark) != mark)
    return run


def verify(transfers, folder, known):
    """Compares what an upload added with its source, byte by byte; the place of its first blob tells its root."""
    added = [path for path in stored(transfers) if path not in known]
    root = next(path for path in added[0].parents if path.parent.parent.name == "LocalUpload")
    subprocess.run(["diff", "-r", "-q", folder, str(root)], check=True)


def invoke_round(transfers, count, length):
    """One undisturbed run, one killed, one of rclone, each with bytes that were never sent before."""
    runs = []
    for _ in range(2):
        transfers.round += 1
        folder = make_files(
            f"{transfers.scratch}/invoke-{transfers.round}", count, length, 1000 + transfers.round)
        known = stored(transfers)
        if not runs:
            runs.append(transfers.ours(*words(folder, "uri_folder")))
        else:
            runs.append(killed(transfers, folder, count, length))
        verify(transfers, folder, known)
        if len(runs) == 1:
            theirs = transfers.theirs("copy", folder, f"REMOTE/bench/{transfers.round}") if transfers.rclone else None
        shutil.rmtree(folder)
        cancel(transfers)
    return runs[0], runs[1], theirs


def cancel(transfers):
    """The jobs' own work is not what is measured: it is ended."""
    listed = subprocess.run(
        [transfers.batchdeck, "job", "list", "-o", "tsv", "--query", "[?status!=`Completed`].name"],
        env=transfers.environment, capture_output=True, text=True, check=True)
    for job in listed.stdout.split():
        subprocess.run(
            [transfers.batchdeck, "job", "cancel", "-n", job], env=transfers.environment,
            capture_output=True)


def print_rounds(title, rounds, idle):
    print(f"\n{title}")
    for plain, cut, theirs in rounds:
        beside = f"   rclone copy {theirs.seconds:.2f} s, peak {theirs.peak:.0f} MiB" if theirs else ""
        print(f"  invoke {plain.seconds:7.2f} s   peak {plain.peak:.1f} MiB (idle {idle:.1f}){beside}")
        print(
            f"  killed after {cut.seconds:.2f} s and {cut.pieces} of {cut.of} pieces; again "
            f"{cut.after.seconds:.2f} s, peak {cut.after.peak:.1f} MiB; {sent_again(cut)} were sent "
            "again; all bytes are the same")


def sent_again(cut):
    """What came twice of what was there when it was killed: blobs, and blocks that were none yet."""
    blobs = f"{cut.resent} of {cut.blobs} stored blobs"
    blocks = f"{cut.blocks_resent} of {cut.blocks} waiting blocks"
    if not cut.blocks:
        return blobs
    return f"{blobs} and {blocks}" if cut.blobs else blocks
