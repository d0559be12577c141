import ConsoleGrid

// Bytes of the terminal into keys. ncurses could do this, one read per byte and with its own clock;
// here a whole read is decoded at once, and the decoder is a value that a test feeds with bytes.
//
// A terminal writes a key as a character in UTF-8, a control byte, or a sequence after ESC. Since ESC
// is also a key, bytes that may still become a sequence are kept, and whoever reads the terminal asks
// `isWaiting`, waits 25 ms for more and then calls `flush`. Pasted text comes between ESC[200~ and
// ESC[201~ and becomes one key press, however many reads it takes.

/// Turns what a terminal sends into key presses, in order.
struct KeyDecoder {
    enum Step {
        case key(KeyPress, length: Int)
        case skip(length: Int)
        case pasteStart(length: Int)
        case incomplete
    }

    /// A longer paste arrives in several pieces of this size.
    static let pasteLimitBytes = 1 << 20
    /// No sequence is longer; what is, is not one.
    static let sequenceLimitBytes = 64

    private static let pasteEnd: [UInt8] = Array("\u{1B}[201~".utf8)

    private var bytes: [UInt8] = []
    private var paste: [UInt8] = []
    /// Whether a paste has begun and not ended.
    private(set) var isPasting = false

    /// Whether bytes are kept that need more bytes or `flush`.
    var isWaiting: Bool { isPasting || !bytes.isEmpty }

    /// Decodes more bytes.
    mutating func feed(_ more: some Sequence<UInt8>, emit: (KeyPress) -> Void) {
        bytes.append(contentsOf: more)
        var index = 0
        while index < bytes.count {
            if isPasting {
                takePasted(at: &index, emit: emit)
                continue
            }
            switch KeySequences.step(bytes[index...]) {
            case .key(let key, let length):
                emit(key)
                index += length
            case .skip(let length): index += length
            case .pasteStart(let length):
                isPasting = true
                index += length
            case .incomplete:
                bytes.removeFirst(index)
                return
            }
        }
        bytes.removeAll(keepingCapacity: true)
    }

    /// No more bytes came: what is kept is all there is.
    mutating func flush(emit: (KeyPress) -> Void) {
        if isPasting {
            isPasting = false
            emitPaste(emit)
            return
        }
        if bytes == [0x1B] {
            emit(.escape)
        } else if bytes.count == 2, bytes[0] == 0x1B, bytes[1] < 0x80 {
            emit(.alt(String(Unicode.Scalar(bytes[1]))))
        }
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func takePasted(at index: inout Int, emit: (KeyPress) -> Void) {
        while index < bytes.count {
            let byte = bytes[index]
            paste.append(byte)
            index += 1
            if byte == 0x7E,
                paste.suffix(KeyDecoder.pasteEnd.count).elementsEqual(KeyDecoder.pasteEnd)
            {
                paste.removeLast(KeyDecoder.pasteEnd.count)
                isPasting = false
                emitPaste(emit)
                return
            }
            // Cut only where a character begins, so that none is torn.
            if paste.count > KeyDecoder.pasteLimitBytes, byte & 0xC0 != 0x80, byte != 0x7E {
                paste.removeLast()
                emitPaste(emit)
                paste.append(byte)
            }
        }
    }

    private mutating func emitPaste(_ emit: (KeyPress) -> Void) {
        var text = ""
        var wasReturn = false
        for scalar in String(decoding: paste, as: UTF8.self).unicodeScalars {
            let isBreak = scalar == "\r" || scalar == "\n"
            if !(scalar == "\n" && wasReturn) {
                text.unicodeScalars.append(isBreak ? "\n" : scalar)
            }
            wasReturn = scalar == "\r"
        }
        paste.removeAll()
        emit(.paste(text))
    }
}
