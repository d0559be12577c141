import ConsoleGrid
import Synchronization
import TestSupport
import Testing

@testable import ConsoleNcurses

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One terminal per process, so one test at a time.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TerminalTests {
    private static let environment = ["TERM": "xterm-256color"]
    private static let size = Size(rows: 24, columns: 80)

    private func screen(_ text: String, size: Size = Self.size) -> Screen {
        var screen = Screen(size: size)
        screen.write(text, at: Point(row: 2, column: 4), style: .danger)
        return screen
    }

    private func opened(
        _ reports: inout AsyncStream<Report>.Iterator
    ) async throws -> (TerminalPort, Size, ColourDepth) {
        guard case .opened(let port, let size, let depth) = await reports.next() else {
            throw PseudoTerminal.Failure(operation: "opening the terminal under test")
        }
        return (port, size, depth)
    }

    private func end(_ reports: inout AsyncStream<Report>.Iterator) async -> Terminal.End? {
        while let report = await reports.next() {
            if case .ended(let end) = report { return end }
        }
        return nil
    }

    private func output(
        of stream: AsyncStream<[UInt8]>, until text: String
    ) async -> String {
        var seen: [UInt8] = []
        for await bytes in stream {
            seen += bytes
            if String(decoding: seen, as: UTF8.self).contains(text) { break }
        }
        return String(decoding: seen, as: UTF8.self)
    }

    @Test func closingGivesTheTerminalBackAsItWas() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        #expect(pseudo.isCooked)
        let session = Session(on: pseudo, environment: Self.environment, first: screen("hello"))
        var reports = session.reports.makeAsyncIterator()
        let (port, size, depth) = try await opened(&reports)
        #expect(size == Self.size)
        #expect(depth == .indexed256)
        #expect(!pseudo.isCooked)
        port.close()
        #expect(await end(&reports) == .closed)
        #expect(pseudo.isCooked)
        let seen = await output(of: session.output, until: "\u{1B}[?2004l")
        #expect(seen.contains("hello"))
        #expect(seen.contains("\u{1B}[?1049h") && seen.contains("\u{1B}[?1049l"))
        #expect(seen.contains("\u{1B}[?2004h") && seen.contains("\u{1B}[?1000l"))
    }

    @Test func typedKeysArriveInOrder() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        pseudo.type("jé\u{1B}[A\u{03}\u{1B}[200~two\nlines\u{1B}[201~\u{1B}")
        let wanted: [KeyPress] = [
            .character("j"), .character("é"), .up, .control("c"), .paste("two\nlines"), .escape,
        ]
        for key in wanted {
            guard case .key(let found) = await reports.next() else { break }
            #expect(found == key)
        }
        port.close()
        #expect(await end(&reports) == .closed)
    }

    @Test func escapeArrivesHoweverOftenThePictureChanges() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        // More often than an ESC is waited with for what may follow it.
        let pictures = (0..<2).map { screen("picture \($0)") }
        let painting = Task {
            for number in 0... {
                port.show(pictures[number % 2])
                try await Task.sleep(for: .milliseconds(2))
            }
        }
        let patience = Task {
            try await Task.sleep(for: .seconds(60))
            // It would come once the pictures pause: that is not what is asked for.
            port.close()
        }
        pseudo.type("\u{1B}")
        guard case .key(.escape) = await reports.next() else {
            Issue.record("escape did not come while the picture changed")
            painting.cancel()
            return
        }
        patience.cancel()
        painting.cancel()
        port.close()
        #expect(await end(&reports) == .closed)
    }

    @Test func tenThousandKeysAtOnceAreAllDelivered() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        onNewThread { pseudo.type(String(repeating: "jk", count: 5_000)) }
        for number in 0..<10_000 {
            guard case .key(let key) = await reports.next() else { break }
            #expect(key == .character(number % 2 == 0 ? "j" : "k"))
        }
        port.close()
        #expect(await end(&reports) == .closed)
    }

    @Test func twoClicksOnOneCellAreADoubleClick() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        pseudo.type("\u{1B}[<0;3;3M\u{1B}[<0;3;3M\u{1B}[<0;3;4M")
        var kinds: [MouseEvent.Kind] = []
        while kinds.count < 3, case .key(.mouse(let event)) = await reports.next() {
            kinds.append(event.kind)
        }
        #expect(kinds == [.left, .double, .left])
        port.close()
        #expect(await end(&reports) == .closed)
    }

    @Test func aTerminateSignalRestoresBeforeItTells() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment, first: screen("x"))
        var reports = session.reports.makeAsyncIterator()
        _ = try await opened(&reports)
        kill(getpid(), SIGTERM)
        guard case .terminated(let signal, let isRestored) = await reports.next() else {
            Issue.record("the signal was not told")
            return
        }
        #expect(signal == SIGTERM)
        #expect(isRestored)
        #expect(await end(&reports) == .terminated(signal: SIGTERM))
    }

    @Test func aNewSizeIsToldAndDrawn() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment, first: screen("x"))
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        let wanted = Size(rows: 30, columns: 100)
        pseudo.resize(wanted)
        kill(getpid(), SIGWINCH)
        guard case .resized(let size) = await reports.next() else {
            Issue.record("the size was not told")
            return
        }
        #expect(size == wanted)
        var picture = Screen(size: wanted)
        picture.write("corner", at: Point(row: 28, column: 94))
        port.show(picture)
        #expect(await output(of: session.output, until: "corner").contains("corner"))
        port.close()
        #expect(await end(&reports) == .closed)
    }

    @Test func aTerminalThatGoesAwayEndsTheLoop() async throws {
        var fresh: PseudoTerminal? = try PseudoTerminal(size: Self.size)
        guard let pseudo = fresh else { return }
        let (reports, sender) = AsyncStream.makeStream(of: Report.self)
        onNewThread {
            defer { sender.finish() }
            guard
                let terminal = try? Terminal.open(
                    .init(
                        environment: Self.environment, input: pseudo.slave, output: pseudo.slave))
            else { return }
            sender.yield(.opened(terminal.port, terminal.size, terminal.depth))
            let end = terminal.run(
                .init(onKey: { _ in }, onResize: { _ in }, onTerminate: { _ in }))
            sender.yield(.ended(end))
        }
        var iterator = reports.makeAsyncIterator()
        _ = try await opened(&iterator)
        close(pseudo.master)
        fresh = nil
        #expect(await end(&iterator) == .gone)
    }

    @Test func colourIsLeftOutWhereTheUserRefusesIt() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let environment = ["TERM": "xterm-256color", "NO_COLOR": "1"]
        let session = Session(on: pseudo, environment: environment, first: screen("failed"))
        var reports = session.reports.makeAsyncIterator()
        let (port, _, depth) = try await opened(&reports)
        #expect(depth == .mono)
        port.close()
        #expect(await end(&reports) == .closed)
        let seen = await output(of: session.output, until: "\u{1B}[?2004l")
        #expect(seen.contains("failed"))
        #expect(!seen.contains("38;5"))
    }

    @Test func whatCannotBeATerminalIsRefusedAndLeftAlone() async throws {
        #expect(throws: TerminalFailure.notATerminal) {
            let pipe = try WakePipe()
            _ = try Terminal.open(
                .init(environment: Self.environment, input: pipe.readEnd, output: pipe.writeEnd))
        }
        let pseudo = try PseudoTerminal(size: Self.size)
        #expect(throws: TerminalFailure.unknownTerminal(name: "no-such-terminal")) {
            _ = try Terminal.open(
                .init(
                    environment: ["TERM": "no-such-terminal"], input: pseudo.slave,
                    output: pseudo.slave))
        }
        #expect(pseudo.isCooked)
    }

    @Test func onlyOneTerminalIsOpenAtATime() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        let other = try PseudoTerminal(size: Self.size)
        #expect(throws: TerminalFailure.alreadyOpen) {
            _ = try Terminal.open(
                .init(environment: Self.environment, input: other.slave, output: other.slave))
        }
        port.close()
        #expect(await end(&reports) == .closed)
    }

    @Test func aTaskThatPrefersThePortStaysOnTheTerminalsThread() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        let artist = Artist()
        let painting = Task.detached(executorPreference: port) {
            // Every round waits to be woken; whoever wakes it, it goes on where it was. Nothing is drawn meanwhile.
            for _ in 0..<20 {
                await withCheckedContinuation { wait in Task.detached { wait.resume() } }
                await artist.noteThread()
            }
            return await artist.threads
        }
        #expect(await painting.value.count == 1)
        var last = Screen(size: Self.size)
        last.write("last", at: Point(row: 9, column: 0))
        port.show(last)
        #expect(await output(of: session.output, until: "last").contains("last"))
        port.close()
        #expect(await end(&reports) == .closed)
    }

    /// A terminal may take no bytes for as long as it likes: a selection of the mouse, a line that hangs.
    @Test func tasksGoOnWhileTheTerminalTakesNothing() async throws {
        var fresh: PseudoTerminal? = try PseudoTerminal(size: Size(rows: 60, columns: 200))
        guard let pseudo = fresh else { return }
        let (reports, sender) = AsyncStream.makeStream(of: Report.self)
        onNewThread {
            defer { sender.finish() }
            guard
                let terminal = try? Terminal.open(
                    .init(
                        environment: Self.environment, input: pseudo.slave, output: pseudo.slave))
            else { return }
            sender.yield(.opened(terminal.port, terminal.size, terminal.depth))
            let end = terminal.run(
                .init(onKey: { _ in }, onResize: { _ in }, onTerminate: { _ in }))
            sender.yield(.ended(end))
        }
        var iterator = reports.makeAsyncIterator()
        let (port, size, _) = try await opened(&iterator)
        let rounds = Mutex(0)
        let working = Task.detached(executorPreference: port) {
            for number in 0..<40 {
                var picture = Screen(size: size)
                for row in 0..<size.rows {
                    let line = String(repeating: "\(number + row) ", count: 50)
                    picture.write(line, at: Point(row: row, column: 0))
                }
                port.show(picture)
                await withCheckedContinuation { wait in Task.detached { wait.resume() } }
                rounds.withLock { $0 += 1 }
            }
        }
        // Nobody reads at the other end, and forty such pictures are more than any line holds.
        try await Eventually.awaited("all rounds", limit: .seconds(20)) {
            rounds.withLock { $0 == 40 } ? true : nil
        }
        await working.value
        close(pseudo.master)
        fresh = nil
        #expect(await end(&iterator) == .gone)
    }

    @Test func whatIsOrderedBeforeTheEndIsCarriedOut() async throws {
        let pseudo = try PseudoTerminal(size: Self.size)
        let session = Session(on: pseudo, environment: Self.environment)
        var reports = session.reports.makeAsyncIterator()
        let (port, _, _) = try await opened(&reports)
        port.send(.copy(text: "batchjob-7"))
        port.close()
        let copied = "YmF0Y2hqb2ItNw=="
        #expect(await output(of: session.output, until: copied).contains(copied))
        #expect(await end(&reports) == .closed)
    }

    /// Knows on which threads it was.
    private actor Artist {
        private(set) var threads: Set<UInt> = []

        func noteThread() {
            #if canImport(Darwin)
                threads.insert(UInt(bitPattern: pthread_self()))
            #else
                threads.insert(pthread_self())
            #endif
        }
    }

    @Test func whoeverIsAwakeIsNotRungFor() throws {
        let pipe = try WakePipe()
        let port = TerminalPort(pipe: pipe)
        var bytes: [UInt8] = Array(repeating: 0, count: 16)
        port.wake()
        port.show(screen("seen before the next sleep"))
        #expect(read(pipe.readEnd, &bytes, bytes.count) < 0)
        #expect(!port.maySleep())
        _ = port.take()
        #expect(port.maySleep())
        port.send(.bell)
        #expect(read(pipe.readEnd, &bytes, bytes.count) == 1)
    }

    @Test func onlyTheNewestPictureIsKept() throws {
        let pipe = try WakePipe()
        let port = TerminalPort(pipe: pipe)
        #expect(port.maySleep())
        port.show(screen("old"))
        port.send(.bell)
        port.show(screen("new"))
        port.send(.redraw)
        var bytes: [UInt8] = Array(repeating: 0, count: 16)
        #expect(read(pipe.readEnd, &bytes, bytes.count) == 1)
        let inbox = port.take()
        #expect(inbox.picture == screen("new"))
        #expect(inbox.orders == [.bell, .redraw])
        #expect(port.take().picture == nil)
    }
}
