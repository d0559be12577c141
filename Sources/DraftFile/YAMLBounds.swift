import Yams

// What a text may cost. Composing a tree hashes every key of every mapping, and an alias stands for all that its anchor
// holds, so a few hundred bytes can ask for hours. Hence two looks: one at the bytes, before the parser builds anything,
// and one at the tree, which stops counting at the limit and so never walks what the aliases would expand to.

/// Too much of something in a YAML text.
struct YAMLExcess: Error {
    /// Counted from 1; nil when it is about the text as a whole.
    var line: Int?
    var detail: String
    var advice: String
}

/// What a person writes by hand stays far below these; what goes beyond is an attack or an accident.
enum YAMLBounds {
    static let sizeLimitBytes = 1 << 20
    static let depthLimit = 64
    static let aliasLimit = 100
    /// Aliases beside a list or a mapping as a key: the key is hashed with all that the aliases stand for.
    static let aliasLimitBesideKeys = 8
    /// `? key` opens a key of any size, which is hashed again with every such key around it.
    static let questionLimit = 8
    /// Lists and mappings that are keys in one line.
    static let wideKeyLimit = 500
    /// Keys and list entries, as the bytes show them.
    static let entryLimit = 20_000
    /// Values of all kinds, an alias counted with all that it stands for.
    static let nodeLimit = 50_000
    static let keyLimit = 5000

    /// The tree of a text; nil when the text is empty.
    ///
    /// - Throws: `YAMLExcess` above a limit, `YamlError` for what is not YAML.
    static func compose(_ yaml: String) throws -> Node? {
        var scan = YAMLScan()
        if let excess = scan.excess(of: yaml) { throw excess }
        let root = try Yams.compose(yaml: yaml)
        var left = nodeLimit
        if let root, let excess = excess(of: root, depth: 0, left: &left) { throw excess }
        return root
    }

    static func tooDeep(_ line: Int?) -> YAMLExcess {
        YAMLExcess(
            line: line, detail: "The file is nested more than \(depthLimit) levels deep here.",
            advice: "Write it flatter.")
    }

    private static func excess(of node: Node, depth: Int, left: inout Int) -> YAMLExcess? {
        left -= 1
        guard left >= 0 else {
            return YAMLExcess(
                line: node.mark?.line,
                detail:
                    "The file holds more than \(nodeLimit) values, aliases (`*name`) written out.",
                advice: "Use fewer aliases, or split the file.")
        }
        guard depth <= depthLimit else { return tooDeep(node.mark?.line) }
        switch node {
        case .scalar, .alias: return nil
        case .sequence(let sequence):
            for entry in sequence {
                if let found = excess(of: entry, depth: depth + 1, left: &left) { return found }
            }
            return nil
        case .mapping(let mapping):
            guard mapping.count <= keyLimit else {
                return YAMLExcess(
                    line: mapping.mark?.line,
                    detail: "More than \(keyLimit) keys stand side by side here.",
                    advice: "Split them.")
            }
            for (key, value) in mapping {
                if let found = excess(of: key, depth: depth + 1, left: &left) { return found }
                if let found = excess(of: value, depth: depth + 1, left: &left) { return found }
            }
            return nil
        }
    }
}

/// One walk over the bytes. It knows no quotes and no block texts, so it counts too much rather than too little.
struct YAMLScan {
    private var line = 1
    private var column = 0
    /// True until something other than blanks and `- `, `? `, `: ` stands on the line.
    private var isLeading = true
    /// Columns that opened a level.
    private var indents: [Int] = []
    private var flowDepth = 0
    private var entries = 0
    private var aliases = 0
    private var isInAlias = false
    /// True behind a closing bracket or an alias: a colon makes it a key.
    private var isBehindKey = false
    private var keyLine: Int?
    private var questions = 0
    private var wideKeys = 0
    private var before: (UInt8, UInt8) = (0, UInt8(ascii: "\n"))

    /// What is too much about a text; nil when nothing is.
    mutating func excess(of yaml: String) -> YAMLExcess? {
        guard yaml.utf8.count <= YAMLBounds.sizeLimitBytes else {
            return YAMLExcess(
                line: nil, detail: "The file is over \(YAMLBounds.sizeLimitBytes >> 20) MiB.",
                advice: "Write it smaller.")
        }
        var bytes = yaml.utf8.makeIterator()
        var current = bytes.next()
        while let byte = current {
            let next = bytes.next()
            take(byte, next: next)
            if let excess { return excess }
            (before, current) = ((before.1, byte), next)
        }
        guard let keyLine, aliases > YAMLBounds.aliasLimitBesideKeys else { return nil }
        return YAMLExcess(
            line: keyLine,
            detail: "A list, a mapping or an alias is a key here, beside more than "
                + "\(YAMLBounds.aliasLimitBesideKeys) aliases (`*name`).",
            advice: "Write plain keys, or fewer aliases.")
    }

