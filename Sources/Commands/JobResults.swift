import ArgumentParser
import BatchClient
import BatchModel
import ConsoleCore

/// `job results`: what the console's screen of results tells of a file, for scripts.
struct JobResults: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "results",
        abstract: "What a job wrote: lists the files, counts a table, writes it as a proper CSV.",
        subcommands: [
            ResultsList.self, ResultsShow.self, ResultsStats.self, ResultsHistogram.self,
            ResultsRepeats.self,
            ResultsExport.self,
        ], defaultSubcommand: ResultsList.self)
}

struct ResultsList: Verb {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the files a job wrote.")

    @OptionGroup var named: JobName

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        var rows: [JSONValue] = []
        for output in try await client.outputs(named.id) {
            for file in try await client.outputFiles(named.id, output.name)
            where !file.isFolder {
                rows.append(
                    .object([
                        "output": .string(output.name), "file": .string(file.path),
                        "bytes": file.size.map { .integer($0) } ?? .null,
                    ]))
            }
        }
        try show(
            rows,
            columns: [
                TableColumn("output", "output"), TableColumn("file", "file"),
                TableColumn("bytes", "bytes", isRight: true),
            ], as: common.output, in: surroundings)
    }
}

/// The file a verb is about.
struct ResultFileOptions: ParsableArguments, Sendable {
    @OptionGroup var named: JobName

    @Option(
        name: .shortAndLong,
        help:
            "The file, as `job results list` names it (default: predictions.csv, else the first).",
        completion: .names(.result))
    var file: String?

    @Option(name: .long, help: "The output it is in (default: the first that has the file).")
    var outputName: String?

    /// The file a person means.
    func found(by client: BatchClient) async throws -> ResultFile {
        let operation = "find the file of \(named.name)"
        var files: [ResultFile] = []
        for output in try await client.outputs(named.id)
        where outputName == nil || output.name == outputName {
            for entry in try await client.outputFiles(named.id, output.name)
            where !entry.isFolder {
                files.append(
                    ResultFile(job: named.id, output: output.name, path: entry.path))
            }
        }
        let best =
            file.map { wanted in files.first { $0.path == wanted } }
            ?? files.first { ResultFile.isPredictions($0.path) }
            ?? files.first { ResultFile.isReadable($0.path) }
        if let best { return best }
        throw ServiceFailure(
            kind: .notFound, operation: operation,
            detail: file.map { "no output has a file \($0)" } ?? "there is no file to read",
            advice: "List them with: batchdeck job results list -n \(named.name)")
    }

}

/// The table a verb is about.
struct TableOptions: ParsableArguments, Sendable {
    enum FirstRow: String, ExpressibleByArgument, CaseIterable, Sendable {
        case guess, names, data
    }

    @OptionGroup var place: ResultFileOptions

    @Option(name: .long, help: "Whether the first row holds names: guess, names or data.")
    var firstRow = FirstRow.guess

    /// The file a person means.
    func found(by client: BatchClient) async throws -> ResultFile {
        try await place.found(by: client)
    }

    /// How its rows are read.
    func form(of file: ResultFile, by client: BatchClient) async throws -> TableForm {
        switch firstRow {
        case .guess: try await client.tableForm(of: file)
        case .names: try await client.tableForm(of: file, hasHeader: true)
        case .data: try await client.tableForm(of: file, hasHeader: false)
        }
    }
}

/// Counts a table, saying how far it is.
private func counted(
    _ file: ResultFile, _ form: TableForm, by client: BatchClient, in here: Surroundings
) async throws -> TableReport {
    let line = TransferLine("counting", streams: here.streams)
    defer { line.end() }
    return try await client.statistics(of: file, form: form) { report in
        line.show(
            TransferProgress(
                filesDone: 0, filesTotal: 1, bytesDone: report.bytesRead,
                bytesTotal: report.bytesTotal))
    }
}

/// The column an option names.
private func place(of text: String, in form: TableForm, option: String) throws -> Int {
    if let index = form.column(called: text) { return index }
    let known = form.names.isEmpty ? "col1, col2, …" : form.names.joined(separator: ", ")
    throw ServiceFailure(
        kind: .notFound, operation: "find the column \(text)",
        detail: "\(option) names no column; they are: \(known)",
        advice: "A number counts from 1.")
}

struct ResultsStats: Verb {
    static let configuration = CommandConfiguration(
        commandName: "stats", abstract: "Statistics of every column of a table.",
        discussion: """
            Counts, means, deviations, least and greatest are exact. Different values are told apart up \
            to a limit; quartiles of many numbers say how exact they are (`rank_error`, a bound).
            """)

    @OptionGroup var table: TableOptions
    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let file = try await table.found(by: client)
        let form = try await table.form(of: file, by: client)
        let report = try await counted(file, form, by: client, in: surroundings)
        surroundings.streams.talk(
            "\(report.rows) rows of \(report.columnTotal) columns in \(file.path)\n")
        if report.unevenRows > 0 {
            surroundings.streams.talk("\(report.unevenRows) rows have another number of columns\n")
        }
        try show(
            report.columns.map { Shapes.column($0, rows: report.rows) },
            columns: [
                TableColumn("column", "column"), TableColumn("type", "type"),
                TableColumn("empty", "empty", isRight: true),
                TableColumn("distinct", "distinct", isRight: true),
                TableColumn("min", "min", isRight: true), TableColumn("q1", "q1", isRight: true),
                TableColumn("median", "median", isRight: true),
                TableColumn("q3", "q3", isRight: true), TableColumn("max", "max", isRight: true),
                TableColumn("mean", "mean", isRight: true),
                TableColumn("stdev", "stdev", isRight: true),
            ], as: common.output, in: surroundings)
    }
}

