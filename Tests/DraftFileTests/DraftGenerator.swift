import BatchModel
import TestSupport

/// Drafts out of a seed: the same seed gives the same drafts, everywhere.
struct DraftGenerator {
    /// What a signature looks like here; it must not be found in anything exported.
    static let secret = "S3CR3T%2Bx"

    private var numbers: SplitMix

    init(seed: UInt64) { numbers = SplitMix(seed: seed) }

    mutating func draft() -> JobDraft {
        var draft = JobDraft(endpoint: Endpoint.Name("e-\(number(1000))"))
        if chance(2) { draft.deployment = Deployment.Name("d-\(number(10))") }
        for index in 0..<number(4) { draft.inputs.append(input(index)) }
        if draft.inputs.count == 1, chance(2), case .data(let type, _) = draft.inputs[0].value {
            draft.inputs[0].name = (type ?? .uriFolder).wireName
        }
        for index in 0..<number(3) {
            draft.outputs.append(
                .init(
                    name: "out_\(index)", type: chance(2) ? .uriFile : nil,
                    reference: .datastorePath(datastore: "store", path: path()),
                    mode: chance(4) ? "upload" : nil))
        }
        if chance(3) { draft.experimentName = name() }
        if chance(3) { draft.jobName = name() }
        draft.overrides = overrides()
        return draft
    }

    private mutating func input(_ index: Int) -> JobDraft.Input {
        let name = "in_\(index)"
        if chance(3) { return .init(name: name, value: .literal(text: text())) }
        let types: [DataType?] = [nil, .uriFolder, .uriFile]
        return .init(
            name: name, value: .data(type: types[number(3)], reference: reference()),
            mode: chance(4) ? "ro_mount" : nil)
    }

    private mutating func overrides() -> JobDraft.Overrides {
        JobDraft.Overrides(
            miniBatchSize: chance(4) ? number(100) + 1 : nil,
            instanceCount: chance(4) ? number(9) + 1 : nil,
            maxRetries: chance(4) ? number(5) : nil,
            timeout: chance(4) ? .seconds(number(9000) + 1) : nil,
            errorThreshold: chance(4) ? number(10) - 1 : nil,
            outputFileName: chance(4) ? name() : nil)
    }

    private mutating func reference() -> DataReference {
        let workspace =
            "subscriptions/s/resourceGroups/g/providers/"
            + "Microsoft.MachineLearningServices/workspaces/w"
        return switch number(11) {
        case 0: .asset(name: "heart", version: .latest)
        case 1: .asset(name: "heart", version: .named("v\(number(9))"))
        case 2: .assetID("/\(workspace)/data/heart/versions/\(number(9))")
        case 3: .remoteAsset("azureml://registries/r/data/heart/versions/\(number(9))")
        case 4: .datastorePath(datastore: "store", path: path())
        case 5: .datastoreID("/\(workspace)/datastores/store/paths/\(path())")
        case 6: .jobOutput(job: Job.ID("job-\(number(9))"), output: "score", path: path())
        case 7:
            .url("https://account.blob.core.windows.net/c/\(path())?sv=1&sig=\(Self.secret)&se=2")
        case 8: .url("abfss://files@account.dfs.core.windows.net/\(path())")
        // Pasted without `https://` an address is a path.
        case 9: .local(path: "account.blob.core.windows.net/c/\(path())?sv=1&sig=\(Self.secret)")
        default: .local(path: (chance(2) ? "./" : "-") + path())
        }
    }

    /// A name, some with what nobody should write into one.
    private mutating func name() -> String { text() + (chance(4) ? "?sig=\(Self.secret)" : "") }

    /// A text with nothing at its ends that an address would lose.
    private mutating func path() -> String { "p\(text())q" }

    /// A text of what shells, YAML and Python find hard. No byte-order mark begins it: the YAML package takes that off.
    private mutating func text() -> String {
        (0..<number(8)).map { _ in Self.pieces[number(Self.pieces.count)] }.joined()
    }

    private static let pieces = [
        "a", "B7", " ", "  ", "'", "\"", "\\", "$", "$HOME", "${x}", "$(ls)", "`", "é", "日本", "🦀",
        "\n", "\t", "\r\n", "#", " # ", "&", ";", "|", "*", "<", "=", ".", "-", "--", "{", "}", "[",
        ": ", "%", "!", "~", "(", ")", "@", ",", "\u{301}", "\u{85}", "\u{2028}", "x\u{FEFF}",
        "\u{7F}", "true", "null", "0.10", "\\n", "'''", "\"\"\"", "- ",
    ]

    private mutating func chance(_ one: Int) -> Bool { number(one) == 0 }

    private mutating func number(_ bound: Int) -> Int { numbers.below(bound) }
}
