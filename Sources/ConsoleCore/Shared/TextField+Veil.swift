import BatchModel
import ConsoleGrid

extension TextField {
    /// The same field with stars for the letters of signatures and passwords: what is drawn, not what is sent.
    var veiled: TextField {
        let hidden = DraftSecrets.veiled(value)
        guard hidden != value else { return self }
        var copy = TextField(hidden)
        for _ in 0..<(value.count - cursor) { _ = copy.handle(.left) }
        return copy
    }
}
