/// What a text that somebody pasted is, from its first words.
public enum JobText {
    /// Whether a text begins as a command that submits a job does: the official one or ours, with or without a prompt.
    public static func isCommand(_ text: String) -> Bool {
        var line = text.drop { $0.isWhitespace }
        if line.hasPrefix("$ ") { line = line.dropFirst(2).drop { $0 == " " } }
        return ["az ml batch-endpoint invoke", "batchdeck invoke"].contains { line.hasPrefix($0) }
    }
}
