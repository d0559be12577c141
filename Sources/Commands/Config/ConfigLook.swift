import BatchModel
import ConsoleGrid
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What was found in one file.
struct CheckedFile {
    let path: String
    let problems: [FileProblem]

    var isBroken: Bool { problems.contains { !$0.isWarning } }

    /// `path: ok`, or a line for each problem.
    var lines: String {
        guard !problems.isEmpty else { return "ok       \(path.plainLine)\n" }
        return problems.map { problem in
            (problem.isWarning ? "warning  " : "problem  ") + problem.message + "\n"
        }.joined()
    }

    var row: JSONValue {
        .object([
            "file": .string(path),
            "state": .string(isBroken ? "problem" : problems.isEmpty ? "ok" : "warning"),
            "problems": .array(problems.map(Self.member)),
        ])
    }

    private static func member(_ problem: FileProblem) -> JSONValue {
        .object([
            "line": problem.line.map { .integer(Int64($0)) } ?? .null,
            "column": problem.column.map { .integer(Int64($0)) } ?? .null,
            "detail": .string(problem.detail), "advice": .string(problem.advice),
            "warning": .boolean(problem.isWarning),
        ])
    }
}

/// A look at every file of the config folder.
struct ConfigLook {
    /// Presets that are looked at.
    private static let presetLimit = 1000

    let files: SettingsFiles
    let environment: [String: String]

    /// The files that are there, in the order of their paths' kinds.
    func all() -> [CheckedFile] {
        config() + keymap() + files.themeNames().map(theme) + presets()
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    /// Two readers look at it: one at the shape of every key, one at what the contexts come to.
    private func config() -> [CheckedFile] {
        let path = files.configPath
        guard isThere(path) else { return [] }
        let names = Theme.all.map(\.name) + files.themeNames()
        let shape = files.read(path) {
            ConfigShape.file(themes: names).read(yaml: $0, file: path)
        }
        let contexts = files.read(path) { ContextsFile.parse(yaml: $0, file: path) }
        // Where both say something of a line, the one that knows the column is enough.
        let lines = Set(shape.problems.map(\.line))
        let more = contexts.problems.filter { !lines.contains($0.line) }
        let all = Parsed<FileValue>(value: nil, problems: shape.problems + more)
        return [CheckedFile(path: path, problems: all.problems)]
    }

    private func keymap() -> [CheckedFile] {
        guard isThere(files.keymapPath) else { return [] }
        return [CheckedFile(path: files.keymapPath, problems: files.keymap().problems)]
    }

    private func theme(_ name: String) -> CheckedFile {
        CheckedFile(path: files.themePath(name), problems: files.theme(name).problems)
    }

    private func presets() -> [CheckedFile] {
        let manager = FileManager.default
        let folders = ((try? manager.contentsOfDirectory(atPath: files.presetFolder)) ?? [])
            .sorted()
        let checked = folders.flatMap { folder -> [CheckedFile] in
            guard let endpoint = PercentEncoding.decode(folder).map(Endpoint.Name.init),
                let presets = try? PresetFiles(environment: environment).all(of: endpoint)
            else { return [] }
            return presets.map { preset in
                let path = "\(files.presetFolder)/\(folder)/\(preset.name).yml"
                return CheckedFile(path: path, problems: Self.problems(of: preset, at: path))
            }
        }
        return Array(checked.prefix(Self.presetLimit))
    }

    /// A preset's problem is a sentence that begins with the file's own name, and the line where there is one.
    private static func problems(of preset: Preset, at path: String) -> [FileProblem] {
        guard !preset.problem.isEmpty else { return [] }
        var rest = preset.problem[...]
        var line: Int?
        if let place = rest.prefixMatch(of: /[^:]*\.yml:(?:(\d+):)? ?/) {
            line = place.output.1.flatMap { Int($0) }
            rest = rest[place.range.upperBound...]
        }
        return [
            FileProblem(
                file: path, line: line, column: nil, detail: String(rest),
                advice: "Mend it, or save the preset anew from the form.")
        ]
    }
}
