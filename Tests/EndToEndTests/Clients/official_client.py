"""Runs the unmodified azure-ai-ml client through every flow against a batchdeck engine that speaks TLS.

    python official_client.py --connection FILE --ca FILE --workspace DIR --scratch DIR

One line per flow, as it ends:

    ok <flow> <seconds>
    failed <flow>: <what was seen>

and last "flows: <good> of <all> ok". The exit code is 0 when all were.

How the client is pointed at the engine stands in official_setup.py.
"""

import argparse
import contextlib
import io
import json
import os
import sys
import time
import traceback
from pathlib import Path

from official_setup import connect


def arguments():
    parser = argparse.ArgumentParser()
    for name in ("connection", "ca", "workspace", "scratch"):
        parser.add_argument("--" + name, required=True, type=lambda p: Path(p).resolve())
    return parser.parse_args()


OPTIONS = arguments()
CONNECTION = json.loads(OPTIONS.connection.read_text())
CLIENT = connect(CONNECTION, OPTIONS.ca)

# The client reads its settings when it is imported.
from azure.ai.ml import Input, Output, load_component  # noqa: E402
from azure.ai.ml.constants import BatchDeploymentOutputAction  # noqa: E402
from azure.ai.ml.entities import (  # noqa: E402
    BatchEndpoint, BatchRetrySettings, CodeConfiguration, Data, Environment, Model,
    ModelBatchDeployment, ModelBatchDeploymentSettings, PipelineComponentBatchDeployment,
)
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError  # noqa: E402

WORKSPACE_ID = (
    f"/subscriptions/{CONNECTION['subscription_id']}/resourceGroups/{CONNECTION['resource_group']}"
    f"/providers/Microsoft.MachineLearningServices/workspaces/{CONNECTION['workspace_name']}"
)
STORE = "azureml://datastores/workspaceblobstore/paths/"
LONG_STORE = (
    f"azureml://subscriptions/{CONNECTION['subscription_id']}/resourcegroups/"
    f"{CONNECTION['resource_group']}/workspaces/{CONNECTION['workspace_name']}"
    "/datastores/workspaceblobstore/paths/"
)
SCRATCH = OPTIONS.scratch
WINE = OPTIONS.workspace / "data" / "wine" / "v2"

FLOWS = []
JOBS = {}


def flow(function):
    """Registers a flow under its function's name."""
    FLOWS.append((function.__name__.replace("_", "-"), function))
    return function


def expect(is_true, *seen):
    if not is_true:
        raise AssertionError(" ".join(str(each) for each in seen) or "expectation not met")


def same(found, wanted):
    expect(found == wanted, f"found {found!r}, expected {wanted!r}")


def refused(call, *words, by=Exception):
    """Makes a call that must be refused, in these words."""
    try:
        call()
    except by as error:
        text = str(error)
        for word in words:
            expect(word in text, f"{word!r} is not in: {text}")
        return
    raise AssertionError("it was not refused")


def invoke(endpoint, name, **more):
    """Starts a job and keeps it under a name; the flows that use it come later."""
    job = CLIENT.batch_endpoints.invoke(endpoint_name=endpoint, **more)
    JOBS[name] = job.name
    return job


def ended(name, limit=60):
    """The job once it has ended."""
    end = time.monotonic() + limit
    while True:
        job = CLIENT.jobs.get(JOBS[name])
        if job.status in ("Completed", "Failed", "Canceled"):
            return job
        expect(time.monotonic() < end, f"{name} still is {job.status}")
        time.sleep(0.2)


def completed(name):
    job = ended(name)
    same(job.status, "Completed")
    return job


def rows(path):
    return Path(path).read_text().splitlines()


def scores(name):
    """Downloads the scores of a model deployment's job."""
    completed(name)
    target = SCRATCH / ("scores-" + name)
    with quiet():
        CLIENT.jobs.download(JOBS[name], download_path=str(target), output_name="score")
    return sorted(each for each in target.rglob("*") if each.is_file())


def score_rows(name):
    return rows(scores(name)[0])


