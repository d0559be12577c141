import BatchModel
import ConsoleCore
import ConsoleGrid
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The files of the config folder that a person writes by hand.
struct SettingsFiles {
    /// Themes in the folder that are looked at; who has more keeps them elsewhere.
    static let themeLimit = 200
    /// A longer file is not a person's settings.
    static let sizeLimitBytes = 1 << 20

    let home: Home

    var configPath: String { home.config + "/config.yml" }
    var keymapPath: String { home.config + "/keymap.yml" }
    var themeFolder: String { home.config + "/themes" }
    var presetFolder: String { home.config + "/presets" }

    /// The text of a file; nil when there is none.
    func text(of path: String) throws(FileProblem) -> String? {
        let manager = FileManager.default
        guard manager.fileExists(atPath: path) else { return nil }
        guard let data = manager.contents(atPath: path) else {
            throw FileProblem(
                file: path, line: nil, detail: "It cannot be read.", advice: "Look at its rights.")
        }
        guard data.count <= Self.sizeLimitBytes else {
            throw FileProblem(
                file: path, line: nil, detail: "It is larger than 1 MiB.",
                advice: "Settings are short; this is another file.")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw FileProblem(
                file: path, line: nil, detail: "It is not UTF-8 text.", advice: "Save it as UTF-8.")
        }
        return text
    }

    /// Reads a file; one that is not there has no value and no problems.
    func read<Value>(
        _ path: String, _ parse: (_ yaml: String) -> Parsed<Value>
    ) -> Parsed<Value> {
        do throws(FileProblem) {
            return try text(of: path).map(parse) ?? Parsed(value: nil, problems: [])
        } catch {
            return Parsed(value: nil, problems: [error])
        }
    }

    /// The keymap; nil without a file, or with one that cannot be used.
    func keymap() -> Parsed<Keymap> {
        read(keymapPath) { yaml in
            let parsed = KeymapShape.file.read(yaml: yaml, file: keymapPath)
            // Which keys clash is asked once every key can be read.
            guard let value = parsed.value else {
                return Parsed(value: nil, problems: parsed.problems)
            }
            let (keymap, findings) = KeymapShape.keymap(of: value)
            return Parsed(
                value: keymap,
                problems: parsed.problems + findings.map { FileProblem($0, in: keymapPath) })
        }
    }

    /// The names of theme files, in alphabetical order, without their ending.
    func themeNames() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: themeFolder)) ?? []
        return names.filter { $0.hasSuffix(".yml") && !$0.hasPrefix(".") }.sorted()
            .prefix(Self.themeLimit).map { String($0.dropLast(4)) }
    }

    func themePath(_ name: String) -> String { "\(themeFolder)/\(name).yml" }

    /// A theme of a file.
    func theme(_ name: String) -> Parsed<Theme> {
        let path = themePath(name)
        return read(path) { yaml in
            let parsed = ThemeShape.file.read(yaml: yaml, file: path)
            guard let value = parsed.value else {
                return Parsed(value: nil, problems: parsed.problems)
            }
            let (theme, findings) = ThemeShape.theme(name, of: value)
            let clash =
                Theme.named(name) == nil
                ? []
                : [
                    FileProblem(
                        file: path, line: 1, column: 1,
                        detail: "\(name) is the name of a built-in theme, which is used.",
                        advice: "Give the file another name.", isWarning: true)
                ]
            return Parsed(
                value: theme,
                problems: parsed.problems + clash + findings.map { FileProblem($0, in: path) })
        }
    }
}
