"""Runs the unmodified rclone, with its azureblob backend, against a batchdeck engine that speaks TLS.

    python3 rclone_client.py --connection FILE --ca FILE --scratch DIR --rclone PROGRAM

Prints "ok <flow> <seconds>" or "failed <flow>: <what was seen>" for each flow, and last "flows: <good> of <all> ok". The
exit code is 0 when none failed. Only the standard library is used.

rclone is told the engine's storage in the ways a stock client can be:

  address   a signed address of one container, as listSecrets gives it, on 127.0.0.1 with the account's name in the path
  account   an address signed for the whole account with its key, in the same place
  name      the first one again, on the storage host's own name
  key       the account's name and key (Shared Key), which rclone takes with the storage host's own name only

Not every resolver knows that *.localhost is this machine (RFC 6761), so for the last two rclone is given an HTTPS proxy
that does, in this process. It passes bytes on; TLS stands between rclone and the engine.
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import random
import select
import socket
import socketserver
import ssl
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("connection", "ca", "scratch"):
        parser.add_argument("--" + name, required=True, type=lambda p: Path(p).resolve())
    parser.add_argument("--rclone", required=True)
    return parser.parse_args()


OPTIONS = arguments()
CONNECTION = json.loads(OPTIONS.connection.read_text())
PORT = CONNECTION["url"].rsplit(":", 1)[1]
WORKSPACE = (
    f"/subscriptions/{CONNECTION['subscription_id']}/resourceGroups/{CONNECTION['resource_group']}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{CONNECTION['workspace_name']}"
)
HOST = f"{CONNECTION['storage_account']}.blob.core.localhost"
SCRATCH = OPTIONS.scratch
FLOWS = []


def flow(function):
    FLOWS.append((function.__name__.replace("_", "-"), function))
    return function


def same(found, wanted):
    if found != wanted:
        raise AssertionError(f"found {found!r}, expected {wanted!r}")


def ask(method, path):
    """One authenticated question to the control plane."""
    request = urllib.request.Request(
        CONNECTION["url"] + WORKSPACE + path + "?api-version=2024-04-01", method=method,
        headers={"Authorization": "Bearer " + CONNECTION["token"]})
    trust = ssl.create_default_context(cafile=str(OPTIONS.ca))
    with urllib.request.urlopen(request, context=trust, timeout=20) as answer:
        return json.load(answer)


CONTAINER = ask("GET", "/datastores/workspaceblobstore")["properties"]["containerName"]
SIGNATURE = ask("POST", "/datastores/workspaceblobstore/listSecrets")["sasToken"]
ACCOUNT = f"https://127.0.0.1:{PORT}/{CONNECTION['storage_account']}"


def account_signature():
    """An account's signature for an hour, made as the service's documentation says."""
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    items = {"sp": "rwdlac", "ss": "b", "srt": "sco", "st": "", "se": until, "sip": "",
             "spr": "https", "sv": "2022-11-02"}
    text = "\n".join([CONNECTION["storage_account"], *items.values(), "", ""])
    code = hmac.new(base64.b64decode(CONNECTION["storage_key"]), text.encode(), "sha256").digest()
    items["sig"] = base64.b64encode(code).decode()
    return urllib.parse.urlencode({name: value for name, value in items.items() if value})


class NameProxy(socketserver.StreamRequestHandler):
    """Answers CONNECT for names below .localhost by connecting to this machine."""

    def handle(self):
        host, port = self.rfile.readline().split()[1].decode().rsplit(":", 1)
        while self.rfile.readline().strip():
            pass
        if not host.endswith(".localhost"):
            self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
            return
        with socket.create_connection(("127.0.0.1", int(port))) as other:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
            pairs = {self.connection: other, other: self.connection}
            while True:
                for end in select.select(list(pairs), [], [])[0]:
                    piece = end.recv(1 << 16)
                    if not piece:
                        return
                    pairs[end].sendall(piece)


PROXY = socketserver.ThreadingTCPServer(("127.0.0.1", 0), NameProxy)
PROXY.daemon_threads = True
threading.Thread(target=PROXY.serve_forever, daemon=True).start()

# Through the environment, as a secret does not belong on a command line.
SETTINGS = {
    "address": {"SAS_URL": f"{ACCOUNT}/{CONTAINER}?{SIGNATURE}"},
    "account": {"SAS_URL": f"{ACCOUNT}?{account_signature()}"},
    "name": {"SAS_URL": f"https://{HOST}:{PORT}/{CONTAINER}?{SIGNATURE}"},
    "key": {"ACCOUNT": CONNECTION["storage_account"], "KEY": CONNECTION["storage_key"]},
}


def endpoint():
    """The storage host as rclone wants it: until 1.60 without the account, then as an address."""
    said = subprocess.run(
        [OPTIONS.rclone, "version"], capture_output=True, text=True, timeout=60).stdout
    version = [int(each) for each in said.split()[1].lstrip("v").split("-")[0].split(".")[:2]]
    return f"blob.core.localhost:{PORT}" if version <= [1, 60] else f"https://{HOST}:{PORT}"


SETTINGS["key"]["ENDPOINT"] = endpoint()


def rclone(way, *words, fails=False):
    """Runs rclone; gives what it printed."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(SCRATCH), "RCLONE_CONFIG": "/dev/null"}
    if way in ("name", "key", "wrong"):
        environment["HTTPS_PROXY"] = f"http://127.0.0.1:{PROXY.server_address[1]}"
    environment |= {"RCLONE_AZUREBLOB_" + name: value for name, value in SETTINGS[way].items()}
    command = [OPTIONS.rclone, "--ca-cert", str(OPTIONS.ca), "--retries", "1",
               "--low-level-retries", "1", *map(str, words)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    if (done.returncode != 0) != fails:
        raise AssertionError(f"exit {done.returncode}: {done.stderr.strip()[-600:]}")
    return done.stdout


def remote(path=""):
    return f":azureblob:{CONTAINER}/{path}"


def lines(text):
    return sorted(text.splitlines())


def tree(folder):
    return {
        str(each.relative_to(folder)): hashlib.md5(each.read_bytes()).hexdigest()
        for each in folder.rglob("*") if each.is_file()
    }


LOCAL = SCRATCH / "rclone-local"


def make_local():
    (LOCAL / "deep" / "er").mkdir(parents=True, exist_ok=True)
    (LOCAL / "a.csv").write_text("1,2\n3,4\n")
    (LOCAL / "empty.txt").write_text("")
    (LOCAL / "deep" / "b c+d%e&ü.txt").write_text("odd names\n")
    # Three blocks of 4 MiB and a rest.
    (LOCAL / "deep" / "er" / "big.bin").write_bytes(random.Random(7).randbytes((12 << 20) + 345))


def chunked(way, *words):
    return rclone(way, *words, "--azureblob-chunk-size", "4M")


@flow
def lists_what_the_workspace_has():
    found = lines(rclone("address", "lsf", remote("workspace-data/wine-data/2")))
    same(len(found), 4)
    same(lines(rclone("address", "lsf", remote("workspace-data/wine-data"))), ["1/", "2/"])


@flow
def copies_a_folder_up_and_down():
    chunked("address", "copy", LOCAL, remote("rclone/up"))
    rclone("address", "check", LOCAL, remote("rclone/up"))
    back = SCRATCH / "rclone-back"
    rclone("address", "copy", remote("rclone/up"), back)
    same(tree(back), tree(LOCAL))


@flow
def lists_as_json_with_sizes_times_and_types():
    items = json.loads(rclone("address", "lsjson", "--hash", "-R", remote("rclone/up")))
    files = {each["Path"]: each for each in items if not each["IsDir"]}
    same(sorted(files), sorted(tree(LOCAL)))
    for name, item in files.items():
        local = LOCAL / name
        same((name, item["Size"]), (name, local.stat().st_size))
        # rclone keeps the file's own time in the blob's metadata.
        seen = time.strptime(item["ModTime"][:19], "%Y-%m-%dT%H:%M:%S")
        same((name, seen), (name, time.gmtime(local.stat().st_mtime)[:6] + seen[6:]))


@flow
def lists_folders():
    same([each.split()[-1] for each in lines(rclone("address", "lsd", remote("rclone/up")))],
         ["deep"])


@flow
def sums_hashes():
    found = dict(
        reversed(each.split("  ", 1))
        for each in rclone("address", "hashsum", "MD5", remote("rclone/up")).splitlines())
    same(found, tree(LOCAL))


@flow
def copies_one_file_under_another_name():
    rclone("address", "copyto", LOCAL / "a.csv", remote("rclone/one/named.csv"))
    same(rclone("address", "cat", remote("rclone/one/named.csv")), "1,2\n3,4\n")
    same(rclone("address", "cat", "--offset", "4", "--count", "3",
                remote("rclone/one/named.csv")), "3,4")


@flow
def copies_within_the_container():
    rclone("address", "copyto", remote("rclone/up/deep/er/big.bin"), remote("rclone/two/big.bin"))
    rclone("address", "moveto", remote("rclone/one/named.csv"), remote("rclone/two/moved.csv"))
    same(lines(rclone("address", "lsf", "-R", remote("rclone/two"))), ["big.bin", "moved.csv"])
    found = rclone("address", "md5sum", remote("rclone/two/big.bin")).split()[0]
    same(found, tree(LOCAL)["deep/er/big.bin"])


@flow
def syncs_only_what_changed():
    (LOCAL / "a.csv").write_text("changed\n")
    (LOCAL / "empty.txt").unlink()
    chunked("address", "sync", LOCAL, remote("rclone/up"))
    rclone("address", "check", LOCAL, remote("rclone/up"))
    same(rclone("address", "cat", remote("rclone/up/a.csv")), "changed\n")


@flow
def deletes_a_file_and_a_prefix():
    rclone("address", "deletefile", remote("rclone/two/moved.csv"))
    rclone("address", "delete", remote("rclone/two"))
    same(rclone("address", "lsf", "-R", remote("rclone/two")), "")
    rclone("address", "purge", remote("rclone/up"))
    same(rclone("address", "lsf", "-R", remote("rclone")), "")


@flow
def leaves_the_workspaces_own_files():
    rclone("address", "deletefile", remote("workspace-data/wine-data/1/part-1.csv"), fails=True)
    same(len(lines(rclone("address", "lsf", remote("workspace-data/wine-data/2")))), 4)


@flow
def refuses_a_forged_signature():
    SETTINGS["forged"] = {"SAS_URL": SETTINGS["address"]["SAS_URL"][:-8] + "AAAA%3D%3D"}
    rclone("forged", "lsf", remote(), fails=True)


@flow
def lists_containers_with_an_accounts_signature():
    names = {each.split()[-1] for each in rclone("account", "lsd", ":azureblob:").splitlines()}
    if not {CONTAINER, "azureml"} <= names:
        raise AssertionError(names)
    same(len(lines(rclone("account", "lsf", remote("workspace-data/wine-data/2")))), 4)


@flow
def lists_containers_with_the_key():
    names = {each.split()[-1] for each in rclone("key", "lsd", ":azureblob:").splitlines()}
    if not {CONTAINER, "azureml"} <= names:
        raise AssertionError(names)


@flow
def makes_fills_and_purges_a_container_with_the_key():
    here = ":azureblob:rclone-own"
    rclone("key", "mkdir", here)
    chunked("key", "copy", LOCAL, here + "/in")
    rclone("key", "check", LOCAL, here + "/in")
    rclone("key", "copy", here + "/in", here + "/twice")
    same(len(lines(rclone("key", "lsf", "-R", "--files-only", here))), 2 * len(tree(LOCAL)))
    rclone("key", "purge", here)
    names = {each.split()[-1] for each in rclone("key", "lsd", ":azureblob:").splitlines()}
    same("rclone-own" in names, False)


@flow
def leaves_the_containers_of_datastores():
    rclone("key", "copyto", LOCAL / "a.csv", remote("rclone/kept.csv"))
    rclone("key", "purge", f":azureblob:{CONTAINER}", fails=True)
    same(rclone("key", "cat", remote("rclone/kept.csv")), "changed\n")


@flow
def refuses_another_key():
    SETTINGS["wrong"] = SETTINGS["key"] | {"KEY": base64.b64encode(bytes(64)).decode()}
    rclone("wrong", "lsd", ":azureblob:", fails=True)


@flow
def asks_the_storage_host_by_its_name():
    same(len(lines(rclone("name", "lsf", remote("workspace-data/wine-data/2")))), 4)


def main():
    make_local()
    good = bad = 0
    for name, function in FLOWS:
        began = time.monotonic()
        try:
            function()
        except Exception as error:  # noqa: BLE001: whatever goes wrong is told as the flow's failure
            bad += 1
            print(f"failed {name}: {type(error).__name__}: {' '.join(str(error).split())[:900]}",
                  flush=True)
        else:
            good += 1
            print(f"ok {name} {time.monotonic() - began:.1f}", flush=True)
    print(f"flows: {good} of {len(FLOWS)} ok", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
