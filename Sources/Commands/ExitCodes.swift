public import BatchModel

/// Exit codes of every verb (DESIGN §8): one table, shown by `batchdeck help exit-codes`.
public enum ExitCodes {
    /// All went well.
    public static let ok: Int32 = 0
    /// Something failed that is none of the others.
    public static let failed: Int32 = 1
    /// The command line is wrong, or the draft names something that is not there: nothing was sent.
    public static let usage: Int32 = 2
    /// The job that was watched failed or was cancelled.
    public static let jobFailed: Int32 = 3
    /// Sign-in is needed, or was refused.
    public static let unauthorized: Int32 = 4
    /// The thing named does not exist.
    public static let notFound: Int32 = 5
    /// The wait ended before the work did.
    public static let timedOut: Int32 = 6
    /// Something is in the way, or the outcome is unknown.
    public static let conflict: Int32 = 7
    /// Interrupted by ctrl-c.
    public static let interrupted: Int32 = 130

    /// What a failure ends a command with.
    public static func code(for kind: ServiceFailure.Kind) -> Int32 {
        switch kind {
        case .unreachable, .unexpected: failed
        case .rejected: usage
        case .unauthorized: unauthorized
        case .notFound: notFound
        case .timedOut: timedOut
        case .conflict, .outcomeUnknown: conflict
        }
    }

    /// The table, a line each, for the help.
    public static let table: [(code: Int32, meaning: String)] = [
        (ok, "done"), (failed, "failed"),
        (
            usage,
            "the command line is wrong, or the draft names something that is not there; "
                + "nothing was sent"
        ),
        (jobFailed, "the watched job failed or was cancelled"),
        (unauthorized, "sign-in is needed or was refused"),
        (notFound, "the thing named does not exist"), (timedOut, "timed out"),
        (conflict, "something is in the way, or the outcome is unknown"),
        (interrupted, "interrupted"),
    ]
}

/// Ends a command with a code, having said already what there was to say.
struct Finished: Error {
    let code: Int32
}
