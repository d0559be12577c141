/// A file of an output of a job.
public struct ResultFile: Sendable, Hashable, Codable {
    /// The job.
    public var job: Job.ID
    /// The output's name.
    public var output: String
    /// The path in the output.
    public var path: String

    /// Names a file.
    public init(job: Job.ID, output: String, path: String) {
        self.job = job
        self.output = output
        self.path = path
    }

    /// Whether it is what the runner writes all rows into, unless it was told another name (ES §3.4).
    public static func isPredictions(_ path: String) -> Bool {
        path.lastSegment == "predictions.csv"
    }

    /// Whether there is something to read in it, by its name.
    public static func isReadable(_ path: String) -> Bool {
        ["csv", "txt", "jsonl", "json"].contains(FileShape.ending(of: path))
    }
}
