/// Text from outside must not steer a terminal, nor make two lines of one in a log.
extension Unicode.Scalar {
    /// True for control characters of both blocks (a lone U+009B begins an escape sequence on some terminals), marks that
    /// turn the direction of writing, and separators that are line breaks only to some.
    public var isSteering: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}

extension StringProtocol {
    /// The text in one line: whatever steers becomes a blank.
    public var plainLine: String {
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: unicodeScalars.lazy.map { $0.isSteering ? " " : $0 })
        return String(scalars)
    }
    /// The text in one line and no longer than a number of characters; `…` stands for what is left out.
    public func plainLine(clippedTo limit: Int) -> String {
        let head = prefix(limit)
        return head.endIndex == endIndex ? head.plainLine : head.plainLine + "…"
    }
}
