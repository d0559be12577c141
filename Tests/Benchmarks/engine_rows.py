"""The engine's overhead per mini-batch beside Python's ProcessPoolExecutor on the same files and the same function."""

import concurrent.futures
import json
import os
import pathlib
import subprocess
import time

NULL_SCORER = """
def init():
    pass

def run(mini_batch):
    return [path.rsplit("/", 1)[-1] for path in mini_batch]
"""

DEPLOYMENT = """
$schema: https://azuremlschemas.azureedge.net/latest/modelBatchDeployment.schema.json
name: {name}
endpoint_name: null-scorer
type: model
model:
  name: nothing
  path: model
code_configuration:
  code: code
  scoring_script: score.py
environment:
  name: plain
  image: mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu20.04
compute: azureml:local
settings:
  mini_batch_size: 1
  max_concurrency_per_instance: 2
"""


def make_workspace(folder, files, scorer=NULL_SCORER):
    """A workspace whose one deployment does nothing, or what its script says, with one file per mini-batch."""
    base = pathlib.Path(folder)
    deployment = base / "endpoints/null-scorer/scorer"
    for part in ("code", "model"):
        (deployment / part).mkdir(parents=True)
    (deployment / "model/nothing.txt").write_text("nothing\n")
    (deployment / "code/score.py").write_text(scorer)
    (deployment / "deployment.yml").write_text(DEPLOYMENT.format(name="scorer"))
    (deployment.parent / "endpoint.yml").write_text(
        "name: null-scorer\ndefaults:\n  deployment_name: scorer\n"
    )
    (base / "data/items").mkdir(parents=True)
    for index in range(files):
        (base / f"data/items/item-{index:06}.txt").write_text("x\n")
    (base / "data/items.yml").write_text(
        "name: items\nversion: 1\ntype: uri_folder\npath: items\n"
    )


def scored(paths):
    """What the pool's workers do: the same as the null scorer."""
    return [path.rsplit("/", 1)[-1] for path in paths]


def pool_seconds(folder, workers=2):
    """One pool from its start to its last result, results written to a file as the engine does."""
    names = sorted(os.listdir(f"{folder}/data/items"))
    batches = [[f"{folder}/data/items/{name}"] for name in names]
    begun = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(workers) as pool:
        with open(f"{folder}/rows.txt", "w") as rows:
            for result in pool.map(scored, batches):
                rows.writelines(f"{row}\n" for row in result)
            rows.flush()
            os.fsync(rows.fileno())
    return time.perf_counter() - begun


def engine_seconds(batchdeck, folder, environment):
    """One job from Running to Completed, as its own timeline says."""
    run = lambda *words: subprocess.run(
        [batchdeck, *words], env=environment, check=True, capture_output=True, text=True
    ).stdout
    name = run(
        "invoke", "-n", "null-scorer", "--input", "azureml:items@latest", "--workspace", folder,
        "--watch",
    ).strip()
    job = json.loads(run("job", "show", "-n", name, "-o", "json"))
    stamps = {entry["status"]: entry["at"] for entry in job["timeline"]}
    seconds = lambda text: int(text[11:13]) * 3600 + int(text[14:16]) * 60 + float(text[17:26])
    total = (seconds(stamps["Completed"]) - seconds(stamps["Running"])) % 86400
    counted = job["progress"]["processed_mini_batches"]
    return total, counted
