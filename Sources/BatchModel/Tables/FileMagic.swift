/// What kind of file bytes are that are no text.
enum FileMagic {
    /// A name such as `PNG image, 8 × 8 pixels`; nil for text.
    ///
    /// - Parameters:
    ///   - bytes: the first page.
    ///   - isTextName: true when the file's name says that it is text; the signs of an image that are letters do not
    ///     count then.
    static func name(of bytes: [UInt8], isTextName: Bool) -> String? {
        if let image = image(bytes) { return image }
        if !isTextName, let portable = portable(bytes) { return portable }
        for (sign, name) in signs where bytes.starts(with: sign) { return name }
        return isText(bytes) ? nil : "Binary file"
    }

    private static let signs: [(sign: [UInt8], name: String)] = [
        (Array("PAR1".utf8), "Parquet table"), ([0x1F, 0x8B], "Gzip file"),
        ([0x50, 0x4B, 0x03, 0x04], "Zip archive"),
        ([0x50, 0x4B, 0x05, 0x06], "Zip archive, empty"),
        (Array("%PDF".utf8), "PDF document"), ([0x93] + Array("NUMPY".utf8), "NumPy array"),
        ([0x89] + Array("HDF".utf8), "HDF5 file"), (Array("BZh".utf8), "Bzip2 file"),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "XZ file"),
        ([0x28, 0xB5, 0x2F, 0xFD], "Zstandard file"),
    ]

    private static func image(_ bytes: [UInt8]) -> String? {
        if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
            return named("PNG", number(bytes, 16, 4), number(bytes, 20, 4))
        }
        if bytes.starts(with: Array("GIF8".utf8)) {
            return named("GIF", small(bytes, 6), small(bytes, 8))
        }
        guard bytes.starts(with: [0xFF, 0xD8, 0xFF]) else { return nil }
        let size = jpegSize(bytes)
        return named("JPEG", size?.width, size?.height)
    }

    private static func named(_ kind: String, _ width: Int?, _ height: Int?) -> String {
        guard let width, let height else { return "\(kind) image" }
        return "\(kind) image, \(width) × \(height) pixels"
    }

    /// A number of so many bytes, the highest first.
    private static func number(_ bytes: [UInt8], _ start: Int, _ count: Int) -> Int? {
        guard bytes.count >= start + count else { return nil }
        return bytes[start..<start + count].reduce(0) { $0 << 8 | Int($1) }
    }

    /// A number of two bytes, the lowest first.
    private static func small(_ bytes: [UInt8], _ start: Int) -> Int? {
        guard bytes.count >= start + 2 else { return nil }
        return Int(bytes[start]) | Int(bytes[start + 1]) << 8
    }

    /// The size stands in the first frame header, behind segments that say how long they are.
    private static func jpegSize(_ bytes: [UInt8]) -> (width: Int, height: Int)? {
        var index = 2
        while index + 9 < bytes.count, bytes[index] == 0xFF {
            let mark = bytes[index + 1]
            let isFrame = (0xC0...0xCF).contains(mark) && ![0xC4, 0xC8, 0xCC].contains(mark)
            if isFrame, let height = number(bytes, index + 5, 2),
                let width = number(bytes, index + 7, 2)
            {
                return (width, height)
            }
            guard let length = number(bytes, index + 2, 2), length >= 2 else { return nil }
            index += 2 + length
        }
        return nil
    }

    /// `P1` to `P6`: bitmaps of the netpbm family, whose heads are text with comments.
    private static func portable(_ bytes: [UInt8]) -> String? {
        guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"),
            (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(bytes[1]),
            [0x0A, 0x0D, 0x20, 0x09].contains(bytes[2])
        else { return nil }
        let names = ["PBM", "PGM", "PPM"]
        let kind = names[Int(bytes[1] - UInt8(ascii: "1")) % 3]
        let head = String(decoding: bytes[2..<min(bytes.count, 1_024)], as: UTF8.self)
        let words = head.split(whereSeparator: \.isNewline)
            .map { $0.prefix { $0 != "#" } }
            .flatMap { $0.split(whereSeparator: \.isWhitespace) }
        guard words.count >= 2, let width = Int(words[0]), let height = Int(words[1]) else {
            return nil
        }
        return named(kind, width, height)
    }

    /// Text holds no zero bytes and hardly any other controls; a few broken letters are forgiven.
    private static func isText(_ bytes: [UInt8]) -> Bool {
        var controls = 0
        for byte in bytes {
            if byte == 0 { return false }
            let isUsual = byte >= 0x20 || (0x07...0x0D).contains(byte) || byte == 0x1B
            if !isUsual { controls += 1 }
        }
        return controls * 100 <= bytes.count
    }
}
