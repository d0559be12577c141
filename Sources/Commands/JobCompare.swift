import ArgumentParser
import BatchClient
import BatchModel

struct JobCompare: Verb {
    static let configuration = CommandConfiguration(
        commandName: "compare",
        abstract: "Lays two jobs side by side: what they were given, how they went, what differs.",
        discussion: """
            A row is `same`, `different`, or `unknown` where the service does not tell one side. Settings that a job had \
            for itself are known of jobs that were submitted from here.

              batchdeck job compare -n JOB --with OTHER --only-differences
              batchdeck job compare -n JOB --with OTHER -o json --query '[?section==`inputs`]'
            """)

    @OptionGroup var named: JobName

    @Option(
        name: .customLong("with"), help: "The other job's name.", completion: .names(.job))
    var other: String

    @Flag(name: .long, help: "Only what differs.")
    var onlyDifferences = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if named.name == other { throw ValidationError("--name and --with name the same job.") }
    }

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let left = try await client.comparisonSide(of: named.id)
        let right = try await client.comparisonSide(of: Job.ID(other))
        let comparison = JobComparison(left, right)
        let rows = onlyDifferences ? comparison.differences : comparison.rows
        let differing = comparison.differences.count
        surroundings.streams.talk("\(differing) of \(comparison.rows.count) differ\n")
        try show(
            rows.map(Shapes.comparisonRow),
            columns: [
                TableColumn("about", "section"), TableColumn("name", "name"),
                TableColumn(named.name, "left"), TableColumn(other, "right"),
                TableColumn("difference", "difference"),
            ], as: common.output, in: surroundings)
    }
}

extension Shapes {
    /// One fact of two jobs; null where there is none, or it is not known: then the difference is `unknown`.
    static func comparisonRow(_ row: JobComparison.Row) -> JSONValue {
        .object([
            "section": .string(row.section.rawValue), "name": .string(row.name),
            "left": .optional(row.left.text), "right": .optional(row.right.text),
            "difference": .string(row.difference.rawValue),
        ])
    }
}
