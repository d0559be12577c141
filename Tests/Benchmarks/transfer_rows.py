"""Uploads and downloads beside rclone, against the same engine on the same machine.

What is timed is the whole of a program's run, from its start to its end. For batchdeck an upload is `data create --path`:
it hashes names and contents (SHA-256, and the MD5 that is sent along), asks what is there, sends, confirms and registers
a version. For rclone it is `copy`, which takes the MD5 of each file as well. A download is `job download` of a pipeline
job's output, and `rclone copy` of the same blobs. Every round sends bytes that were never sent before.
"""

import json
import os
import pathlib
import random
import resource
import shutil
import subprocess
import tempfile
import time
import urllib.request


class Run:
    """What a run of a program took: seconds by the clock and of processor, MiB resident at its most, what it printed."""

    def __init__(self, seconds, processor, peak, output):
        self.seconds, self.processor, self.peak, self.output = seconds, processor, peak, output
        self.engine_processor = self.engine_peak = 0


def watched(command, environment):
    """Runs a command that must succeed."""
    before = processor_of_children()
    begun = time.perf_counter()
    # Files: a pipe that nobody reads before the end stops whoever prints ten thousand names.
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, env=environment, stdout=output, stderr=errors)
        peak = 0
        while process.poll() is None:
            peak = max(peak, peak_mib(process.pid))
            time.sleep(0.005)
        seconds = time.perf_counter() - begun
        output.seek(0)
        errors.seek(0)
        assert process.returncode == 0, f"{command[:3]}: {errors.read()[-600:]}"
        return Run(seconds, processor_of_children() - before, peak, output.read())


def processor_of_children():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def processor_of(pid):
    """Seconds of processor a running process has had."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid):
    """The high-water mark of a process's resident memory."""
    try:
        with open(f"/proc/{pid}/status") as status:
            for line in status:
                if line.startswith("VmHWM:"):
                    return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0


def forget_peak(pid):
    """Lets the high-water mark begin anew."""
    try:
        pathlib.Path(f"/proc/{pid}/clear_refs").write_text("5")
    except OSError:
        pass


def make_files(folder, count, length, seed):
    """Files of random bytes, never the same ones."""
    source = random.Random(seed)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    for index in range(count):
        with open(f"{folder}/item-{index:05}.bin", "wb") as file:
            left = length
            while left > 0:
                piece = min(left, 4 << 20)
                file.write(source.randbytes(piece))
                left -= piece
    return folder


WORKSPACE = {
    "endpoints/copy/endpoint.yml": "name: copy\ndefaults:\n  deployment_name: only\n",
    "endpoints/copy/only/deployment.yml": """\
name: only
endpoint_name: copy
type: pipeline
component: ../../../components/copy.yml
settings:
  default_compute: local
""",
    "components/copy.yml": """\
type: pipeline
name: copy
version: "1"
inputs:
  source:
    type: uri_folder
outputs:
  result:
    type: uri_folder
jobs:
  step:
    type: command
    component:
      type: command
      name: copy_step
      version: "1"
      inputs:
        source:
          type: uri_folder
      outputs:
        result:
          type: uri_folder
      environment: azureml:plain:1
      command: cp -r ${{inputs.source}}/. ${{outputs.result}}/
    inputs:
      source: ${{parent.inputs.source}}
    outputs:
      result: ${{parent.outputs.result}}
""",
}


class Transfers:
    """An engine of its own, and both programs in front of it."""

    def __init__(self, batchdeck, scratch, environment):
        self.batchdeck, self.scratch, self.environment = batchdeck, scratch, environment
        self.workspace = f"{scratch}/transfer-workspace"
        for name, text in WORKSPACE.items():
            file = pathlib.Path(self.workspace, name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        self.environment["BATCHDECK_WORKSPACE"] = self.workspace
        self.rclone = shutil.which("rclone")
        self.idle_mib = watched([batchdeck, "endpoint", "list"], environment).peak
        state = pathlib.Path(environment["BATCHDECK_HOME"], "state")
        self.connection = json.loads((state / "connection.json").read_text())
        self.round = 0

    def beside_engine(self, command, environment):
        """Runs a command and adds what the engine took meanwhile."""
        pid = self.connection["pid"]
        forget_peak(pid)
        before = processor_of(pid)
        run = watched(command, environment)
        run.engine_processor, run.engine_peak = processor_of(pid) - before, peak_mib(pid)
        return run

    def ours(self, *words):
        return self.beside_engine([self.batchdeck, *words], self.environment)

    def ask(self, method, path):
        scope = (
            f"/subscriptions/{self.connection['subscription_id']}/resourceGroups/"
            f"{self.connection['resource_group']}/providers/Microsoft.MachineLearningServices"
            f"/workspaces/{self.connection['workspace_name']}"
        )
        request = urllib.request.Request(
            f"{self.connection['url']}{scope}{path}?api-version=2024-04-01", method=method,
            headers={"Authorization": "Bearer " + self.connection["token"]})
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def theirs(self, *words):
        """rclone with a signed address of the engine's default container."""
        self.container = self.ask("GET", "/datastores/workspaceblobstore")["properties"]["containerName"]
        signature = self.ask("POST", "/datastores/workspaceblobstore/listSecrets")["sasToken"]
        account = f"{self.connection['url']}/{self.connection['storage_account']}"
        environment = {
            "PATH": os.environ["PATH"], "HOME": self.scratch, "RCLONE_CONFIG": "/dev/null",
            "RCLONE_AZUREBLOB_SAS_URL": f"{account}/{self.container}?{signature}",
        }
        here = [word.replace("REMOTE", f":azureblob:{self.container}") for word in words]
        return self.beside_engine([self.rclone, *here], environment)

    def upload(self, count, length):
        """One round: the runs of both programs, the second nil without rclone."""
        self.round += 1
        folder = make_files(f"{self.scratch}/transfer-{self.round}", count, length, self.round)
        ours = self.ours(
            "data", "create", "-n", f"bench-{count}-{length}", "-p", folder, "--type", "uri_folder")
        theirs = self.theirs("copy", folder, f"REMOTE/bench/{self.round}") if self.rclone else None
        shutil.rmtree(folder)
        return ours, theirs

    def result(self, count, length):
        """A job whose output holds so many files; its name and the output's place in the container."""
        folder = make_files(f"{self.scratch}/transfer-result", count, length, count + length)
        place = f"bench-results/{count}-{length}"
        run = self.ours(
            "invoke", "-n", "copy", "--watch", "--set", f"inputs.source.path={folder}",
            "inputs.source.type=uri_folder", "outputs.result.type=uri_folder",
            f"outputs.result.path=azureml://datastores/workspaceblobstore/paths/{place}/")
        shutil.rmtree(folder)
        return run.output.strip(), place

    def download(self, job, place):
        folder = f"{self.scratch}/transfer-down"
        ours = self.ours("job", "download", "-n", job, "-p", folder)
        shutil.rmtree(folder)
        theirs = None
        if self.rclone:
            theirs = self.theirs("copy", f"REMOTE/{place}", folder)
            shutil.rmtree(folder)
        return ours, theirs

    def stop(self):
        subprocess.run([self.batchdeck, "engine", "stop"], env=self.environment, capture_output=True)
