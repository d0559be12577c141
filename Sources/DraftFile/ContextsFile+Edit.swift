public import BatchModel
import Yams

// A person's settings file is theirs: comments, order and keys we do not know stay as they were. So a change is made to the
// text, line by line, as an editor would; then the new text is read again. If it does not say what was meant (a file in
// flow style, for one), the change is made to the parsed tree instead, which keeps every key but loses comments.

extension ContextsFile {
    /// The text with another current context; nil takes the setting away.
    ///
    /// - Throws: `FileProblem` when the text is not YAML.
    public static func using(
        _ name: String?, in yaml: String, file: String
    ) throws(FileProblem) -> String {
        var lines = lines(of: yaml)
        let place = lines.firstIndex { $0.hasPrefix("current_context:") }
        switch (place, name) {
        case (let index?, let name?): lines[index] = "current_context: \(scalar(name))"
        case (let index?, nil): lines.remove(at: index)
        case (nil, let name?): lines.insert("current_context: \(scalar(name))", at: 0)
        case (nil, nil): return yaml
        }
        return try checked(lines, yaml, file) {
            $0.current = name
        } tree: { root in
            root["current_context"] = name.map { Node($0) }
        }
    }

    /// The text with one more context, at the end of the list.
    ///
    /// - Throws: `FileProblem` when the text is not YAML.
    public static func adding(
        _ context: AzureContext, to yaml: String, file: String
    ) throws(FileProblem) -> String {
        var lines = lines(of: yaml)
        let members = members(of: context)
        if let list = List(lines) {
            let indent = String(repeating: " ", count: list.indent)
            lines.insert(contentsOf: entry(members, indent: indent), at: list.end)
        } else {
            lines += ["contexts:"] + entry(members, indent: "")
        }
        return try checked(lines, yaml, file) {
            $0.contexts.append(context)
        } tree: { root in
            let node = Node(members.map { (Node($0.key), Node($0.value)) })
            root["contexts"] = Node((root["contexts"]?.sequence.map(Array.init) ?? []) + [node])
        }
    }

    /// The text without a context; one that is not there changes nothing.
    ///
    /// - Throws: `FileProblem` when the text is not YAML.
    public static func removing(
        _ name: String, from yaml: String, file: String
    ) throws(FileProblem) -> String {
        let before = try read(yaml, file)
        guard let index = before.contexts.firstIndex(where: { $0.name == name }) else {
            return yaml
        }
        var lines = lines(of: yaml)
        if let list = List(lines), list.starts.count == before.contexts.count {
            let starts = list.starts + [list.end]
            lines.removeSubrange(starts[index]..<starts[index + 1])
            if list.starts.count == 1 { lines.remove(at: list.head) }
        }
        return try checked(lines, yaml, file) {
            $0.contexts.remove(at: index)
        } tree: { root in
            var entries = root["contexts"]?.sequence.map(Array.init) ?? []
            if entries.indices.contains(index) { entries.remove(at: index) }
            root["contexts"] = Node(entries)
        }
    }

    // MARK: - Text

    /// Where the list of contexts stands in a file in block style.
    private struct List {
        /// The line of `contexts:`.
        var head: Int
        /// The line of each entry's dash.
        var starts: [Int] = []
        /// The line behind the last entry.
        var end: Int
        /// Blanks before a dash.
        var indent = 0

        init?(_ lines: [String]) {
            guard let head = lines.firstIndex(where: { Self.isHead($0) }) else { return nil }
            self.head = head
            end = head + 1
            for index in lines.indices where index > head {
                let text = lines[index]
                let blanks = text.prefix { $0 == " " }.count
                let rest = text.dropFirst(blanks)
                if rest.isEmpty || rest.hasPrefix("#") { continue }
                if rest == "-" || rest.hasPrefix("- ") {
                    if starts.isEmpty { indent = blanks }
                    if blanks == indent { starts.append(index) }
                } else if blanks <= indent {
                    break
                }
                end = index + 1
            }
        }

        private static func isHead(_ line: String) -> Bool {
            guard line.hasPrefix("contexts:") else { return false }
            let rest = line.dropFirst("contexts:".count).drop { $0 == " " }
            return rest.isEmpty || rest.hasPrefix("#")
        }
    }

    private static func lines(of yaml: String) -> [String] {
        var lines = yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func entry(
        _ members: [(key: String, value: String)], indent: String
    ) -> [String] {
        members.enumerated().map { index, member in
            indent + (index == 0 ? "- " : "  ") + "\(member.key): \(scalar(member.value))"
        }
    }

    /// Every setting that is not as by default, in the order people read them.
    private static func members(of context: AzureContext) -> [(key: String, value: String)] {
        let sign = context.credential
        let all: [(key: String, value: String?)] = [
            ("name", context.name), ("subscription_id", context.scope.subscriptionID),
            ("resource_group", context.scope.resourceGroup),
            ("workspace_name", context.scope.workspace),
            ("cloud", context.cloud == .global ? nil : context.cloud.name),
            ("arm_url", context.armURL), ("login_url", context.loginURL),
            ("ml_audience", context.machineLearningAudience), ("ca_file", context.caFile),
            ("read_only", context.isReadOnly ? "true" : nil),
            ("credential", sign.kind == .automatic ? nil : sign.kind.rawValue),
            ("tenant_id", sign.tenantID), ("client_id", sign.clientID),
            ("object_id", sign.objectID), ("resource_id", sign.resourceID),
            ("certificate_file", sign.certificateFile), ("token_file", sign.tokenFile),
            ("token_fd", sign.tokenDescriptor.map { String($0) }),
            ("cache_token", sign.isCached ? "true" : nil),
        ]
        return all.compactMap { key, value in value.map { (key, $0) } }
    }

    /// A value as YAML would write it: plain where nothing could be misread, else in double quotes.
    private static func scalar(_ text: String) -> String {
        let isPlain =
            !text.isEmpty
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII
                    && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                        || "-_./".unicodeScalars.contains(scalar))
            }
        let isWord = ["true", "false", "null", "yes", "no"].contains(text.lowercased())
        let isSetting = text == "true"
        if isPlain && (!isWord || isSetting) && text.first != "-" { return text }
        let escaped = text.flatMap { character -> [Character] in
            character == "\"" || character == "\\" ? ["\\", character] : [character]
        }
        return "\"" + String(escaped) + "\""
    }

    // MARK: - Proof

    private static func read(_ yaml: String, _ file: String) throws(FileProblem) -> ContextsFile {
        let parsed = parse(yaml: yaml, file: file)
        guard let value = parsed.value else {
            throw parsed.errors.first
                ?? FileProblem(file: file, line: nil, detail: "It cannot be read.", advice: "")
        }
        return value
    }

    /// The changed lines, when they say what was meant; else the changed tree.
    private static func checked(
        _ lines: [String], _ yaml: String, _ file: String,
        wanted change: (inout ContextsFile) -> Void, tree: (inout Node) -> Void
    ) throws(FileProblem) -> String {
        var wanted = try read(yaml, file)
        change(&wanted)
        let text = lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n"
        if let found = parse(yaml: text, file: file).value, found == wanted { return text }
        do {
            var root = try YAMLBounds.compose(yaml) ?? Node([(Node, Node)]())
            tree(&root)
            return try Yams.serialize(node: root)
        } catch {
            throw FileProblem(
                file: file, line: nil, detail: "It cannot be changed: \(error).",
                advice: "Change it by hand.")
        }
    }
}
