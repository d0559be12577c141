import ConsoleGrid
import TestSupport
import Testing

@testable import ConsoleNcurses

@Suite struct KeyDecoderTests {
    private func keys(_ text: String) -> [KeyPress] { keys(Array(text.utf8)) }

    private func keys(_ bytes: [UInt8]) -> [KeyPress] {
        var decoder = KeyDecoder()
        var found: [KeyPress] = []
        decoder.feed(bytes) { found.append($0) }
        decoder.flush { found.append($0) }
        return found
    }

    @Test(arguments: [
        ("j", KeyPress.character("j")), ("é", .character("é")), ("日", .character("日")),
        (" ", .character(" ")), ("\r", .enter), ("\n", .enter), ("\t", .tab),
        ("\u{7F}", .backspace),
        ("\u{08}", .backspace), ("\u{13}", .control("s")), ("\u{00}", .control("@")),
        ("\u{1D}", .control("]")), ("\u{1B}", .escape), ("\u{1B}f", .alt("f")),
        ("\u{1B}é", .alt("é")), ("\u{1B}\u{18}", .alt("^x")), ("\u{1B}\u{7F}", .control("w")),
        ("\u{1B}[A", .up), ("\u{1B}OA", .up), ("\u{1B}[1;2B", .down), ("\u{1B}[1;5D", .alt("b")),
        ("\u{1B}[1;3C", .alt("f")), ("\u{1B}[H", .home), ("\u{1B}[1~", .home), ("\u{1B}[7~", .home),
        ("\u{1B}[F", .end), ("\u{1B}[4~", .end), ("\u{1B}OF", .end), ("\u{1B}[2~", .insert),
        ("\u{1B}[3~", .delete), ("\u{1B}[5~", .pageUp), ("\u{1B}[6~", .pageDown),
        ("\u{1B}[Z", .backTab), ("\u{1B}OP", .function(1)), ("\u{1B}[[A", .function(1)),
        ("\u{1B}[11~", .function(1)), ("\u{1B}[15~", .function(5)), ("\u{1B}[17~", .function(6)),
        ("\u{1B}[24~", .function(12)), ("\u{1B}[25~", .function(13)), ("\u{1B}OM", .enter),
        ("\u{1B}Oq", .character("1")), ("\u{1B}[13;2u", .enter), ("\u{1B}[9;2u", .backTab),
        ("\u{1B}[115;5u", .control("s")), ("\u{1B}[27;5;105~", .control("i")),
        ("\u{1B}[", .alt("[")),
        ("\u{1B}[<0;15;4M", .mouse(MouseEvent(kind: .left, position: Point(row: 3, column: 14)))),
        ("\u{1B}[<0;1;1m", .mouse(MouseEvent(kind: .release, position: .zero))),
        ("\u{1B}[<64;1;2M", .mouse(MouseEvent(kind: .wheelUp, position: Point(row: 1, column: 0)))),
        ("\u{1B}[<65;1;1M", .mouse(MouseEvent(kind: .wheelDown, position: .zero))),
        ("\u{1B}[M !!", .mouse(MouseEvent(kind: .left, position: .zero))),
    ])
    func bytesBecomeAKey(bytes: String, key: KeyPress) {
        #expect(keys(bytes) == [key])
    }

