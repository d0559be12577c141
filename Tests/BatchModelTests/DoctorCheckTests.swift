import BatchModel
import Testing

/// Findings of the doctor in a few words.
@Suite struct DoctorCheckTests {
    private static let cases: [(states: [DoctorCheck.State], whole: String, soFar: String)] = [
        ([], "all is well", "looking"), ([.ok, .skipped], "all is well", "looking"),
        ([.problem], "1 problem", "1 problem, looking"),
        ([.warning, .ok, .warning], "2 warnings", "2 warnings, looking"),
        (
            [.warning, .problem, .problem], "2 problems, 1 warning",
            "2 problems, 1 warning, looking"
        ),
    ]

    @Test(arguments: cases)
    func whatWantsSomebodyIsCounted(states: [DoctorCheck.State], whole: String, soFar: String) {
        let checks = states.map { DoctorCheck("clock", $0, "it is so") }
        #expect(DoctorCheck.summary(of: checks) == whole)
        #expect(DoctorCheck.summary(of: checks, isLooking: true) == soFar)
    }
}
