import BatchModel
import ConsoleGrid

@testable import ConsoleCore

// A person who presses anything, a terminal that takes any size, a service that answers anything, at any time or never.
//
//     numbers ─▶ an action ─▶ App.reduce ─▶ orders ─▶ waiting ─▶ (later, once, twice or never) ─▶ an answer ─▶ App.reduce …
//
// A walk is its actions: they alone make it again. One that fails is made shorter by leaving pieces out while it still fails
// in the same way, and what is left is a recording that `batchdeck --replay` shows and a test plays.

/// A walk over actions from a seed.
struct Walk {
    /// A walk that went wrong.
    struct Failure: Sendable {
        var setup: WalkRun.Setup
        var actions: [App.Action]
        var reason: String
    }

    /// Keys that tables use, and some that none does.
    static let keys: [KeyPress] = {
        var keys: [KeyPress] = [
            .enter, .escape, .tab, .backTab, .backspace, .delete, .up, .down, .left, .right, .home,
            .end, .pageUp, .pageDown, .insert,
        ]
        keys += (1...8).map { .function($0) }
        keys += "abcdefghijklmnoprstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:?*=!~.,-_<>[]{}#@ "
            .map { .character(String($0)) }
        keys += ["é", "日", "👍🏽", "e\u{301}"].map { .character($0) }
        keys += "abdeflnoprstuxyz@^_".map { .control(String($0)) }
        keys += "bdfhjmprstxy1".map { .alt(String($0)) }
        return keys
    }()
    /// Keys that end the console, and with it the walk: pressed seldom.
    static let leaving: [KeyPress] = [.character("q"), .control("c")]
    private static let common: [KeyPress] = [
        .enter, .enter, .enter, .escape, .down, .down, .up, .tab, .character("n"), .character("J"),
        .character("o"), .character("a"), .character("E"), .control("s"), .control("o"),
        .control("p"),
        .character("y"), .alt("s"), .alt("p"), .character("c"), .character("d"),
    ]

    let setup: WalkRun.Setup
    private(set) var run: WalkRun
    private(set) var actions: [App.Action] = []
    private var world: WalkWorld
    private var waiting: [App.Effect] = []

    init(seed: UInt64, rule: (@Sendable (App.State) -> String?)? = nil) {
        world = WalkWorld(seed: seed)
        setup = WalkRun.Setup(
            size: Self.size(&world.numbers), isReadOnly: world.numbers.chance(10),
            isASCII: world.numbers.chance(10))
        run = WalkRun(setup, rule: rule)
    }

    /// Walks until something is wrong, the console quits, or so many steps were made.
    ///
    /// - Returns: what went wrong, and how many steps were made.
    mutating func go(steps: Int) -> (failure: Failure?, steps: Int) {
        var wrong = take(.started(lastSeen: world.maybe { $0.lastSeen() }, at: world.now), 0)
        var made = 1
        while wrong == nil, made < steps, !run.hasQuit {
            wrong = take(next(), made)
            if wrong == nil, made % 97 == 0 { wrong = run.trap() }
            made += 1
        }
        let failure = wrong.map { Failure(setup: setup, actions: actions, reason: $0) }
        return (failure, made)
    }

    private mutating func take(_ action: App.Action, _ number: Int) -> String? {
        actions.append(action)
        let size = run.state.size
        let draws = number % 3 == 0 && size.rows * size.columns < 6_000 || number % 41 == 0
        let wrong = run.take(action, draws: draws)
        for effect in run.effects {
            // Answers of a context that was left do not come in any more: the runtime sees to that.
            if case .useContext = effect { waiting = [] }
            if case .stopAsking = effect { waiting = [] }
            waiting += WalkWorld.pieces(of: effect)
        }
        if waiting.count > 60 { waiting.removeFirst(waiting.count - 60) }
        return wrong
    }

    /// Whatever happens next.
    mutating func next() -> App.Action {
        if world.numbers.chance(40), let answer = answer() { return answer }
        if world.numbers.below(1_500) == 0 {
            return .keyPressed(world.numbers.one(of: Self.leaving))
        }
        switch world.numbers.below(100) {
        case 0..<40: return .keyPressed(world.numbers.one(of: Self.common))
        case 40..<80: return .keyPressed(world.numbers.one(of: Self.keys))
        case 80..<86: return .keyPressed(.mouse(click()))
        case 86..<88: return .keyPressed(.paste(paste()))
        case 88..<92: return .resized(size: Self.size(&world.numbers))
        case 92..<97:
            world.now = world.now + .milliseconds(world.numbers.one(of: [1, 250, 1_000, 90_000]))
            return .ticked(at: world.now)
        default: return news()
        }
    }

