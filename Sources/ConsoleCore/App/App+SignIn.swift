import BatchModel
import ConsoleGrid

// A person signs in by device code: the code stands in a box over whatever screen is in front, and the work of the screens
// waits below it. Closing the box gives nothing up; ctrl-x does, and so does the code's end. After that nobody is asked
// again until the context is chosen anew, or every question of every screen would ask for another code.
//
// The box may come up while somebody types: then letters are nobody's, and what it does has keys that are no letters.

/// Signing in by device code.
public enum SignIn {
    /// What the box remembers.
    public struct State: Sendable, Equatable {
        let question: SignInQuestion
        /// True when the person wants to see the screen below.
        var isHidden = false
    }

    /// What can happen to the box.
    public enum Action: Sendable, Equatable, Codable {
        case codeCopied
        case pageCopied
        case hidden
        case givenUp
    }

    /// Its keys.
    public static let keys = KeyTable<State, Action>(
        "sign-in", title: "Signing in",
        [
            KeyRow(
                "copy-code: <enter> y", hint: "copy code", help: "Copies the code.",
                sends: .codeCopied),
            KeyRow(
                "copy-page: <ctrl-o> p", hint: "copy page", help: "Copies the address.",
                sends: .pageCopied),
            KeyRow(
                "hide: <esc>", hint: "hide", help: "Hides the box; the contexts show it again.",
                sends: .hidden),
            KeyRow(
                "give-up: <ctrl-x>", hint: "give up", help: "Gives the sign-in up.", sends: .givenUp
            ),
        ])

    static func draw(
        _ state: State, to name: String, on screen: inout Screen, in place: Rect,
        _ context: ViewContext
    ) {
        let box = place.centred(
            Size(rows: min(place.rows, 9), columns: min(place.columns, 64)))
        screen.fill(box, style: .plain)
        screen.drawBox(
            box, title: "Sign in to \(name)", style: .focusBorder, glyphs: context.glyphs)
        let inside = box.inset(rows: 1, columns: 2)
        let left = max(.zero, state.question.expiresAt - context.now)
        let lines: [Span] = [
            Span("Open this page, here or on another device:", .text),
            Span(state.question.page, Style(.link)), Span("and enter the code", .text),
            Span(state.question.code, .title), Span("", .text),
            Span("It is good for \(Words.clock(left)). The rest goes on by itself.", .dim),
        ]
        // The code is what is needed most: where room is short it comes with its page alone.
        let shown =
            inside.rows >= lines.count ? lines : [lines[1], lines[3], lines[5], lines[2]]
        for (index, line) in shown.prefix(inside.rows).enumerated() {
            screen.writeField(
                line.text, at: inside.line(index).origin, columns: inside.columns,
                style: line.style, glyphs: context.glyphs)
        }
    }
}

extension App {
    /// Takes in what has to do with signing in.
    static func signIn(_ state: inout State, _ action: SignIn.Action) -> [Effect] {
        guard let question = state.signIn?.question else { return [] }
        switch action {
        case .codeCopied:
            state.say("copied the code", .info)
            return [.copy(text: question.code)]
        case .pageCopied:
            state.say("copied \(question.page)", .info)
            return [.copy(text: question.page)]
        case .hidden:
            state.signIn?.isHidden = true
            return []
        case .givenUp: return endSignIn(&state, because: "the sign-in was given up")
        }
    }

    /// Nobody is asked any more until the context is chosen anew.
    static func endSignIn(_ state: inout State, because reason: String) -> [Effect] {
        state.signIn = nil
        let failure = ServiceFailure(
            kind: .unauthorized, operation: "sign in to \(state.context)",
            serviceCode: "SignInNeeded", detail: reason,
            advice:
                "Choose the context again (\(keyName("contexts", in: state))) to be given "
                + "a new code."
        )
        state.connection.fail(failure)
        let effects = breakOff(&state, because: failure)
        state.say(failure.message.sentence, .warning)
        return effects + [.stopAsking(because: failure)]
    }

    /// The box, while it is in front.
    static func openSignIn(_ state: State) -> SignIn.State? {
        guard let signIn = state.signIn, !signIn.isHidden else { return nil }
        return signIn
    }

    /// How the console stands with its context.
    static func standing(of state: State) -> Contexts.Standing {
        if state.signIn != nil {
            return Contexts.Standing(words: "waits for sign-in", style: .warning)
        }
        if let failure = state.connection.failure {
            return failure.kind == .unauthorized
                ? Contexts.Standing(words: "sign-in needed", style: .danger)
                : Contexts.Standing(words: "not reached", style: .danger)
        }
        guard let info = state.connection.value, !state.connection.isLoading else {
            return Contexts.Standing(words: "connecting", style: .dim)
        }
        let word = info.isLocal ? "running" : "signed in"
        return Contexts.Standing(
            words: state.isReadOnly ? "\(word), read-only" : word, style: .success)
    }
}
