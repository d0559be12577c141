/// Names of endpoints and deployments (ES §1): 3–32 characters, a letter first, letters, digits and hyphens, no hyphen last.
enum NameRule {
    static let words = "3 to 32 letters, digits and hyphens, a letter first, no hyphen last"

    static func accepts(_ name: String) -> Bool {
        (3...32).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            && name.first?.isLetter == true && name.last != "-"
    }

    /// Asks a file for its name; notes one that breaks the rule.
    static func name(in map: YAMLMap, of what: String) -> String? {
        guard let name = map.text("name", isRequired: true) else { return nil }
        guard accepts(name) else {
            map.note("name", "\"\(name)\" is not a name of \(what).", "Use \(words).")
            return nil
        }
        return name
    }
}