@contextlib.contextmanager
def quiet():
    """Keeps the client's progress talk out of our lines."""
    with contextlib.redirect_stdout(io.StringIO()) as text, contextlib.redirect_stderr(text):
        yield text


def folder(data):
    return Input(type="uri_folder", path=data)


# What is there


@flow
def endpoints_list():
    names = sorted(each.name for each in CLIENT.batch_endpoints.list())
    same(names, ["digits-batch", "flaky-batch", "headless", "hello-batch", "tumour-pipeline",
                 "wine-classifier"])


@flow
def endpoints_get():
    endpoint = CLIENT.batch_endpoints.get("wine-classifier")
    same(endpoint.defaults.deployment_name, "gnb")
    expect(endpoint.scoring_uri.startswith("https://"), endpoint.scoring_uri)
    expect(endpoint.scoring_uri.endswith("/jobs"), endpoint.scoring_uri)


@flow
def endpoints_get_missing():
    refused(lambda: CLIENT.batch_endpoints.get("nobody"), "nobody", by=ResourceNotFoundError)


@flow
def deployments_list():
    names = sorted(each.name for each in CLIENT.batch_deployments.list("digits-batch"))
    same(names, ["nearest", "nearest-summary"])


@flow
def deployments_get():
    found = CLIENT.batch_deployments.get("gnb-probs", "wine-classifier")
    same(found.output_file_name, "probabilities.csv")
    same(found.mini_batch_size, 1)


@flow
def deployments_get_pipeline():
    found = CLIENT.batch_deployments.get("score-with-prep", "tumour-pipeline")
    same(found.name, "score-with-prep")


@flow
def workspace_get():
    same(CLIENT.workspaces.get(CONNECTION["workspace_name"]).name, CONNECTION["workspace_name"])


@flow
def datastores_list():
    names = {each.name for each in CLIENT.datastores.list()}
    expect({"workspaceblobstore", "workspaceartifactstore"} <= names, names)


@flow
def datastores_get_with_secrets():
    store = CLIENT.datastores.get("workspaceblobstore", include_secrets=True)
    expect(store.credentials.sas_token, "there is no signature")
    same(CLIENT.datastores.get_default().name, "workspaceblobstore")


@flow
def datastores_get_missing():
    refused(lambda: CLIENT.datastores.get("no_such_store"), "no_such_store")


@flow
def data_list():
    names = {each.name for each in CLIENT.data.list()}
    expect({"wine-data", "digits-data", "tumour-data", "flaky-ok"} <= names, names)
    same(sorted(each.version for each in CLIENT.data.list("wine-data")), ["1", "2"])


@flow
def data_get():
    asset = CLIENT.data.get("wine-data", version="1")
    same(asset.type, "uri_folder")
    expect("/datastores/" in asset.path, asset.path)


@flow
def data_get_label_latest():
    same(CLIENT.data.get("wine-data", label="latest").version, "2")


@flow
def data_get_missing():
    refused(lambda: CLIENT.data.get("no-such-data", version="1"), "no-such-data")


@flow
def data_create_local_folder():
    local = SCRATCH / "own-wine"
    (local / "deep").mkdir(parents=True)
    (local / "part-1.csv").write_text((WINE / sorted(os.listdir(WINE))[0]).read_text())
    (local / "deep" / "a b+c%.txt").write_text("kept\n")
    (local / "empty.txt").write_text("")
    with quiet():
        first = CLIENT.data.create_or_update(
            Data(name="own-wine", type="uri_folder", path=str(local)))
        second = CLIENT.data.create_or_update(
            Data(name="own-wine", type="uri_folder", path=str(local)))
    same([first.version, second.version], ["1", "2"])
    same(CLIENT.data.get("own-wine", label="latest").version, "2")


@flow
def data_create_local_file():
    local = SCRATCH / "one-wine.csv"
    local.write_text((WINE / sorted(os.listdir(WINE))[1]).read_text())
    with quiet():
        made = CLIENT.data.create_or_update(
            Data(name="one-wine", version="7", type="uri_file", path=str(local)))
    same(made.version, "7")
    expect(made.path.endswith("one-wine.csv"), made.path)


