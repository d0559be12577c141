/// What must not leave with an exported draft, nor be written to the journal: signatures and passwords inside addresses,
/// values and names.
///
/// A draft may hold a URL with a signature (a SAS) because the job needs it; a command or file made of the draft is meant to
/// be shown, mailed and committed, and a journal outlives the job. The secret's place stays, so that whoever takes the
/// draft back knows what is missing.
public enum DraftSecrets {
    /// Stands in a secret's place.
    public static let mask = "***"

    /// Query items whose values open something: SAS, function keys, the two other clouds' signed URLs.
    private static let queryNames: Set = [
        "sig", "code", "key", "token", "access_token", "sastoken", "signature", "password",
        "secret", "client_secret", "x-amz-signature", "x-amz-security-token", "x-goog-signature",
    ]
    /// Members of a connection string.
    private static let connectionNames: Set = [
        "accountkey", "sharedaccesskey", "sharedaccesssignature", "password", "pwd",
    ]

    /// A text with every secret in it masked.
    public static func masked(_ text: String) -> String {
        var result = ""
        var place = text.startIndex
        for range in ranges(in: text) where range.lowerBound >= place {
            result += text[place..<range.lowerBound] + mask
            place = range.upperBound
        }
        return result + text[place...]
    }

    /// A text of the same length with a star for every letter of a secret: for a screen, where cursor and columns must stay.
    public static func veiled(_ text: String) -> String {
        var result = ""
        var place = text.startIndex
        for range in ranges(in: text) where range.lowerBound >= place {
            result += text[place..<range.lowerBound]
            result += String(repeating: "*", count: text[range].count)
            place = range.upperBound
        }
        return result + text[place...]
    }

    /// True when a secret was masked in a text, so that the text is of no use until it is put in again.
    public static func isMasked(_ text: String) -> Bool {
        ranges(in: text).contains { text[$0] == mask }
    }

    /// Where the secrets are, in order.
    private static func ranges(in text: String) -> [Range<String.Index>] {
        var found = passwords(in: text) + webTokens(in: text)
        var place = text.startIndex
        while let equals = text[place...].firstIndex(of: "=") {
            place = text.index(after: equals)
            let name = String(
                String(text[..<equals].reversed().prefix { isNameCharacter($0) }).reversed())
            let before = text[..<equals].dropLast(name.count).last
            guard isSecret(name.lowercased(), after: before) else { continue }
            let end = text[place...].firstIndex { isEnd($0) } ?? text.endIndex
            if place < end { found.append(place..<end) }
            place = end
        }
        return found.sorted { $0.lowerBound < $1.lowerBound }
    }

    private static func isNameCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || "-_".contains(character))
    }

    private static func isSecret(_ name: String, after before: Character?) -> Bool {
        switch before {
        case "?", "&": queryNames.contains(name)
        // After `&amp;` in a storage account's XML, or between the members of a connection string.
        case ";": queryNames.contains(name) || connectionNames.contains(name)
        case nil, " ", "\"": name == "sig" || connectionNames.contains(name)
        default: false
        }
    }

    private static func isEnd(_ character: Character) -> Bool {
        character.isWhitespace || "&;\"'#".contains(character)
    }

    /// Every JSON web token, which is what tokens of a directory are: three words of base64url, the first of which begins
    /// as every JSON object does.
    private static func webTokens(in text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var rest = text[...]
        while let mark = rest.firstRange(of: "eyJ") {
            let token = rest[mark.lowerBound...].prefix { isNameCharacter($0) || $0 == "." }
            rest = rest[token.endIndex...]
            let words = token.split(separator: ".", omittingEmptySubsequences: false)
            if words.count == 3, token.utf8.count >= 20 {
                found.append(token.startIndex..<token.endIndex)
            }
        }
        return found
    }

    /// The password of every `scheme://user:password@host`.
    private static func passwords(in text: String) -> [Range<String.Index>] {
        var found: [Range<String.Index>] = []
        var rest = text[...]
        while let mark = rest.firstRange(of: "://") {
            rest = rest[mark.upperBound...]
            let authority = rest.prefix { !"/?#\"".contains($0) && !$0.isWhitespace }
            guard let at = authority.lastIndex(of: "@"),
                let colon = authority[..<at].firstIndex(of: ":")
            else { continue }
            let start = authority.index(after: colon)
            if start < at { found.append(start..<at) }
        }
        return found
    }
}

extension JobDraft {
    /// The draft with every secret in its addresses, values and names masked.
    public var withoutSecrets: JobDraft {
        var copy = self
        for index in copy.inputs.indices {
            switch copy.inputs[index].value {
            case .data(let type, let reference):
                copy.inputs[index].value = .data(type: type, reference: reference.withoutSecrets)
            case .literal(let text):
                copy.inputs[index].value = .literal(text: DraftSecrets.masked(text))
            }
        }
        for index in copy.outputs.indices {
            copy.outputs[index].reference = copy.outputs[index].reference.withoutSecrets
        }
        copy.jobName = jobName.map(DraftSecrets.masked)
        copy.experimentName = experimentName.map(DraftSecrets.masked)
        copy.overrides.outputFileName = overrides.outputFileName.map(DraftSecrets.masked)
        return copy
    }

    /// What of the draft was masked when it was exported and is to be given anew.
    ///
    /// A display name is not: it opens nothing, names the job with the mask in it as well, and the name that a sweep gives
    /// the job of a signed address has the mask from the start.
    public var lostSecrets: [DraftField] {
        let ofInputs = inputs.filter { input in
            switch input.value {
            case .data(_, let reference): reference.isMasked
            case .literal(let text): DraftSecrets.isMasked(text)
            }
        }
        let ofOutputs = outputs.filter(\.reference.isMasked)
        let names: [(field: DraftField, text: String?)] = [
            (.experimentName, experimentName), (.outputFileName, overrides.outputFileName),
        ]
        let ofNames = names.filter { $0.text.map(DraftSecrets.isMasked) == true }.map(\.field)
        return ofInputs.map { DraftField.input($0.name) }
            + ofOutputs.map { DraftField.output($0.name) } + ofNames
    }
}

extension DataReference {
    /// The address with every secret in it masked. An address that is pasted without its `https://` is read as a path of
    /// this machine, so a path may hold a signature as well; it is looked at as it is, not as it would be printed.
    fileprivate var withoutSecrets: DataReference {
        switch self {
        case .local(let path): return .local(path: DraftSecrets.masked(path))
        case .url(let text): return .url(DraftSecrets.masked(text))
        case .assetID(let text): return .assetID(DraftSecrets.masked(text))
        case .remoteAsset(let text): return .remoteAsset(DraftSecrets.masked(text))
        case .datastoreID(let text): return .datastoreID(DraftSecrets.masked(text))
        case .asset, .datastorePath, .jobOutput:
            let masked = DraftSecrets.masked(text)
            guard masked != text else { return self }
            // Where the secret was is no address left, the text still shows what is missing.
            return (try? DataReference(parsing: masked)) ?? .url(masked)
        }
    }

    /// True when a secret of it was masked.
    fileprivate var isMasked: Bool {
        if case .local(let path) = self { return DraftSecrets.isMasked(path) }
        return DraftSecrets.isMasked(text)
    }
}
