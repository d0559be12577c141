import BatchClient
import BatchModel
import ConsoleCore
import ConsoleGrid
import Synchronization
import TestSupport

@testable import ConsoleRuntime

/// A console without a terminal: keys go in by script, the newest picture is kept.
final class ScriptedConsole: Sendable {
    private struct Seen {
        var picture: Screen?
        var pictures = 0
        var copied: [String] = []
        var hasQuit = false
        /// Actions that were sent.
        var sent = 0
    }

    let session: ConsoleSession
    private let loop: Task<Void, Never>

    convenience init(
        client: BatchClient, size: Size = Size(rows: 30, columns: 100),
        contexts: ConsoleContexts? = nil
    ) {
        self.init(client: client, state: Self.start(size), contexts: contexts)
    }

    init(
        client: BatchClient, state: App.State, contexts: ConsoleContexts? = nil,
        recorder: sending Recorder? = nil
    ) {
        let seen = SeenBox()
        session = ConsoleSession(
            state: state, contexts: contexts ?? .only { client },
            clock: { ClientSurroundings.system.now() },
            outlets: SessionOutlets(
                show: { picture in
                    seen.value.withLock {
                        $0.picture = picture
                        $0.pictures += 1
                    }
                },
                copy: { text in seen.value.withLock { $0.copied.append(text) } },
                quit: { seen.value.withLock { $0.hasQuit = true } }), recorder: recorder)
        box = seen
        let session = session
        loop = Task.detached { await session.run() }
        send(.started(lastSeen: nil, at: ClientSurroundings.system.now()))
    }

    private final class SeenBox: Sendable { let value = Mutex(Seen()) }
    private let box: SeenBox

    deinit { loop.cancel() }

    /// The state a session begins with.
    static func start(_ size: Size, _ glyphs: Glyphs = .unicode) -> App.State {
        App.initial(size: size, glyphs: glyphs)
    }

    var text: String { box.value.withLock { $0.picture?.plainText ?? "" } }
    var pictures: Int { box.value.withLock { $0.pictures } }
    var copied: [String] { box.value.withLock { $0.copied } }
    var hasQuit: Bool { box.value.withLock { $0.hasQuit } }

    func press(_ script: String) throws {
        for key in try KeyScript.parse(script) { send(.keyPressed(key)) }
    }

    func resize(_ size: Size) { send(.resized(size: size)) }

    private func send(_ action: App.Action) {
        box.value.withLock { $0.sent += 1 }
        session.send(action)
    }

    /// Waits until everything that was sent has been taken; the picture then shows what came of them.
    func settle(limit: Duration = .seconds(30)) async throws {
        let sent = box.value.withLock { $0.sent }
        try await Eventually.awaited("the keys to be taken", limit: limit) {
            await session.sentTaken >= sent || hasQuit ? true : nil
        }
    }

    /// Waits until every text stands on the picture; gives the picture.
    @discardableResult
    func wait(for texts: String..., limit: Duration = .seconds(30)) async throws -> String {
        do {
            return try await Eventually.awaited(texts.joined(separator: " and "), limit: limit) {
                let now = text
                return texts.allSatisfy(now.contains) ? now : nil
            }
        } catch {
            throw NotShown(texts: texts, picture: text)
        }
    }

    /// Quits and waits for the session's end.
    func quit() async throws {
        // Once more for what the first one warns of: a filled form, or work under way.
        for _ in 0..<2 { session.send(.keyPressed(.control("c"))) }
        await loop.value
    }
}

/// A text that did not come on the picture.
struct NotShown: Error, CustomStringConvertible {
    let texts: [String]
    let picture: String

    var description: String {
        "\(texts.joined(separator: " and ")) did not come on the picture, which was:\n\(picture)"
    }
}