@flow
def data_create_from_datastore_path():
    made = CLIENT.data.create_or_update(
        Data(name="pointed", type="uri_folder", path=STORE + "workspace-data/wine-data/2/"))
    expect(made.path.startswith("azureml://subscriptions/"), made.path)


# Jobs of model deployments, on the default deployment


@flow
def invoke_default_deployment():
    job = invoke("wine-classifier", "default", input=folder("azureml:wine-data:2"))
    expect(job.name, job)
    expect(job.status in ("Preparing", "Running", "NotStarted", "Completed"), job.status)


@flow
def invoke_named_input():
    invoke("wine-classifier", "named", inputs={"wines": folder("azureml:wine-data@latest")})


@flow
def invoke_asset_by_arm_id():
    invoke("wine-classifier", "arm", input=folder(WORKSPACE_ID + "/data/wine-data/versions/1"))


@flow
def invoke_asset_that_was_created():
    invoke("wine-classifier", "created", input=folder("azureml:own-wine@latest"))


@flow
def invoke_datastore_short():
    path = CLIENT.data.get("wine-data", version="2").path
    invoke("wine-classifier", "short", input=folder(STORE + path.split("/paths/")[1]))


@flow
def invoke_datastore_long():
    path = CLIENT.data.get("wine-data", version="2").path
    invoke("wine-classifier", "long", input=folder(LONG_STORE + path.split("/paths/")[1]))


@flow
def invoke_https_folder_and_file():
    store = CLIENT.datastores.get("workspaceblobstore")
    path = CLIENT.data.get("wine-data", version="2").path.split("/paths/")[1]
    base = f"{store.protocol}://{store.account_name}.blob.{store.endpoint}/{store.container_name}/"
    expect(base.startswith("https://"), base)
    invoke("wine-classifier", "https", input=folder(base + path))
    file = Input(type="uri_file", path=base + path + sorted(os.listdir(WINE))[0])
    invoke("wine-classifier", "https-file", input=file)


@flow
def invoke_local_folder():
    with quiet():
        invoke("wine-classifier", "local", input=folder(str(SCRATCH / "own-wine")))


@flow
def invoke_local_file():
    with quiet():
        invoke("wine-classifier", "file",
               input=Input(type="uri_file", path=str(SCRATCH / "one-wine.csv")))


@flow
def invoke_with_overrides():
    invoke(
        "wine-classifier", "override", input=folder("azureml:wine-data:2"),
        params_override=[
            {"mini_batch_size": 2}, {"output_file_name": "renamed.csv"}, {"error_threshold": 3},
            {"retry_settings": {"max_retries": 1, "timeout": 20}},
            {"compute": {"instance_count": 2}},
        ])


@flow
def invoke_output_file():
    output = Output(type="uri_file", path=STORE + "out/official/wine.csv")
    invoke("wine-classifier", "output", input=folder("azureml:wine-data:1"),
           outputs={"score": output})


@flow
def invoke_output_dataset():
    invoke(
        "wine-classifier", "legacy-output", input=folder("azureml:wine-data:1"),
        params_override=[
            {"output_dataset": {"datastore_id": "azureml:workspaceblobstore", "path": "out/old"}},
            {"output_file_name": "old.csv"},
        ])


@flow
def invoke_job_name():
    job = invoke("wine-classifier", "job-name", input=folder("azureml:wine-data:1"),
                 job_name="my-own-name")
    expect(job.name != "my-own-name", "the name given must not become the id")


# Jobs of the pipeline component deployment


@flow
def invoke_pipeline_literals():
    invoke(
        "tumour-pipeline", "pipeline", experiment_name="official",
        inputs={
            "input_data": folder("azureml:tumour-data@latest"),
            "score_mode": Input(type="string", default="prediction_only"),
            "threshold": Input(type="number", default=0.7),
            "max_rows": Input(type="integer", default=40),
            "normalize": Input(type="boolean", default=False),
        },
        outputs={"scores": Output(type="uri_folder", path=STORE + "out/official/tumours/")})


@flow
def invoke_pipeline_defaults():
    invoke("tumour-pipeline", "pipeline-plain",
           inputs={"input_data": folder("azureml:tumour-data:1")})


