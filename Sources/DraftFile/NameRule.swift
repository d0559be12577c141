import BatchModel

/// Names of endpoints and deployments in files (ES §1).
enum NameRule {
    /// Asks a file for its name; notes one that breaks the rule.
    static func name(in map: YAMLMap, of what: String) -> String? {
        guard let name = map.text("name", isRequired: true) else { return nil }
        guard ControlRules.isName(name) else {
            map.note(
                "name", "\"\(name)\" is not a name of \(what).",
                "Use \(ControlRules.nameWords).")
            return nil
        }
        return name
    }
}
