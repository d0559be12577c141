import BatchModel
import Testing

@Suite struct DataReferenceTests {
    static let arm =
        "/subscriptions/s/resourceGroups/r/providers/Microsoft.MachineLearningServices/workspaces/w"

    static let forms: [(text: String, reference: DataReference)] = [
        ("azureml:wine-data:1", .asset(name: "wine-data", version: .named("1"))),
        ("azureml:wine-data@latest", .asset(name: "wine-data", version: .latest)),
        ("azureml:v.1_x:foo", .asset(name: "v.1_x", version: .named("foo"))),
        (arm + "/data/wine/versions/2", .assetID(arm + "/data/wine/versions/2")),
        (
            arm + "/datastores/store/paths/a/b.csv",
            .datastoreID(arm + "/datastores/store/paths/a/b.csv")
        ),
        ("azureml://datastores/store/paths/a/b/", .datastorePath(datastore: "store", path: "a/b/")),
        (
            "azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/d/paths/p",
            .datastoreID(
                "azureml://subscriptions/s/resourcegroups/r/workspaces/w/datastores/d/paths/p")
        ),
        (
            "azureml://locations/eastus/workspaces/w/data/n/versions/labels/latest",
            .remoteAsset("azureml://locations/eastus/workspaces/w/data/n/versions/labels/latest")
        ),
        (
            "azureml://registries/reg/data/n/versions/1",
            .remoteAsset("azureml://registries/reg/data/n/versions/1")
        ),
        (
            "azureml://jobs/j/outputs/score/paths/x.csv",
            .jobOutput(job: "j", output: "score", path: "x.csv")
        ),
        ("azureml://jobs/j/outputs/score", .jobOutput(job: "j", output: "score", path: "")),
        (
            "https://acct.blob.core.windows.net/c/p?sig=x",
            .url("https://acct.blob.core.windows.net/c/p?sig=x")
        ),
        ("wasbs://c@acct.blob.core.windows.net/p", .url("wasbs://c@acct.blob.core.windows.net/p")),
        ("abfss://f@acct.dfs.core.windows.net/p", .url("abfss://f@acct.dfs.core.windows.net/p")),
        ("adl://acct.azuredatalakestore.net/p", .url("adl://acct.azuredatalakestore.net/p")),
        ("./data", .local(path: "./data")), ("~/data", .local(path: "~/data")),
        ("/var/data", .local(path: "/var/data")), ("data", .local(path: "data")),
    ]

    @Test(arguments: forms) func everyFormIsReadAndPrintedBack(
        text: String, reference: DataReference
    ) throws {
        #expect(try DataReference(parsing: text) == reference)
        #expect(reference.text == text)
    }

    @Test(arguments: [
        ("azureml:/wine-data@latest", DataReference.asset(name: "wine-data", version: .latest)),
        ("azureml:" + arm + "/data/n/versions/1", .assetID(arm + "/data/n/versions/1")),
        ("file:///tmp/a b", .local(path: "/tmp/a b")), ("file:rel", .local(path: "rel")),
        ("  azureml:a:1 ", .asset(name: "a", version: .named("1"))),
    ]) func otherSpellingsComeToTheSame(text: String, reference: DataReference) throws {
        #expect(try DataReference(parsing: text) == reference)
    }

    @Test(arguments: [
        "", "   ", "s3://bucket/x", "azureml:name", "azureml:name:", "azureml:a:b:c",
        "azureml:name@newest", "azureml://", "azureml://datastores/x", "azureml://jobs/j",
        "azureml://nonsense/x", arm + "/endpoints/x", "/subscriptions/s", "https://",
        "azureml:na me:1",
    ]) func whatIsNoAddressIsRefusedWithTheAcceptedForms(text: String) throws {
        let failure = #expect(throws: ReferenceError.self) {
            try DataReference(parsing: text)
        }
        #expect(failure?.message.contains("Accepted: azureml:NAME:VERSION") == true)
    }

    @Test(arguments: [
        "azureml:acct.blob.core.windows.net/c?sv=1&sig=S3CR3T", "azureml:a:b/c?sig=S3CR3T",
        "azureml://x?sig=S3CR3T", "azureml:n@new?sig=S3CR3T",
    ]) func aRefusalShowsNoSecret(text: String) {
        let failure = #expect(throws: ReferenceError.self) { try DataReference(parsing: text) }
        #expect(failure?.message.contains("S3CR3T") == false)
        #expect(failure?.text == text.replacing("S3CR3T", with: "***"))
    }

    @Test func aNamedVersionBecomesAResourceIDWithoutARequest() {
        let scope = WorkspaceScope(subscriptionID: "s", resourceGroup: "r", workspace: "w")
        let named = DataReference.asset(name: "n", version: .named("3"))
        #expect(named.wireURI(in: scope) == Self.arm + "/data/n/versions/3")
        #expect(DataReference.asset(name: "n", version: .latest).wireURI(in: scope) == nil)
        #expect(DataReference.local(path: "x").wireURI(in: scope) == nil)
    }

    /// Found by the fuzz target `reference`: a path that looks like another form was printed as that form.
    @Test(arguments: ["https://here", "azureml:a:1", " a b ", "//x", "file:x", "/subscriptions/a"])
    func aLocalPathThatLooksLikeAnotherFormStaysAPath(path: String) throws {
        let printed = DataReference.local(path: path).text
        #expect(try DataReference(parsing: printed) == .local(path: path))
    }

    /// Found by the fuzz target too: an output called form feed was lost when the address was read again.
    @Test(arguments: ["azureml://jobs/j/outputs/\u{0C}/paths", "azureml://datastores/ /paths/a"])
    func namesHoldNoBlanks(text: String) {
        #expect(throws: ReferenceError.self) { try DataReference(parsing: text) }
    }
}