@flow
def invoke_pipeline_without_inputs():
    invoke("hello-batch", "hello", experiment_name="greetings")


# What the engine refuses


@flow
def refused_endpoint_missing():
    refused(lambda: invoke("nobody", "x", input=folder("azureml:wine-data:1")), "nobody")


@flow
def refused_deployment_missing():
    refused(
        lambda: invoke("wine-classifier", "x", deployment_name="nope",
                       input=folder("azureml:wine-data:1")), "nope")


@flow
def refused_no_default_deployment():
    refused(lambda: invoke("headless", "x", input=folder("azureml:wine-data:1")),
            "No valid deployments to route to", by=HttpResponseError)


@flow
def refused_asset_missing():
    refused(lambda: invoke("wine-classifier", "x", input=folder("azureml:wine-data:99")),
            "wine-data", by=HttpResponseError)


@flow
def refused_literal_for_a_model():
    refused(
        lambda: invoke("wine-classifier", "x",
                       inputs={"a": folder("azureml:wine-data:1"),
                               "b": Input(type="string", default="no")}),
        "iteral", by=HttpResponseError)


@flow
def refused_literal_out_of_bounds():
    refused(
        lambda: invoke("tumour-pipeline", "x",
                       inputs={"input_data": folder("azureml:tumour-data:1"),
                               "threshold": Input(type="number", default=7.0)}),
        "threshold", by=HttpResponseError)


@flow
def refused_datastore_arm_form_by_the_client():
    arm = WORKSPACE_ID + "/datastores/workspaceblobstore/paths/workspace-data/wine-data/2/"
    refused(lambda: invoke("wine-classifier", "x", input=folder(arm)), "Invalid input path")


# Watching, collecting


@flow
def jobs_get():
    job = completed("default")
    same(job.tags["azureml.deploymentname"], "gnb")
    same(CLIENT.jobs.get(JOBS["pipeline"]).experiment_name, "official")


@flow
def jobs_list():
    names = {each.name for each in CLIENT.jobs.list()}
    expect(JOBS["default"] in names and JOBS["pipeline"] in names, names)


@flow
def jobs_list_of_endpoint():
    names = {each.name for each in CLIENT.batch_endpoints.list_jobs("wine-classifier")}
    expect(JOBS["default"] in names, names)
    expect(JOBS["pipeline"] not in names, names)


@flow
def jobs_list_of_deployment():
    names = {each.name for each in CLIENT.batch_deployments.list_jobs("wine-classifier", name="gnb")}
    expect(JOBS["default"] in names, names)


@flow
def jobs_children():
    children = list(CLIENT.jobs.list(parent_job_name=JOBS["default"]))
    same([each.display_name or each.name for each in children], ["batchscoring"])
    completed("pipeline")
    steps = {each.display_name for each in CLIENT.jobs.list(parent_job_name=JOBS["pipeline"])}
    same(steps, {"prepare", "profile", "score", "report"})


@flow
def jobs_stream():
    with quiet() as text:
        job = CLIENT.batch_endpoints.invoke(
            endpoint_name="wine-classifier", input=folder("azureml:wine-data:2"))
        CLIENT.jobs.stream(job.name)
    expect("Execution Summary" in text.getvalue(), text.getvalue()[-600:])
    expect(job.name in text.getvalue(), text.getvalue()[-600:])
    expect("Streaming" in text.getvalue(), text.getvalue()[-600:])


@flow
def jobs_cancel():
    invoke("flaky-batch", "slow", input=folder("azureml:flaky-slow:1"))
    began = time.monotonic()
    CLIENT.jobs.begin_cancel(JOBS["slow"]).result()
    took = time.monotonic() - began
    expect(took < 10, f"it took {took:.1f} s")
    same(ended("slow").status, "Canceled")


@flow
def jobs_cancel_when_it_has_ended():
    refused(lambda: CLIENT.jobs.begin_cancel(JOBS["default"]).result(), by=HttpResponseError)


@flow
def download_model_scores():
    same(len(score_rows("default")), 178)
    same(scores("default")[0].name, "predictions.csv")