struct ResultsHistogram: Verb {
    static let configuration = CommandConfiguration(
        commandName: "histogram",
        abstract: "How often each class, or each range of numbers, occurs.",
        discussion: "Numbers with more than 16 different values are shown in ranges of equal width."
    )

    @OptionGroup var table: TableOptions

    @Option(name: .shortAndLong, help: "The column: its name, or its number from 1.")
    var column: String

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let file = try await table.found(by: client)
        let form = try await table.form(of: file, by: client)
        let index = try place(of: column, in: form, option: "--column")
        let report = try await counted(file, form, by: client, in: surroundings)
        guard index < report.columns.count else {
            throw ServiceFailure(
                kind: .notFound, operation: "find the column \(column)",
                detail: "\(file.path) has \(report.columnTotal) columns")
        }
        let histogram = ColumnHistogram(of: report.columns[index])
        let ranges = histogram.bars.contains { $0.range != nil }
        if let note = Shapes.note(on: histogram) { surroundings.streams.talk(note + "\n") }
        let bar = common.output.isPlain ? [TableColumn("", "bar")] : []
        try show(
            Shapes.bars(of: histogram, drawn: common.output.isPlain),
            columns: (ranges
                ? [
                    TableColumn("from", "from", isRight: true),
                    TableColumn("to", "to", isRight: true),
                ] : [TableColumn("value", "value")])
                + [
                    TableColumn("count", "count", isRight: true),
                    TableColumn("share", "share", isRight: true),
                ] + bar, as: common.output, in: surroundings)
    }
}

struct ResultsRepeats: Verb {
    static let configuration = CommandConfiguration(
        commandName: "repeats", abstract: "Looks for rows that are there more than once.",
        discussion: """
            A mini-batch that was run again may have appended its rows twice, in a job that completed \
            all the same. Rows are compared by fingerprints of 64 bits; `error_chance` bounds the chance \
            that two different ones were taken for one another.
            """)

    @OptionGroup var table: TableOptions

    @Option(
        name: .shortAndLong,
        help:
            "The column that makes two rows the same: its name, or its number from 1 (else all)."
    )
    var key: String?

    @Flag(name: .long, help: "Ends with exit code 1 when there are any.")
    var check = false

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let file = try await table.found(by: client)
        let form = try await table.form(of: file, by: client)
        let index = try key.map { try place(of: $0, in: form, option: "--key") }
        let line = TransferLine("comparing", streams: surroundings.streams)
        defer { line.end() }
        let report = try await client.repeats(in: file, form: form, key: index) { report in
            line.show(
                TransferProgress(
                    filesDone: 0, filesTotal: 1, bytesDone: report.bytesRead,
                    bytesTotal: report.bytesTotal))
        }
        line.end()
        try show(
            Shapes.repeats(report, key: index.map(form.name)), as: common.output,
            in: surroundings)
        if check, report.extraRows > 0 {
            surroundings.streams.talk(
                "\(report.extraRows) \(report.extraRows == 1 ? "row is" : "rows are") there more "
                    + "than once\n")
            throw Finished(code: ExitCodes.failed)
        }
    }
}

struct ResultsExport: Verb {
    enum Delimiter: String, ExpressibleByArgument, CaseIterable {
        case comma, semicolon, tab
    }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Writes a table as a proper CSV file (RFC 4180).",
        discussion: """
            It is written under a partial name and renamed when it is whole. What is there already is \
            replaced only with --force.
            """)

    @OptionGroup var table: TableOptions

    @Option(name: .shortAndLong, help: "The file to write.")
    var to: String

    @Option(name: .long, help: "Between the fields: comma, semicolon or tab.")
    var delimiter = Delimiter.comma

    @Flag(name: .long, help: "No row of names; else those of the file, or col1, col2, ….")
    var noHeader = false

    @Flag(name: .long, help: "Replaces what is there.")
    var force = false

    @OptionGroup var common: CommonOptions

    func run(in surroundings: Surroundings) async throws {
        let client = try surroundings.client(common)
        let file = try await table.found(by: client)
        let form = try await table.form(of: file, by: client)
        let order = ExportOrder(
            separator: RowSeparator(rawValue: delimiter.rawValue) ?? .comma, hasHeader: !noHeader,
            isReplacing: force)
        let line = TransferLine("writing", streams: surroundings.streams)
        defer { line.end() }
        let report = try await client.export(
            file, form: form, to: Home.absolute(to, environment: surroundings.environment), order
        ) { line.show($0) }
        line.end()
        if report.unevenRows > 0 {
            surroundings.streams.talk(
                "\(Words.count(report.unevenRows, "row")) had another number of fields: filled "
                    + "up, or with the rest in the last one\n")
        }
        if report.leftOut > 0 {
            surroundings.streams.talk(
                "left out, being no JSON object: \(Words.count(report.leftOut, "line"))\n")
        }
        try show(
            .object([
                "path": .string(report.path), "rows": .integer(Int64(report.rows)),
                "columns": .integer(Int64(report.columns)), "bytes": .integer(report.bytes),
                "uneven_rows": .integer(Int64(report.unevenRows)),
                "left_out": .integer(Int64(report.leftOut)),
            ]), as: common.output, in: surroundings)
    }
}
