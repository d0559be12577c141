public import BatchModel

extension DraftImport {
    /// The draft of a text in YAML: what `--file` takes, and what `DraftExport.yaml` writes.
    ///
    /// An exported file begins with its command as a comment, which says what the file itself cannot: deployment, names and
    /// settings. They are taken from there.
    /// - Parameters:
    ///   - endpoint: the one the draft is for where no command names another.
    ///   - name: names the text in problems.
    /// - Throws: `SettingError` that says what cannot be taken, with file and line.
    public static func draft(
        yaml text: String, endpoint: Endpoint.Name, file name: String = "inputs.yml"
    ) throws(SettingError) -> JobDraft {
        let comment = text.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
        if JobText.isCommand(comment.first ?? "") {
            let flags = try flags(command: comment.joined(separator: "\n")).flags
            return try flags.draft { _ throws(SettingError) in text }
        }
        var draft = JobDraft(endpoint: endpoint)
        let problems = InputsFile.apply(yaml: text, file: name, to: &draft)
        guard problems.isEmpty else {
            throw SettingError(message: problems.map(\.message).joined(separator: " "))
        }
        return draft
    }
}