@flow
def download_scores_of_every_input():
    for name in ("named", "short", "long", "https"):
        same((name, len(score_rows(name))), (name, 178))
    same(len(score_rows("arm")), 124)


@flow
def download_scores_of_local_inputs():
    first, second = (len(rows(WINE / each)) - 1 for each in sorted(os.listdir(WINE))[:2])
    same(len(score_rows("https-file")), first)
    same(len(score_rows("file")), second)
    for name in ("local", "created"):
        found = [each for each in score_rows(name) if "part-1" in each]
        same((name, len(found)), (name, first))


@flow
def download_scores_under_another_name():
    found = scores("override")
    same([each.name for each in found], ["renamed.csv"])
    same(len(rows(found[0])), 178)


@flow
def download_pipeline_named_output():
    completed("pipeline-plain")
    target = SCRATCH / "named"
    with quiet():
        CLIENT.jobs.download(
            JOBS["pipeline-plain"], download_path=str(target), output_name="scores")
    found = [each for each in (target / "named-outputs" / "scores").rglob("*") if each.is_file()]
    expect(found, list(target.rglob("*")))


@flow
def download_pipeline_all():
    target = SCRATCH / "all"
    with quiet():
        CLIENT.jobs.download(JOBS["pipeline-plain"], download_path=str(target), all=True)
    expect((target / "artifacts").is_dir(), list(target.rglob("*")))


@flow
def download_from_the_output_path():
    completed("output")
    completed("legacy-output")
    completed("pipeline")
    from azure.ai.ml._artifacts._artifact_utilities import download_artifact_from_aml_uri

    target = SCRATCH / "placed"
    with quiet():
        download_artifact_from_aml_uri(STORE + "out/", str(target), CLIENT.datastores)
    found = sorted(str(each.relative_to(target)) for each in target.rglob("*") if each.is_file())
    for wanted in ("official/wine.csv", "old/old.csv"):
        expect(any(each.endswith(wanted) for each in found), f"{wanted} is not in {found}")
    tables = [each for each in found if "official/tumours/" in each and each.endswith(".csv")]
    expect(tables, found)
    # The literals arrived: forty records and a head, and of each the prediction alone.
    same(sum(len(rows(target / each)) - 1 for each in tables), 40)
    expect(all(rows(target / each)[0].count(",") < 5 for each in tables), tables)


@flow
def invoke_output_of_an_earlier_job():
    """The rows of one job as the input of the next one."""
    completed("output")
    job = invoke("wine-classifier", "chained",
                 input=folder(STORE + "azureml/" + score_child("default") + "/score/"))
    expect(job.name, job)
    expect(ended("chained").status in ("Completed", "Failed"), "it did not end")


def score_child(name):
    return next(iter(CLIENT.jobs.list(parent_job_name=JOBS[name]))).name


@flow
def failed_job_is_streamed_and_told():
    job = CLIENT.batch_endpoints.invoke(
        endpoint_name="flaky-batch", input=folder("azureml:flaky-bad:1"))
    with quiet() as text:
        refused(lambda: CLIENT.jobs.stream(job.name), "No succeeded mini batch item")
    same(CLIENT.jobs.get(job.name).status, "Failed")


# Making, changing and taking away


@flow
def create_endpoint():
    wanted = BatchEndpoint(name="made-here", description="by the official client", tags={"a": "b"})
    made = CLIENT.batch_endpoints.begin_create_or_update(wanted).result()
    same((made.name, made.description, made.tags["a"]), ("made-here", wanted.description, "b"))
    expect(made.scoring_uri.startswith("https://"), made.scoring_uri)


