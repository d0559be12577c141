// Walks text as the cells it fills. Three roads, fastest first: bytes of printable ASCII; scalars
// that can never join with a neighbour (Latin, Greek, Cyrillic, symbols, ideographs), which is every
// line our own views write; and full grapheme breaking for the rest, after sanitising.

enum Clusters {
    /// Calls the body with each cluster, packed as in `Cell`, and its width 1 or 2, until it says no.
    static func forEach(in text: String, _ body: (UInt64, Int) -> Bool) {
        if isSimple(text) {
            for scalar in text.unicodeScalars {
                let width = scalar.value < 0x300 ? 1 : TextWidth.columns(of: scalar)
                if width > 0, !body(UInt64(scalar.value), width) { return }
            }
            return
        }
        for character in sanitised(text) {
            let width = TextWidth.columns(of: character)
            if width > 0, !body(Cell.pack(character), width) { return }
        }
    }

    private static func isSimple(_ text: String) -> Bool {
        if TextWidth.plainASCIICount(text) != nil { return true }
        return text.unicodeScalars.allSatisfy { isSimple($0.value) }
    }

    /// Scalars that neither are unwanted nor ever share a cluster with another scalar of this set.
    private static func isSimple(_ value: UInt32) -> Bool {
        switch value {
        case 0x20...0x7E, 0xA0...0xAC, 0xAE...0x2FF: true
        case 0x370...0x482, 0x48A...0x52F: true
        case 0x2010...0x2027, 0x2030...0x205E, 0x20A0...0x20CF, 0x2100...0x2BFF: true
        case 0x3001...0x3029, 0x3041...0x3096, 0x30A0...0x30FF, 0x4E00...0x9FFF, 0xAC00...0xD7A3:
            true
        case 0xFF01...0xFF60, 0x1F300...0x1F3FA, 0x1F400...0x1FAFF: true
        default: false
        }
    }
}
