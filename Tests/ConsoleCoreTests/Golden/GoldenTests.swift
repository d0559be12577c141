import Foundation
import TestSupport
import Testing

@testable import ConsoleCore
@testable import ConsoleGrid

/// Every scene looks as its file in `Tests/ConsoleCoreTests/Goldens` says, at three sizes and in ASCII, and every theme
/// paints as its file says at every colour depth.
///
/// `BATCHDECK_GOLDENS=write swift test --filter GoldenTests` writes all of them anew.
@Suite struct GoldenTests {
    private static let isWriting =
        ProcessInfo.processInfo.environment["BATCHDECK_GOLDENS"] == "write"
    private static let folder = Checkout.root + "/Tests/ConsoleCoreTests/Goldens"
    private static let pictures = Result { try Scene.all.map { try ScenePictures($0) } }

    @Test func everySceneLooksAsItsFileSays() throws {
        for scene in try Self.pictures.get() { try Self.check(Golden(scene)) }
    }

    @Test func everyThemePaintsAsItsFileSays() throws {
        let styles = try Self.styles()
        for theme in Theme.all { try Self.check(Golden(theme, styles: styles)) }
    }

    @Test func everyFileIsOfASceneOrATheme() throws {
        let wanted = Set(Scene.all.map(\.name) + Theme.all.map { "theme-\($0.name)" })
        #expect(wanted.count == Scene.all.count + Theme.all.count, "two scenes have one name")
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.folder)
        for file in files.sorted() where !wanted.contains(String(file.dropLast(4))) {
            guard !Self.isWriting else {
                try FileManager.default.removeItem(atPath: "\(Self.folder)/\(file)")
                continue
            }
            Issue.record("\(file): no scene makes it any more")
        }
    }

    /// A letter in the colour of its ground cannot be read.
    @Test func noLetterHasTheColourOfItsGround() throws {
        for theme in Theme.all {
            for style in try Self.styles() {
                for depth in ColourDepth.allCases {
                    let look = theme.resolve(style, depth: depth)
                    #expect(
                        look.foreground != look.background || look.foreground == .standard,
                        "\(style.spelling) in \(theme.name) at \(depth)")
                }
            }
        }
    }

    @Test func theFallbackIsASCIIAlone() throws {
        let index = try #require(Scene.views.firstIndex { $0.glyphs.isASCII })
        // Names are the service's, whatever the terminal has.
        for scene in try Self.pictures.get() where scene.scene.name != "endpoints-names" {
            let screen = scene.screens[index]
            for row in 0..<screen.size.rows {
                let text = screen.plainText(row: row)
                #expect(text.utf8.allSatisfy { $0 < 0x80 }, "\(scene.scene.name), row \(row)")
            }
        }
    }

    @Test func everyQuestionNamesItsKeysInTheFooter() throws {
        let questions = try Self.pictures.get().filter { $0.scene.name.hasSuffix("-question") }
        #expect(questions.count > 6)
        for scene in questions {
            for screen in scene.screens {
                let footer = screen.plainText(row: screen.size.rows - 1)
                #expect(footer.hasPrefix(" y ") && footer.contains("   n "), "\(scene.scene.name)")
            }
        }
    }

    @Test func aDifferenceIsNamedWithItsPlace() throws {
        let scene = try #require(try Self.pictures.get().first)
        let golden = Golden(scene)
        let text = golden.text
        #expect(golden.differences(from: text) == [])
        let first = try #require(golden.sections[1].lines.first)
        let changed = text.replacing("\n\(first)\n", with: "\nother\n", maxReplacements: 1)
        let found = golden.differences(from: changed)
        #expect(
            found == [
                "\(golden.name), == 80×24 == row 0\nexpected: other\ngot:      \(first)"
            ])
        let style = try #require(golden.sections[2].lines.first)
        let restyled = text.replacing(style, with: "0: 0-79 danger", maxReplacements: 1)
        #expect(golden.differences(from: restyled).count == 1)
        #expect(golden.differences(from: "").count > 2)
        #expect(golden.differences(from: text + "more\n") != [])
    }

    /// All styles that a scene draws, and every role by itself, in the order of their names.
    private static func styles() throws -> [Style] {
        var styles = Set(Role.allCases.map { Style($0) })
        for scene in try pictures.get() {
            for screen in scene.screens { styles.formUnion(screen.cells.map(\.style)) }
        }
        let named = Dictionary(
            styles.map { ($0.spelling, $0) }, uniquingKeysWith: { old, _ in old })
        return named.sorted { $0.key < $1.key }.map(\.value)
    }

    private static func check(_ golden: Golden) throws {
        let path = "\(folder)/\(golden.name).txt"
        if isWriting {
            try golden.text.write(toFile: path, atomically: true, encoding: .utf8)
            return
        }
        guard let file = try? String(contentsOfFile: path, encoding: .utf8) else {
            Issue.record("\(golden.name) has no file: BATCHDECK_GOLDENS=write makes it")
            return
        }
        for difference in golden.differences(from: file) { Issue.record("\(difference)") }
    }
}