@flow
def create_deployment_of_local_code_and_model():
    source = OPTIONS.workspace / "endpoints" / "wine-classifier" / "gnb"
    wanted = ModelBatchDeployment(
        name="made", endpoint_name="made-here", description="of local files",
        model=Model(name="made-model", path=str(source / "model")),
        code_configuration=CodeConfiguration(
            code=str(source / "code"), scoring_script="score.py"),
        environment=Environment(
            name="made-env", conda_file=str(source / "conda.yml"),
            image="mcr.microsoft.com/azureml/openmpi4.1.0-ubuntu22.04:latest"),
        compute="local",
        settings=ModelBatchDeploymentSettings(
            mini_batch_size=2, max_concurrency_per_instance=2,
            output_action=BatchDeploymentOutputAction.APPEND_ROW, output_file_name="made.csv",
            retry_settings=BatchRetrySettings(max_retries=2, timeout=20), logging_level="info"))
    with quiet():
        made = CLIENT.batch_deployments.begin_create_or_update(wanted).result()
    same((made.name, made.output_file_name, made.mini_batch_size), ("made", "made.csv", 2))


@flow
def set_default_deployment():
    endpoint = CLIENT.batch_endpoints.get("made-here")
    endpoint.defaults = {"deployment_name": "made"}
    made = CLIENT.batch_endpoints.begin_create_or_update(endpoint).result()
    same(made.defaults.deployment_name, "made")


@flow
def invoke_what_was_made():
    invoke("made-here", "made", input=folder("azureml:wine-data:2"))
    found = scores("made")
    same([each.name for each in found], ["made.csv"])
    same(len(rows(found[0])), 178)


@flow
def create_pipeline_deployment_and_invoke_it():
    source = OPTIONS.workspace / "endpoints" / "tumour-pipeline" / "score-with-prep"
    wanted = PipelineComponentBatchDeployment(
        name="steps", endpoint_name="made-here",
        component=load_component(str(source / "pipeline.yml")),
        settings={"default_compute": "local"})
    with quiet():
        # The steps share one folder of code, and the client uploads it for all of them at once: whichever comes second
        # finds it half there and fails. What is there already is not sent again.
        CLIENT.components.create_or_update(
            load_component(str(source / "components" / "prepare.yml")))
        CLIENT.batch_deployments.begin_create_or_update(wanted).result()
    endpoint = CLIENT.batch_endpoints.get("made-here")
    endpoint.defaults = {"deployment_name": "steps"}
    CLIENT.batch_endpoints.begin_create_or_update(endpoint).result()
    invoke("made-here", "steps", inputs={"input_data": folder("azureml:tumour-data:1")})
    completed("steps")


@flow
def delete_deployment_and_endpoint():
    with quiet():
        CLIENT.batch_endpoints.begin_create_or_update(
            BatchEndpoint(name="made-here", defaults={"deployment_name": "made"})).result()
        CLIENT.batch_deployments.begin_delete("steps", "made-here").result()
    same([each.name for each in CLIENT.batch_deployments.list("made-here")], ["made"])
    with quiet():
        CLIENT.batch_endpoints.begin_delete("made-here").result()
    refused(lambda: CLIENT.batch_endpoints.get("made-here"), "made-here",
            by=ResourceNotFoundError)


# The client keeps the header that names a deployment for all later calls of its process, so these come last.


@flow
def invoke_chosen_deployment():
    invoke("wine-classifier", "chosen", deployment_name="gnb-probs",
           input=folder("azureml:wine-data:2"))
    job = completed("chosen")
    same(job.tags["azureml.deploymentname"], "gnb-probs")
    same([each.name for each in scores("chosen")], ["probabilities.csv"])


@flow
def invoke_summary_only_deployment():
    invoke("digits-batch", "summary", deployment_name="nearest-summary",
           input=folder("azureml:digits-data:1"))
    expect(len(scores("summary")) == 60, len(scores("summary")))


def main():
    good = 0
    for name, function in FLOWS:
        began = time.monotonic()
        try:
            function()
        except BaseException as error:  # noqa: BLE001: whatever a client throws is told as a flow's failure
            if isinstance(error, KeyboardInterrupt):
                raise
            lines = str(error).strip().splitlines() or [""]
            print(f"failed {name}: {type(error).__name__}: {' '.join(lines)[:600]}", flush=True)
            traceback.print_exc(file=sys.stderr)
        else:
            good += 1
            print(f"ok {name} {time.monotonic() - began:.1f}", flush=True)
    print(f"flows: {good} of {len(FLOWS)} ok", flush=True)
    return 0 if good == len(FLOWS) else 1


if __name__ == "__main__":
    sys.exit(main())
