import BatchModel
import Testing

/// What is left of a draft once its secrets are out, whatever kind of address or name they stood in.
@Suite struct DraftSecretsTests {
    static let references: [(whole: DataReference, masked: DataReference)] = [
        (
            .local(path: "acct.blob.core.windows.net/c/f.csv?sv=1&sig=S3CR3T"),
            .local(path: "acct.blob.core.windows.net/c/f.csv?sv=1&sig=***")
        ),
        // Printed it is `file:` and escapes, in which nobody finds a secret.
        (
            .local(path: " acct.test/c?sv=1&sig=S3CR3T"), .local(path: " acct.test/c?sv=1&sig=***")
        ), (.url("https://u:S3CR3T@h/x"), .url("https://u:***@h/x")),
        (
            .asset(name: "wine", version: .named("1?sig=S3CR3T")),
            .asset(name: "wine", version: .named("1?sig=***"))
        ), (.assetID("/x/data/n/versions/1?sig=S3CR3T"), .assetID("/x/data/n/versions/1?sig=***")),
        (
            .remoteAsset("azureml://registries/r/data/n?sig=S3CR3T"),
            .remoteAsset("azureml://registries/r/data/n?sig=***")
        ),
        (
            .datastorePath(datastore: "store", path: "a/b?sig=S3CR3T&page=2"),
            .datastorePath(datastore: "store", path: "a/b?sig=***&page=2")
        ),
        (
            .datastoreID("/x/datastores/d/paths/p?sig=S3CR3T"),
            .datastoreID("/x/datastores/d/paths/p?sig=***")
        ),
        (
            .jobOutput(job: "j", output: "score", path: "p?sig=S3CR3T"),
            .jobOutput(job: "j", output: "score", path: "p?sig=***")
        ),
    ]

    @Test(arguments: references) func everyKindOfAddressIsMasked(
        whole: DataReference, masked: DataReference
    ) throws {
        let draft = JobDraft(
            endpoint: "e", inputs: [.init(name: "a", value: .data(type: nil, reference: whole))],
            outputs: [.init(name: "b", reference: whole)])
        let kept = draft.withoutSecrets
        #expect(kept.inputs.map(\.value) == [.data(type: nil, reference: masked)])
        #expect(kept.outputs.map(\.reference) == [masked])
        #expect(draft.lostSecrets == [])
        #expect(kept.lostSecrets == [.input("a"), .output("b")])
        #expect(kept.withoutSecrets == kept)
    }

    @Test(arguments: ["data/key=5/part", "azureml-data", "./a=b?page=2"])
    func aPathThatHoldsNoSecretStays(path: String) {
        let draft = JobDraft(
            endpoint: "e",
            inputs: [.init(name: "a", value: .data(type: nil, reference: .local(path: path)))])
        #expect(draft.withoutSecrets == draft)
    }

    @Test func namesAreMaskedToo() {
        let draft = JobDraft(
            endpoint: "e", overrides: .init(outputFileName: "o.csv?sig=S3CR3T"),
            experimentName: "t?sig=S3CR3T", jobName: "j?sig=S3CR3T")
        let kept = draft.withoutSecrets
        #expect(kept.overrides.outputFileName == "o.csv?sig=***")
        #expect(kept.experimentName == "t?sig=***" && kept.jobName == "j?sig=***")
        #expect(kept.lostSecrets == [.experimentName, .outputFileName])
    }

    /// The name of such a job is masked by the sweep itself, and its address is whole.
    @Test func aJobOfASweepOverSignedAddressesHasLostNothing() {
        let signed = "https://a.test/f.csv?sv=1&sig=S3CR3T"
        let sweep = Sweep(axes: [Sweep.Axis(name: "data", values: [signed])])
        let draft = JobDraft(
            endpoint: "e",
            inputs: [.init(name: "data", value: .data(type: nil, reference: .url(signed)))])
        let job = Sweep.job(draft, label: sweep.label(of: [signed]), of: "sweep-1")
        #expect(job.jobName?.contains("sig=***") == true)
        #expect(job.lostSecrets == [])
    }
}
