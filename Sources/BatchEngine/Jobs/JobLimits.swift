/// How long a job may go without news before it is given up (ES §3.6); the service's numbers unless
/// a test gives others.
struct JobLimits: Sendable, Equatable {
    /// Added to the time that tries may take: starting a process, reading, committing.
    var overhead = Duration.seconds(30)
    /// Before the first mini-batch is done a job may at least take this long.
    var firstMiniBatch = Duration.seconds(600)
    /// After this time, two failures of `init()` per worker are enough to give up; before it takes
    /// three.
    var initWindow = Duration.seconds(120)
    /// How often one mini-batch, one step, or a worker that was not ready yet may be killed by somebody
    /// else without that being held against it. A person's `kill -9` says nothing about the script;
    /// a system that runs out of memory again and again does.
    var killsForgiven = 5
    /// What each log file of a job may grow to.
    var logLimitBytes = CappedLog.limitBytes
}
