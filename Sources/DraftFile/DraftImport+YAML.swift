public import BatchModel
import Yams

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
        if let given = command(above: text) {
            let flags = try flags(command: given).flags
            return try flags.draft { _ throws(SettingError) in text }
        }
        var draft = JobDraft(endpoint: endpoint)
        let problems = InputsFile.apply(yaml: text, file: name, to: &draft)
        guard problems.isEmpty else {
            throw SettingError(message: problems.map(\.message).joined(separator: " "))
        }
        return draft
    }

    /// The command that a file begins with; nil where none stands there. One with controls in it stands in one line, quoted.
    private static func command(above text: String) -> String? {
        let comment = text.split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.hasPrefix("# ") }.map { String($0.dropFirst(2)) }
        guard let first = comment.first else { return nil }
        if first.hasPrefix("\"") {
            let quoted = (try? YAMLBounds.compose(first))?.scalar?.string ?? ""
            return JobText.isCommand(quoted) ? quoted : nil
        }
        return JobText.isCommand(first) ? comment.joined(separator: "\n") : nil
    }
}
