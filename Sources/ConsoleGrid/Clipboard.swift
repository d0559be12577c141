/// What a terminal's clipboard takes.
public enum Clipboard {
    /// xterm takes about 100,000 bytes of base64 and others less; more is refused as a whole.
    public static let limitBytes = 74_000
}
