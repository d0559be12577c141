import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The form's pictures, as a person sees them.
@Suite struct JobFormScreenTests {
    private static let request = RequestPreview(
        method: "POST", url: "https://digits-batch.example.org/jobs",
        headers: ["Authorization: Bearer ***", "azureml-model-deployment: nearest"],
        body: """
            {
              "properties": {
                "inputData": {
                  "UriFolder": {
                    "jobInputType": "UriFolder",
                    "uri": "/subscriptions/s/data/digits-data/versions/2"
                  }
                }
              }
            }
            """)

    @Test func aFreshFormAtHundredByThirty() {
        var state = FormFixture.digits()
        state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found))
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────────────────────────────────────────────┐
                │   deployment        ● nearest (default)  ○ nearest-summary                                       │
                │                     model · 2 workers · append_row · the endpoint's default                      │
                │                                                                                                  │
                │ Inputs                                                                                           │
                │ ▸ input             azureml:digits-data@latest                                                   │
                │                     data asset · suggested → version 2 · uri_folder · 597 files · 93.0 KiB       │
                │                                                                                                  │
                │ Outputs                                                                                          │
                │   score             a new place: azureml/<job>/score/ on the default datastore                   │
                │                                                                                                  │
                │ Settings of this job                                                                             │
                │   mini_batch_size                             deployment: 10                                     │
                │   instance_count                              deployment: 1                                      │
                │   max_retries                                 deployment: 3                                      │
                │   timeout                                     deployment: 30 s                                   │
                │   error_threshold                             deployment: -1                                     │
                │   output_file_name                            deployment: predictions.csv                        │
                │                                                                                                  │
                │ Names                                                                                            │
                │   experiment_name   only pipeline component deployments take an experiment name                  │
                │   job_name          made up by the service                                                       │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                ├──────────────────────────────────────────────────────────────────────────────────────────────────┤
                │   [ Submit ]  ✓ ready                                                                            │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func problemsStandBelowTheirRows() throws {
        var state = FormFixture.digits()
        state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found))
        try state.press("<down><down>x<down>1.<down><down>2h<ctrl-s>")
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────────────────────────────────────────────┐
                │   deployment        ● nearest (default)  ○ nearest-summary                                       │
                │                     model · 2 workers · append_row · the endpoint's default                      │
                │                                                                                                  │
                │ Inputs                                                                                           │
                │   input             azureml:digits-data@latest                                                   │
                │                     data asset · suggested → version 2 · uri_folder · 597 files · 93.0 KiB       │
                │                                                                                                  │
                │ Outputs                                                                                          │
                │   score             a new place: azureml/<job>/score/ on the default datastore                   │
                │                                                                                                  │
                │ Settings of this job                                                                             │
                │ ▸ mini_batch_size   x                         deployment: 10                                     │
                │                     ! "x" is not a whole number. Give a number such as 10, or leave it empty for │
                │                       the deployment's own.                                                      │
                │   instance_count    1.                        deployment: 1                                      │
                │                     ! "1." is not a whole number. Give a number such as 10, or leave it empty    │
                │                       for the deployment's own.                                                  │
                │   max_retries                                 deployment: 3                                      │
                │   timeout           2h                        deployment: 30 s                                   │
                │   error_threshold                             deployment: -1                                     │
                │   output_file_name                            deployment: predictions.csv                        │
                │                                                                                                  │
                │ Names                                                                                            │
                │   experiment_name   only pipeline component deployments take an experiment name                  │
                │   job_name          made up by the service                                                       │
                ├──────────────────────────────────────────────────────────────────────────────────────────────────┤
                │ Not sent: there are 2 problems, the first at mini_batch_size.                                    │
                │   [ Submit ]  ! 2 problems                                                                       │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func declaredInputsOfAPipeline() throws {
        var state = FormFixture.pipeline()
        try state.press("<down><right><down>2")
        #expect(
            state.picture().plainText == """
                ┌ New job on tumour-pipeline ──────────────────────────────────────────────────────────────────────┐
                │   deployment        ● score-with-prep (default)                                                  │
                │                     pipeline component · 5 inputs · 2 outputs · the endpoint's default           │
                │                                                                                                  │
                │ Inputs                                                                                           │
                │   input_data        required uri_folder: data asset, datastore path, URL or local path           │
                │                     ! Parameter input_data cannot be None since it is not optional. Give a       │
                │                       uri_folder.                                                                │
                │   score_mode        ● append  ○ prediction_only  string · default append                         │
                │ ▸ threshold         2                         number · 0...1 · default 0.5                       │
                │                     ! Parameter 'threshold' should not be greater than 1. Give a number from 0   │
                │                       to 1.                                                                      │
                │   max_rows          optional                  integer · at least 1 · optional                    │
                │   normalize         ○ true  ○ false  boolean · default true                                      │
                │                                                                                                  │
                │ Outputs                                                                                          │
                │   scores            a new place: azureml/<job>/scores/ on the default datastore                  │
                │   report            a new place: azureml/<job>/report/ on the default datastore                  │
                │                                                                                                  │
                │ Names                                                                                            │
                │   experiment_name   tumour-pipeline                                                              │
                │   job_name          made up by the service                                                       │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                │                                                                                                  │
                ├──────────────────────────────────────────────────────────────────────────────────────────────────┤
                │   [ Submit ]  ! 2 problems                                                                       │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func anUnknownOutcomeSaysWhatToDo() throws {
        var state = FormFixture.digits()
        try state.press("<ctrl-s>")
        state.take(
            .jobRefused(
                failure: ServiceFailure(
                    kind: .outcomeUnknown, operation: "submit the job to digits-batch",
                    detail: "the connection was cut after the request had been sent.",
                    requestID: "5f2e")))
        try state.press("<ctrl-s>")
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────────────────────────────────────────────┐
                │   deployment        ● nearest (default)  ○ nearest-summary                                       │
                │                     model · 2 workers · append_row · the endpoint's default                      │
                │                                                                                                  │
                │ Inputs                                                                                           │
                │ ▸ input             azureml:digits-data@latest                                                   │
                │                     data asset · suggested · looking                                             │
                │                                                                                                  │
                │ Outputs                                                                                          │
                │   score             a new place: azureml/<job>/score/ on the default datastore                   │
                │                                                                                                  │
                │ Settings of this job                                                                             │
                │   mini_batch_size                             deployment: 10                                     │
                │   instance_count                              deployment: 1                                      │
                │   max_retries                                 deployment: 3                                      │
                │   timeout                                     deployment: 30 s                                   │
                │   error_threshold                             deployment: -1                                     │
                │   output_file_name                            deployment: predictions.csv                        │
                │                                                                                                  │
                │ Names                                                                                            │
                │   experiment_name   only pipeline component deployments take an experiment name                  │
                │   job_name          made up by the service                                                       │
                │                                                                                                  │
                ├──────────────────────────────────────────────────────────────────────────────────────────────────┤
                │ ! Outcome unknown: the job may have been made. Could not submit the job to digits-batch: the     │
                │   connection was cut after the request had been sent. alt-j lists the jobs of digits-batch; look │
                │   there before sending again. Request id: 5f2e.                                                  │
                │ The job may be there already: alt-j lists the jobs. ctrl-s once more sends it a second time.     │
                │   [ Submit ]  ○ ready, the data is being looked at                                               │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func candidatesAtSixtyBySixteen() throws {
        var state = FormFixture.pipeline(Size(rows: 16, columns: 60))
        try state.press("<ctrl-space>")
        state.take(.completionsFound(for: "", candidates: ["./data/", "./wide-table.csv"]))
        state.take(.completionsFound(for: "", candidates: ["azureml:tumour-data"]))
        #expect(
            state.picture().plainText == """
                ┌ New job on tumour-pipeline ──────────────────────────────┐
                │   deployment        ● score-with-prep (default)          █
                │                     pipeline component · 5 inputs · 2 o… █
                │ ▸ input_data        required uri_folder: data asset, da… █
                │                      azureml:tumour-data                 █
                │                      ./data/                             █
                │                      ./wide-table.csv                    █
                │                     ! Parameter input_data cannot be     █
                │                       None since it is not optional.     █
                │                       Give a uri_folder.                 │
                │   score_mode        ○ append  ○ prediction_only  string… │
                │   threshold         default: 0.5  number · 0...1 · defa… │
                │   max_rows          optional      integer · at least 1 … │
                ├──────────────────────────────────────────────────────────┤
                │   [ Submit ]  ! 1 problem                                │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aProblemAtSixtyBySixteen() throws {
        var state = FormFixture.digits(Size(rows: 16, columns: 60))
        try state.press("azureml:dig<ctrl-s>")
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────┐
                │   deployment        ← nearest (default) →  1 of 2        █
                │                     model · 2 workers · append_row · th… █
                │ ▸ input             azureml:dig                          █
                │                     ! azureml:dig names no version.      █
                │                       Accepted: azureml:NAME:VERSION,    █
                │                       azureml:NAME@latest,…              █
                │   score             a new place: azureml/<job>/score/ o… █
                │   mini_batch_size                 deployment: 10         █
                │   instance_count                  deployment: 1          │
                │   max_retries                     deployment: 3          │
                │   timeout                         deployment: 30 s       │
                ├──────────────────────────────────────────────────────────┤
                │ Not sent: there is a problem at input.                   │
                │   [ Submit ]  ! 1 problem                                │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func uploadingAtSixtyBySixteenInASCII() throws {
        var state = FormFixture.digits(Size(rows: 16, columns: 60))
        try state.press("<ctrl-s>")
        let progress = TransferProgress(
            filesDone: 3, filesTotal: 12, bytesDone: 1_200_000, bytesTotal: 4_000_000)
        state.take(.submitPhaseChanged(phase: .uploading(progress)))
        #expect(
            state.picture(glyphs: .ascii).plainText == """
                + New job on digits-batch ---------------------------------+
                |   deployment        < nearest (default) >  1 of 2        #
                |                     model - 2 workers - append_row - th~ #
                | > input             azureml:digits-data@latest           #
                |                     data asset - suggested - looking     #
                |   score             a new place: azureml/<job>/score/ o~ #
                |   mini_batch_size                 deployment: 10         #
                |   instance_count                  deployment: 1          #
                |   max_retries                     deployment: 3          #
                |   timeout                         deployment: 30 s       #
                |   error_threshold                 deployment: -1         #
                |   output_file_name                predictions.csv        #
                |   experiment_name   only pipeline component deployments~ |
                +----------------------------------------------------------+
                |   [ Submit ]  ^ uploading 3 of 12 files  [###..........] |
                +----------------------------------------------------------+
                """)
    }

    @Test func theRequestCoversTheFormAtSixtyBySixteen() throws {
        var state = FormFixture.digits(Size(rows: 16, columns: 60))
        try state.press("<ctrl-r>")
        state.take(.previewReady(draft: JobForm.draft(of: state), preview: Self.request))
        #expect(
            state.picture().plainText == """
                ┌ Request ─────────────────────────────────────────────────┐
                │ POST https://digits-batch.example.org/jobs               █
                │ Authorization: Bearer ***                                █
                │ azureml-model-deployment: nearest                        █
                │                                                          █
                │ {                                                        █
                │   "properties": {                                        █
                │     "inputData": {                                       █
                │       "UriFolder": {                                     █
                │         "jobInputType": "UriFolder",                     █
                │         "uri":                                           █
                │ "/subscriptions/s/data/digits-data/versions/2"           █
                │       }                                                  █
                │     }                                                    █
                │   }                                                      │
                └──────────────────────────────────────────────────────────┘
                """)
    }

    @Test func theRequestStandsBesideTheFormAtHundredSixtyByFifty() throws {
        var state = FormFixture.digits(Size(rows: 50, columns: 160))
        state.take(.looked(reference: FormFixture.latest, finding: FormFixture.found))
        state.take(.previewReady(draft: JobForm.draft(of: state), preview: Self.request))
        try state.press("<down><down>5")
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────────────────────────────────────┐┌ Request before the last change ──────────────────────────────────┐
                │   deployment        ● nearest (default)  ○ nearest-summary                               ││ POST https://digits-batch.example.org/jobs                       │
                │                     model · 2 workers · append_row · the endpoint's default              ││ Authorization: Bearer ***                                        │
                │                                                                                          ││ azureml-model-deployment: nearest                                │
                │ Inputs                                                                                   ││                                                                  │
                │   input             azureml:digits-data@latest                                           ││ {                                                                │
                │                     data asset · suggested                                               ││   "properties": {                                                │
                │                     → version 2 · uri_folder · 597 files · 93.0 KiB                      ││     "inputData": {                                               │
                │                                                                                          ││       "UriFolder": {                                             │
                │ Outputs                                                                                  ││         "jobInputType": "UriFolder",                             │
                │   score             a new place: azureml/<job>/score/ on the default datastore           ││         "uri": "/subscriptions/s/data/digits-data/versions/2"    │
                │                                                                                          ││       }                                                          │
                │ Settings of this job                                                                     ││     }                                                            │
                │ ▸ mini_batch_size   5                         deployment: 10                             ││   }                                                              │
                │   instance_count                              deployment: 1                              ││ }                                                                │
                │   max_retries                                 deployment: 3                              ││                                                                  │
                │   timeout                                     deployment: 30 s                           ││                                                                  │
                │   error_threshold                             deployment: -1                             ││                                                                  │
                │   output_file_name                            deployment: predictions.csv                ││                                                                  │
                │                                                                                          ││                                                                  │
                │ Names                                                                                    ││                                                                  │
                │   experiment_name   only pipeline component deployments take an experiment name          ││                                                                  │
                │   job_name          made up by the service                                               ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                │                                                                                          ││                                                                  │
                ├──────────────────────────────────────────────────────────────────────────────────────────┤│                                                                  │
                │   [ Submit ]  ✓ ready · 1 setting changed                                                ││                                                                  │
                └──────────────────────────────────────────────────────────────────────────────────────────┘└──────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func deploymentsThatCannotBeReadAreAProblemOfTheirRow() {
        var state = JobForm.State(endpoint: "digits-batch", defaultDeployment: "nearest")
        state.resized(to: Size(rows: 12, columns: 80))
        state.take(
            .deploymentsRefused(
                endpoint: "digits-batch",
                failure: ServiceFailure(
                    kind: .unreachable, operation: "list the deployments of digits-batch",
                    detail: "nothing answers at 127.0.0.1:8600.",
                    advice: "Start the engine: batchdeck engine start.")))
        #expect(
            state.picture().plainText == """
                ┌ New job on digits-batch ─────────────────────────────────────────────────────┐
                │ ▸ deployment        none known                                               │
                │                     ! could not list the deployments of digits-batch:        │
                │                       nothing answers at 127.0.0.1:8600. Start the engine:   │
                │                       batchdeck engine start. f5 asks again.                 │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                ├──────────────────────────────────────────────────────────────────────────────┤
                │   [ Submit ]  ! 1 problem                                                    │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func whatDoesNotFitBesideChoicesAndBelowRowsEndsInAnEllipsis() throws {
        var state = FormFixture.pipeline(Size(rows: 14, columns: 60))
        let lines = state.picture().plainText.split(separator: "\n")
        #expect(lines.contains { $0.contains("ctrl-space lists data assets and mo…") }, "\(lines)")
        #expect(lines.contains { $0.contains("○ prediction_only  string…") }, "\(lines)")
        try state.press("./in<down><alt-s>")
        let swept = state.picture().plainText
        #expect(swept.contains("sweep 2 values · append prediction_…"), "\(swept)")
        #expect(swept.contains("ready, the data is being looked at · a …"), "\(swept)")
    }
}
