import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The doctor's screen.
@Suite struct DoctorScreenTests {
    private static let ok = DoctorCheck("engine", .ok, "it runs")
    private static let warning = DoctorCheck(
        "open files", .warning, "only 64 files may be open at once",
        advice: "Raise it with `ulimit -n 1024` in the shell that starts the engine.")
    private static let problem = DoctorCheck(
        "python", .problem, "there is no python3 on the path", advice: "Install Python 3.")

    private static func shown(_ checks: [DoctorCheck]) throws -> App.State {
        var state = AppTests.begun()
        #expect(try state.press("D") == [.doctor(.examine)])
        for check in checks { _ = App.reduce(&state, .doctor(.found(check: check))) }
        return state
    }

    @Test func findingsStandThereAsTheyArrive() throws {
        var state = try Self.shown([])
        #expect(App.view(state).plainText.contains("Looking at everything that work depends on"))
        _ = App.reduce(&state, .doctor(.found(check: Self.ok)))
        let early = App.view(state).plainText
        #expect(early.contains("✓ ok") && early.contains("it runs"))
        #expect(early.contains("Doctor: local  looking"))
        _ = App.reduce(&state, .doctor(.found(check: Self.problem)))
        _ = App.reduce(&state, .doctor(.ended))
        let late = App.view(state).plainText
        #expect(late.contains("✗ problem") && late.contains("Doctor: local  1 problem"))
        #expect(late.contains("→ Install Python 3."), "the remedy of what is worst")
        #expect(late.contains("python  there is no python3"), "names stand apart from what is said")
    }

    @Test func wholeStateOfALook() throws {
        var state = Doctor.State(context: "local")
        state.resized(to: Size(rows: 20, columns: 80))
        let empty = state
        for check in [Self.ok, Self.warning, Self.problem] {
            #expect(Doctor.reduce(&state, .found(check: check)).isEmpty)
        }
        #expect(Doctor.reduce(&state, .ended).isEmpty)
        #expect(state.checks == [Self.ok, Self.warning, Self.problem])
        #expect(state.window.selected == 2 && !state.isLooking && state.opened.isEmpty)
        #expect(Doctor.reduce(&state, .againPressed) == [.examine])
        #expect(state == empty)
    }

    @Test func aPersonsChoiceStays() throws {
        var state = try Self.shown([Self.ok, Self.warning])
        try state.press("g")
        _ = App.reduce(&state, .doctor(.found(check: Self.problem)))
        #expect(state.doctor?.selected == Self.ok)
    }

    @Test func theCommandThatMendsIsCopiedElseTheAdvice() throws {
        var state = try Self.shown([Self.ok, Self.warning])
        #expect(try state.press("y") == [.copy(text: "ulimit -n 1024")])
        _ = App.reduce(&state, .doctor(.found(check: Self.problem)))
        #expect(try state.press("y") == [.copy(text: "Install Python 3.")])
        #expect(try state.press("gy").isEmpty)
        #expect(state.notice?.text == "not now: there is nothing to mend")
        guard case .copy(let report)? = try state.press("Y").first else {
            Issue.record("no report was copied")
            return
        }
        #expect(report.hasPrefix("batchdeck doctor, context local: 1 problem, 1 warning, looking"))
        #expect(report.contains("problem: python: there is no python3 on the path\n  Install"))
    }

    @Test func enterOpensAFindingAndShutsIt() throws {
        var state = try Self.shown([Self.warning])
        _ = App.reduce(&state, .resized(size: Size(rows: 10, columns: 60)))
        #expect(!App.view(state).plainText.contains("Raise it with"))
        try state.press("<enter>")
        #expect(App.view(state).plainText.contains("Raise it with"))
        try state.press("<enter>")
        #expect(!App.view(state).plainText.contains("Raise it with"))
    }

    @Test func leavingEndsTheLook() throws {
        var state = try Self.shown([Self.ok])
        #expect(try state.press("<esc>") == [.doctor(.stopExamining)])
        #expect(state.doctor == nil)
        #expect(App.reduce(&state, .doctor(.found(check: Self.problem))).isEmpty)
    }

    @Test func whereNobodyAnswersTheFooterOffersIt() throws {
        var state = AppTests.begun(Size(rows: 16, columns: 60))
        func footer() -> String { App.view(state).plainText(row: 15) }
        #expect(!footer().contains("D doctor"))
        let failure = ServiceFailure(kind: .unreachable, operation: "connect", detail: "refused")
        _ = App.reduce(&state, .connectionLost(failure: failure, at: AppTests.now))
        try state.press("<ctrl-l>")
        #expect(footer().contains("D doctor"), "\(footer())")
        #expect(try state.press(":doctor<enter>").contains(.doctor(.examine)))
    }

    @Test func itIsDrawnAtEverySizeAndNothingFromOutsideSteersIt() throws {
        var state = try Self.shown([
            Self.ok, Self.warning, Self.problem,
            DoctorCheck("role\u{1B}[2J", .skipped, "a\u{9B}31m", advice: "`b\u{7}`"),
        ])
        try state.press("G<enter>")
        #expect(!App.view(state).plainText.contains("\u{1B}"))
        for rows in 1...14 {
            for columns in [1, 2, 7, 30, 84] {
                let size = Size(rows: rows, columns: columns)
                _ = App.reduce(&state, .resized(size: size))
                #expect(App.view(state).size == size)
            }
        }
    }
}