    @Test func keysInOneReadStayApartAndInOrder() {
        #expect(
            keys("ab\u{1B}[A\u{1B}\u{1B}[B\rz") == [
                .character("a"), .character("b"), .up, .escape, .down, .enter, .character("z"),
            ])
    }

    @Test func everySplitOfTheBytesGivesTheSameKeys() {
        let bytes = Array("é\u{1B}[1;5Dx\u{1B}[200~a\u{1B}[b~日\u{1B}[201~\u{1B}[<0;2;2My".utf8)
        let whole = keys(bytes)
        #expect(whole.contains(.paste("a\u{1B}[b~日")))
        for cut in 1..<bytes.count {
            var decoder = KeyDecoder()
            var found: [KeyPress] = []
            decoder.feed(bytes[..<cut]) { found.append($0) }
            decoder.feed(bytes[cut...]) { found.append($0) }
            #expect(found == whole)
            #expect(!decoder.isWaiting)
        }
    }

    @Test func aPasteIsOneKeyWithPlainLineBreaks() {
        #expect(keys("\u{1B}[200~a\r\nb\rc\u{1B}[201~") == [.paste("a\nb\nc")])
    }

    @Test func aPasteThatNeverEndsIsDeliveredWhenTimeIsUp() {
        var decoder = KeyDecoder()
        var found: [KeyPress] = []
        decoder.feed("\u{1B}[200~abc".utf8) { found.append($0) }
        #expect(decoder.isPasting && decoder.isWaiting && found.isEmpty)
        decoder.flush { found.append($0) }
        #expect(found == [.paste("abc")])
        #expect(!decoder.isWaiting)
    }

    @Test func aPasteBeyondTheLimitComesInPiecesWithoutLoss() {
        let text = String(repeating: "日本", count: KeyDecoder.pasteLimitBytes / 4)
        let pieces = keys("\u{1B}[200~\(text)\u{1B}[201~")
        #expect(pieces.count == 2)
        let joined = pieces.map { key in
            guard case .paste(let piece) = key else { return "" }
            return piece
        }.joined()
        #expect(joined == text)
    }

    @Test func whatIsNoKeyIsSkippedWithoutHarmToWhatFollows() {
        #expect(keys([0xFF, 0x80, 0x61]) == [.character("a")])
        #expect(keys([0xC3, 0x61]) == [.character("a")])
        #expect(keys("\u{1B}[?1;2ca") == [.character("a")])
        #expect(keys("\u{1B}[<35;1;1Ma") == [.character("a")])
        #expect(keys([0xE6, 0x97]) == [])
        let long = "\u{1B}[" + String(repeating: "1", count: 200)
        #expect(keys(long).count < 202)
    }

    @Test func randomBytesNeverStopTheDecoder() {
        var dice = SplitMix(seed: 42)
        for _ in 0..<400 {
            let bytes = (0..<50).map { _ -> UInt8 in
                let byte = UInt8(dice.below(256))
                return byte % 3 == 0 ? 0x1B : byte % 3 == 1 ? 0x5B : byte
            }
            var decoder = KeyDecoder()
            decoder.feed(bytes) { _ in }
            decoder.flush { _ in }
            #expect(!decoder.isWaiting)
        }
    }
}

@Suite struct TerminalProfileTests {
    @Test func theEnvironmentDecidesNamesAndColours() {
        let plain = TerminalProfile(environment: ["TERM": "xterm-256color"])
        #expect(plain.names == ["xterm-256color"])
        #expect(plain.depthLimit == .trueColour)
        let direct = TerminalProfile(
            environment: ["TERM": "xterm-256color", "COLORTERM": "truecolor"])
        #expect(direct.names == ["xterm-direct", "xterm-256color"])
        let mono = TerminalProfile(
            environment: ["TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"])
        #expect(mono.names == ["xterm"])
        #expect(mono.depthLimit == .mono)
        #expect(TerminalProfile(environment: ["NO_COLOR": ""]).depthLimit == .trueColour)
        #expect(TerminalProfile(environment: [:]).names == ["dumb"])
    }

    @Test func reportedColoursGiveTheDepth() {
        #expect(TerminalProfile.depth(colours: 0) == .mono)
        #expect(TerminalProfile.depth(colours: 8) == .ansi16)
        #expect(TerminalProfile.depth(colours: 256) == .indexed256)
        #expect(TerminalProfile.depth(colours: 1 << 24) == .trueColour)
    }
}

@Suite struct TerminalOrderTests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("ü", "w7w="),
    ])
    func textIsCopiedAsBase64(text: String, encoded: String) {
        #expect(Sequences.copy(text) == "\u{1B}]52;c;\(encoded)\u{07}")
    }

    @Test func tooMuchForTheClipboardIsRefused() {
        let text = String(repeating: "x", count: Clipboard.limitBytes + 1)
        #expect(Sequences.copy(text) == nil)
    }

    @Test func aNoticeCannotEndItsSequenceEarly() {
        #expect(Sequences.notify("done\u{07}\u{1B}]0;x\u{07}!") == "\u{1B}]9;done!\u{07}")
    }
}