    /// The answer to one of the orders that wait.
    private mutating func answer() -> App.Action? {
        guard !waiting.isEmpty else { return nil }
        let index = world.numbers.below(waiting.count)
        guard let (action, ends) = world.answer(to: waiting[index]) else {
            waiting.remove(at: index)
            return nil
        }
        if ends { waiting.remove(at: index) }
        return action
    }

    /// Something that nobody asked for.
    mutating func news() -> App.Action {
        switch world.numbers.below(11) {
        case 0: .connectionLost(failure: world.failure(), at: world.now)
        case 1: .undecidedFound(submissions: world.list(upTo: 4) { $0.submission() })
        case 2: .trackingChanged(jobs: world.list(upTo: 5) { $0.job() }, at: world.now)
        case 3:
            .signInAsked(
                question: SignInQuestion(
                    page: world.text(), code: "ABCD", expiresAt: world.now + .seconds(60)))
        case 4: .signInEnded(isDone: world.numbers.chance(50))
        case 6: .transfers(.listed(records: world.list(upTo: 6) { $0.transferRecord() }))
        case 7: .tourPressed
        case 5: .commandsRemembered(texts: world.list(upTo: 3) { $0.text() })
        case 9: .startAdvanced(words: world.numbers.chance(30) ? nil : world.text())
        case 8: .settingsRead(settings: world.settings())
        default: .recordingFailed(reason: world.text())
        }
    }

    private mutating func click() -> MouseEvent {
        let size = run.state.size
        return MouseEvent(
            kind: world.numbers.one(of: MouseEvent.Kind.allCases),
            position: Point(
                row: world.numbers.below(size.rows + 2),
                column: world.numbers.below(size.columns + 2)))
    }

    private mutating func paste() -> String {
        world.numbers.one(of: [
            world.text(), "az ml batch-endpoint invoke --name wine --input azureml:a:1",
            "inputs:\n  input_data:\n    path: azureml:a:1\n    type: uri_folder\n",
            String(repeating: "x", count: 3_000),
        ])
    }

    private static func size(_ numbers: inout WalkNumbers) -> Size {
        switch numbers.below(10) {
        case 0: Size(rows: numbers.below(6) + 1, columns: numbers.below(12) + 1)
        case 1: Size(rows: numbers.below(200) + 1, columns: numbers.below(400) + 1)
        case 2, 3: Size(rows: 16, columns: 60)
        case 4: Size(rows: 24, columns: 80)
        case 5: Size(rows: 50, columns: 160)
        default: Size(rows: 30, columns: 100)
        }
    }
}

extension Walk.Failure {
    /// What the same actions come to; nil when all holds.
    ///
    /// - Parameter rule: what must hold besides.
    func replayed(rule: (@Sendable (App.State) -> String?)? = nil) -> String? {
        var run = WalkRun(setup, rule: rule)
        for action in actions {
            if let wrong = run.take(action, draws: true) { return wrong }
        }
        return run.trap()
    }

    /// The shortest walk that fails in the same way, as far as leaving pieces out leads.
    func shrunk(rule: (@Sendable (App.State) -> String?)? = nil) -> Walk.Failure {
        var best = self
        var piece = max(1, actions.count / 2)
        while piece >= 1 {
            var start = 0
            while start < best.actions.count {
                var shorter = best
                shorter.actions.removeSubrange(start..<min(start + piece, best.actions.count))
                if let reason = shorter.replayed(rule: rule),
                    Self.kind(reason) == Self.kind(best.reason)
                {
                    shorter.reason = reason
                    best = shorter
                } else {
                    start += piece
                }
            }
            if piece == 1 { break }
            piece /= 2
        }
        return best
    }

    /// What is wrong, without the numbers and the action it was seen at.
    private static func kind(_ reason: String) -> String {
        let words = reason.split(separator: ",", maxSplits: 1).first ?? ""
        return String(words.filter { !$0.isNumber })
    }
}
