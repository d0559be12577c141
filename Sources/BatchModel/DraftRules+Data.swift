extension DraftRules {
    /// Rules of one data input: its type, its mode, and what looking at it brought to light.
    ///
    /// - Parameters:
    ///   - type: the given type, else the declared one.
    ///   - isOfModel: true for the input of a model deployment, whose runner looks into no folder below it.
    static func data(
        _ input: JobDraft.Input, _ type: DataType?, _ reference: DataReference,
        _ findings: [DataReference: ReferenceFinding], isOfModel: Bool
    ) -> [DraftProblem] {
        let field = DraftField.input(input.name)
        if let type, let problem = refusedType(type, field) { return [problem] }
        if !input.name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }) {
            return [
                DraftProblem(
                    field: field,
                    detail: "An input's name has letters, digits and underscores only.",
                    advice: "Rename it.")
            ]
        }
        if let problem = refusedMode(input.mode, among: AccessMode.ofInputs, field) {
            return [problem]
        }
        switch findings[reference] {
        case nil: return []
        case .missing(let detail, let advice):
            return [DraftProblem(field: field, detail: detail, advice: advice)]
        case .found(let data):
            let emptiness = emptiness(data, field, isOfModel: isOfModel)
            guard let found = data.type else { return emptiness }
            if let problem = refusedType(found, field) { return [problem] }
            guard let type, !agrees(type, found) else { return emptiness }
            return [
                DraftProblem(
                    field: field, detail: "The data is a \(found), not a \(type).",
                    advice: "Give the type \(found), or other data.")
            ]
        }
    }

    /// Whether data of a type may be given as another: a model is a folder, or a file in one.
    private static func agrees(_ type: DataType, _ found: DataType) -> Bool {
        type == found || (type.isModel && (found == .uriFolder || found == .uriFile))
    }

    /// A folder without a file would fail a model's job before the script is asked (ES §3.2). The steps of a pipeline look
    /// where they like, so for them only a folder in which there is nothing at all is empty.
    private static func emptiness(
        _ data: ResolvedData, _ field: DraftField, isOfModel: Bool
    ) -> [DraftProblem] {
        guard data.fileCount == 0, !data.isCountPartial else { return [] }
        guard isOfModel || data.firstNames.isEmpty else { return [] }
        return [
            DraftProblem(
                field: field, detail: "The folder holds no file.",
                advice: isOfModel
                    ? "Nested folders are not explored: give the folder that holds the files."
                    : "Give a folder that holds the data.")
        ]
    }

    private static func refusedMode(
        _ mode: String?, among words: [String], _ field: DraftField
    ) -> DraftProblem? {
        guard let mode, !AccessMode.isKnown(mode, among: words) else { return nil }
        return DraftProblem(
            field: field, detail: "\"\(mode)\" is no mode here.",
            advice: "Use \(words.joined(separator: ", ")), or leave it out.")
    }

    /// The official client's words for MLTable and V1 datasets (ES §6 R8), what is wrong and what to do.
    static let unsupported = (
        detail: "Value passed to input is not a supported data.",
        advice: "Please use an Azure Machine Learning registered V2 data asset "
            + "(with the type of either `uri_file` or `uri_folder`)."
    )
    /// What V1 calls its two kinds of dataset, in any spelling.
    private static let firstGeneration: Set = ["filedataset", "tabulardataset", "dataset"]

    /// MLTable and V1 datasets are refused by batch endpoints (ES §6 R8).
    private static func refusedType(_ type: DataType, _ field: DraftField) -> DraftProblem? {
        switch type {
        case .uriFile, .uriFolder, .customModel, .mlflowModel, .tritonModel: return nil
        case .string, .boolean, .integer, .number:
            return DraftProblem(
                field: field,
                detail: "The type \(type) is for values, and the address of data was given.",
                advice: "Use uri_file or uri_folder, or give the value as default.")
        case .mltable:
            return DraftProblem(
                field: field, detail: unsupported.detail, advice: unsupported.advice)
        case .unknown(let word):
            if firstGeneration.contains(word.lowercased().filter { $0 != "_" }) {
                return DraftProblem(
                    field: field, detail: unsupported.detail, advice: unsupported.advice)
            }
            return DraftProblem(
                field: field,
                detail: "\(word) is not a type of input.",
                advice: "Use uri_file or uri_folder.")
        }
    }

    /// Rules of one output that was given a place: a free path on a Blob datastore (ES §6 R12, R13).
    static func place(
        _ output: JobDraft.Output, _ findings: [DataReference: ReferenceFinding]
    ) -> [DraftProblem] {
        let field = DraftField.output(output.name)
        if let problem = refusedMode(output.mode, among: AccessMode.ofOutputs, field) {
            return [problem]
        }
        switch output.reference {
        case .datastorePath(_, let path):
            guard !path.isEmpty else {
                return [
                    DraftProblem(
                        field: field, detail: "The output names a datastore and no path in it.",
                        advice: "Give a path, as azureml://datastores/NAME/paths/FOLDER/FILE.")
                ]
            }
        case .datastoreID: break
        case .asset, .assetID, .remoteAsset, .url, .jobOutput, .local:
            return [
                DraftProblem(
                    field: field,
                    detail: "An output goes to a path on a Blob datastore, not to a "
                        + "\(output.reference.kindLabel).",
                    advice: "Give azureml://datastores/NAME/paths/PATH, or leave it out.")
            ]
        }
        switch findings[output.reference] {
        case nil: return []
        case .missing(let detail, let advice):
            return [DraftProblem(field: field, detail: detail, advice: advice)]
        case .found(let data):
            if let kind = data.datastoreKind, kind != .blob {
                return [
                    DraftProblem(
                        field: field,
                        detail:
                            "Outputs go to Blob datastores only, and this one is \(kind.rawValue).",
                        advice: "Register the account as a Blob datastore, or choose another.")
                ]
            }
            guard data.fileCount != 0 else { return [] }
            return [
                DraftProblem(
                    field: field, detail: "The path already exists: \(output.reference.text).",
                    advice: "Choose a path where nothing is yet.")
            ]
        }
    }

    /// Bounds of the settings that one job may change (ES §2.2, §9).
    static func overrides(
        _ changes: JobDraft.Overrides, of settings: ModelSettings
    ) -> [DraftProblem] {
        var problems: [DraftProblem] = []
        func check(_ value: Int?, _ field: DraftField, _ range: ClosedRange<Int>) {
            guard let value, !range.contains(value) else { return }
            let top = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
            problems.append(
                DraftProblem(
                    field: field, detail: "\(value) is out of range.",
                    advice: top.isEmpty
                        ? "Give a whole number of at least \(range.lowerBound)."
                        : "Give a whole number from \(range.lowerBound)\(top)."))
        }
        check(changes.miniBatchSize, .miniBatchSize, 1...Int.max)
        check(changes.instanceCount, .instanceCount, 1...ModelSettings.instanceLimit)
        check(changes.maxRetries, .maxRetries, 0...Int.max)
        check(changes.timeout.map { Int($0.components.seconds) }, .timeout, 1...259_200)
        check(changes.errorThreshold, .errorThreshold, -1...Int.max)
        if let name = changes.outputFileName {
            problems += outputFileName(name, settings)
        }
        return problems
    }

    private static func outputFileName(
        _ name: String, _ settings: ModelSettings
    ) -> [DraftProblem] {
        if settings.outputAction == .summaryOnly {
            return [
                DraftProblem(
                    field: .outputFileName,
                    detail:
                        "The deployment's output_action is summary_only: it writes no such file.",
                    advice: "Leave it out.")
            ]
        }
        guard name.isEmpty || name.contains("/") || name == "." || name == ".." else { return [] }
        return [
            DraftProblem(
                field: .outputFileName, detail: "\"\(name)\" is not a file name.",
                advice: "Give a name without a folder, as predictions.csv.")
        ]
    }
}