    private var excess: YAMLExcess? {
        if flowDepth > YAMLBounds.depthLimit || indents.count > YAMLBounds.depthLimit {
            return YAMLBounds.tooDeep(line)
        }
        if aliases > YAMLBounds.aliasLimit {
            return YAMLExcess(
                line: line, detail: "The file has more than \(YAMLBounds.aliasLimit) aliases.",
                advice: "Write out what they stand for.")
        }
        if questions > YAMLBounds.questionLimit || wideKeys > YAMLBounds.wideKeyLimit {
            return YAMLExcess(
                line: line,
                detail:
                    "The file has more than \(YAMLBounds.questionLimit) keys written `? key`, or "
                    + "\(YAMLBounds.wideKeyLimit) that are lists or mappings.",
                advice: "Write plain keys.")
        }
        guard entries > YAMLBounds.entryLimit else { return nil }
        return YAMLExcess(
            line: line,
            detail: "The file has more than \(YAMLBounds.entryLimit) keys and list entries.",
            advice: "Split it.")
    }

    private mutating func take(_ byte: UInt8, next: UInt8?) {
        if isBreak(byte) {
            // A carriage return and the line feed behind it are one.
            if byte != UInt8(ascii: "\n") || before.1 != UInt8(ascii: "\r") { line += 1 }
            (column, isLeading, isInAlias) = (0, true, false)
            return
        }
        defer { column += 1 }
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") {
            if isInAlias { (isInAlias, isBehindKey) = (false, true) }
            return
        }
        takeIndent(byte, next)
        takeMark(byte, next)
    }

    /// The breaks that the parser knows: also those of Unicode.
    private func isBreak(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "\n"), UInt8(ascii: "\r"): true
        case 0x85: before.1 == 0xC2
        case 0xA8, 0xA9: before == (0xE2, 0x80)
        default: false
        }
    }

    private mutating func takeIndent(_ byte: UInt8, _ next: UInt8?) {
        guard isLeading else { return }
        guard byte != UInt8(ascii: "#") else {
            isLeading = false
            return
        }
        while let last = indents.last, last >= column { indents.removeLast() }
        indents.append(column)
        guard "-?:".utf8.contains(byte), Self.isBlank(next) else {
            isLeading = false
            return
        }
        if byte == UInt8(ascii: "?") { takeKey(\.questions) }
        if byte != UInt8(ascii: ":") { entries += 1 }
    }

    private mutating func takeMark(_ byte: UInt8, _ next: UInt8?) {
        let wasBehindKey = isBehindKey || isInAlias
        let isInName = isInAlias && Self.isName(byte)
        (isBehindKey, isInAlias) = (false, isInName)
        switch byte {
        case UInt8(ascii: "["), UInt8(ascii: "{"): flowDepth += 1
        case UInt8(ascii: "]"), UInt8(ascii: "}"):
            flowDepth = max(0, flowDepth - 1)
            isBehindKey = true
        case UInt8(ascii: ","): entries += flowDepth > 0 ? 1 : 0
        case UInt8(ascii: ":") where flowDepth > 0 || Self.isBlank(next):
            entries += 1
            if wasBehindKey { takeKey(\.wideKeys) }
        case UInt8(ascii: "?") where flowDepth > 0 && " ,{[\n\t".utf8.contains(before.1):
            takeKey(\.questions)
        case UInt8(ascii: "*") where Self.isName(next) && isAtStart:
            aliases += 1
            isInAlias = true
        default: break
        }
    }

    private mutating func takeKey(_ count: WritableKeyPath<Self, Int>) {
        self[keyPath: count] += 1
        keyLine = keyLine ?? line
    }

    private var isAtStart: Bool { column == 0 || " ,[{:?-\t\n\r".utf8.contains(before.1) }

    private static func isName(_ byte: UInt8?) -> Bool {
        guard let byte else { return false }
        return switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// A blank, a break (also the first byte of one of Unicode's) or the end.
    private static func isBlank(_ byte: UInt8?) -> Bool {
        guard let byte else { return true }
        return " \t\n\r".utf8.contains(byte) || byte == 0xC2 || byte == 0xE2
    }
}
