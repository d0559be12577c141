import ArgumentParser
import BatchClient
import BatchModel

struct DoctorCommand: Verb {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Looks at everything that work depends on, and says how to mend what is broken.",
        discussion: """
            Sign-in, tokens, workspace, roles, storage, clock and proxy of a context, or the local \
            engine, its files and its machine. Ends with 0 when there is no problem, 4 when \
            sign-in is one, else with 1.
            """)

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        var checks: [DoctorCheck] = []
        for await check in try stream(surroundings) {
            checks.append(check)
            if common.output.isPlain { surroundings.streams.output(Self.lines(check)) }
        }
        if !common.output.isPlain {
            try show(Self.shape(checks), as: common.output, in: surroundings)
        }
        surroundings.streams.talk(DoctorCheck.summary(of: checks) + "\n")
        let problems = checks.filter { $0.state == .problem }
        guard problems.isEmpty else {
            throw Finished(
                code: problems.contains(where: \.isSignIn)
                    ? ExitCodes.unauthorized : ExitCodes.failed)
        }
    }

    /// What keeps a client from being made is a finding too; only a context nobody knows is a mistake of the command line.
    private func stream(
        _ here: Surroundings
    ) throws(ServiceFailure) -> AsyncStream<DoctorCheck> {
        do throws(ServiceFailure) {
            return try here.client(common).doctor()
        } catch {
            if error.serviceCode == ChosenContext.unknownCode { throw error }
            return DoctorRound.told([DoctorCheck("settings", error)])
        }
    }

    // MARK: - Saying it

    /// The longest word for a state, and the longest name.
    private static let stateWidth = 7, nameWidth = 25

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count + 1))
    }

    private static func lines(_ check: DoctorCheck) -> String {
        let state = padded(check.state.rawValue, stateWidth)
        let first = state + padded(check.name, nameWidth) + PlainText.line(check.detail) + "\n"
        guard !check.advice.isEmpty else { return first }
        let space = String(repeating: " ", count: stateWidth + 1 + nameWidth + 1)
        return first + space + "→ " + PlainText.line(check.advice) + "\n"
    }

    private static func shape(_ checks: [DoctorCheck]) -> JSONValue {
        .object([
            "is_well": .boolean(!checks.contains { $0.state == .problem }),
            "checks": .array(
                checks.map {
                    .object([
                        "name": .string($0.name), "state": .string($0.state.rawValue),
                        "detail": .string($0.detail), "advice": .string($0.advice),
                    ])
                }),
        ])
    }
}
