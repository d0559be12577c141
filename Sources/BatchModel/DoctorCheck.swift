/// One finding of `doctor`: what was looked at, how it stands, and how to mend it.
public struct DoctorCheck: Sendable, Hashable, Codable {
    /// How something stands.
    public enum State: String, Sendable, Hashable, Codable, CaseIterable {
        /// It is as it should be.
        case ok
        /// Work goes on, but something is missing or will be.
        case warning
        /// Work is hindered.
        case problem
        /// It was not looked at; the detail says why.
        case skipped
    }

    /// What was looked at, a word or two, the same in every version: `sign-in`, `clock`.
    public var name: String
    /// How it stands.
    public var state: State
    /// What was seen, a sentence for a person; never a secret.
    public var detail: String
    /// How to mend it; empty when there is nothing to mend.
    public var advice: String
    /// True when what is wrong is that nobody is signed in, or as the wrong one.
    public var isSignIn: Bool

    /// Notes a finding.
    public init(
        _ name: String, _ state: State, _ detail: String, advice: String = "",
        isSignIn: Bool = false
    ) {
        self.name = name
        self.state = state
        self.detail = detail
        self.advice = advice
        self.isSignIn = isSignIn
    }

    /// A finding that a failure is; the operation is left out where the name says it.
    public init(_ name: String, _ failure: ServiceFailure, _ state: State = .problem) {
        self.init(
            name, state, failure.detail, advice: failure.advice,
            isSignIn: failure.httpStatus == 401)
    }
}

extension DoctorCheck {
    /// How many findings want somebody: `1 problem, 2 warnings`, or `all is well`.
    ///
    /// - Parameter isLooking: whether more are to come; then nothing is well yet.
    public static func summary(of checks: [DoctorCheck], isLooking: Bool = false) -> String {
        func count(_ state: State, _ word: String) -> String? {
            let number = checks.count { $0.state == state }
            return number == 0 ? nil : "\(number) \(word)\(number == 1 ? "" : "s")"
        }
        let found = [count(.problem, "problem"), count(.warning, "warning")].compactMap(\.self)
        let words = isLooking ? found + ["looking"] : found
        return words.isEmpty ? "all is well" : words.joined(separator: ", ")
    }
}
