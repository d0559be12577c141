import ArgumentParser
import BatchClient
import BatchEngine
import BatchModel
import EngineServer
import HTTPTransport

struct EngineClean: Verb {
    static let configuration = CommandConfiguration(
        commandName: "clean", abstract: "Frees space: old finished jobs with their results.",
        discussion: """
            Without a limit only leftovers go. Unfinished jobs, results at places of your own, and \
            results that are registered as data or read by a running job always stay.
            """)

    @Option(name: .long, help: "Finished jobs older than this, e.g. 30d, 12h, 90m.")
    var olderThan: String?

    @Option(name: .long, help: "The newest N jobs stay, whatever the other limits say.")
    var keepNewest: Int?

    @Option(name: .long, help: "The oldest finished jobs, until the state is not above this: 10G.")
    var maxSize: String?

    @Flag(name: .long, help: "Only say what would go.")
    var dryRun = false

    @OptionGroup var engine: EngineOptions

    func validate() throws {
        if let keepNewest, keepNewest < 0 {
            throw ValidationError("--keep-newest takes a whole number, 0 or more.")
        }
        _ = try order()
    }

    private func order() throws(ValidationError) -> CleanOrder {
        var order = CleanOrder(keepNewest: keepNewest, isDryRun: dryRun)
        if let olderThan {
            order.olderThanSeconds = try AgeText.parse(olderThan, option: "--older-than")
        }
        if let maxSize { order.maxBytes = try SizeText.parse(maxSize, option: "--max-size") }
        return order
    }

    func run(in surroundings: Surroundings) async throws {
        let home = try engine.home(surroundings.environment)
        let order = try order()
        guard Self.hasState(home.state) else {
            try tell(CleanReport(), order, in: surroundings)
            return
        }
        let report: CleanReport
        switch await EngineLauncher.standard.status(state: home.state) {
        case .running(let file): report = try await Self.ask(file, order)
        case .stopped: report = try await clean(home, order, in: surroundings)
        case .unreachable:
            throw ServiceFailure(
                kind: .conflict, operation: "clean the state \(home.state)",
                detail: "an engine holds it and does not answer: it is starting, stopping or stuck",
                advice: "Try again, or stop it with `batchdeck engine stop`.")
        }
        try tell(report, order, in: surroundings)
    }

    private static func hasState(_ state: String) -> Bool {
        (try? StateSummary.read(state: state))?.jobs != nil
    }

    // MARK: - Doing it

    /// Has the running engine do it, slice by slice.
    private static func ask(
        _ file: ConnectionFile, _ order: CleanOrder
    ) async throws(ServiceFailure) -> CleanReport {
        var report = try await slice(file, order)
        while report.hasMore {
            let next = try await slice(file, order)
            report.continued(by: next)
        }
        return report
    }

    private static func slice(
        _ file: ConnectionFile, _ order: CleanOrder
    ) async throws(ServiceFailure) -> CleanReport {
        let operation = "have the engine clean its state"
        let request = Route.clean.request
        let trust = ExtraTrust()
        try trust.set(caFile: file.caFile)
        do {
            let answer = try await Transport.live(trust: trust).send(
                HTTPCall(
                    method: request.method, url: file.url + request.target,
                    headers: [
                        ("Authorization", "Bearer \(file.token)"),
                        ("Content-Type", "application/json"),
                    ], body: .bytes(try WireJSON.encode(order)), timeout: .seconds(600)))
            var bytes: [UInt8] = []
            for try await piece in answer.body { bytes += piece }
            guard answer.status == 200 else {
                let refusal = try? WireJSON.decode(WireError.self, from: bytes)
                throw ServiceFailure(
                    kind: .unexpected, operation: operation, httpStatus: answer.status,
                    detail: refusal?.text ?? "it answered \(answer.status)",
                    advice: "See `batchdeck engine logs`.")
            }
            return try WireJSON.decode(CleanReport.self, from: bytes)
        } catch let failure as ServiceFailure {
            throw failure
        } catch {
            throw ServiceFailure(
                kind: .unreachable, operation: operation, detail: "\(error)",
                advice: "What is listed is whole; the same command goes on.")
        }
    }

    /// Does it here, with the engine's lock, so that no engine starts meanwhile.
    private func clean(
        _ home: Home, _ order: CleanOrder, in surroundings: Surroundings
    ) async throws(ServiceFailure) -> CleanReport {
        let workspace = try LocalWorkspace.folder(
            option: engine.common.workspace, environment: surroundings.environment, home: home)
        let lock = try EngineLock(state: home.state)
        let engine = try Engine(
            Engine.Options(workspace: workspace, state: home.state, token: EngineToken.make()),
            log: EngineLog.silent)
        let report: CleanReport
        do throws(ServiceFailure) { report = try await engine.clean(order) } catch {
            await engine.shutdown()
            throw error
        }
        await engine.shutdown()
        withExtendedLifetime(lock) {}
        return report
    }

    // MARK: - Saying it

    private func tell(
        _ report: CleanReport, _ order: CleanOrder, in surroundings: Surroundings
    ) throws {
        if engine.common.output.isPlain {
            let rows = CleanReport.Kind.allCases.map { kind in
                Self.row(kind.rawValue, report[kind].count, report[kind].bytes)
            }
            let total = Self.row(
                dryRun ? "would be freed" : "freed", nil, report.bytes)
            try show(
                rows + [total],
                columns: [
                    TableColumn("what", "what"), TableColumn("how many", "count"),
                    TableColumn("size", "size"),
                ], as: .table, in: surroundings)
        } else {
            try show(Self.shape(report, order), as: engine.common.output, in: surroundings)
        }
        surroundings.streams.talk(words(report, order))
    }

    private static func row(_ what: String, _ count: Int?, _ bytes: Int64) -> JSONValue {
        .object([
            "what": .string(what), "count": count.map { .integer(Int64($0)) } ?? .string(""),
            "size": .string(SizeText.print(bytes)),
        ])
    }

    private static func shape(_ report: CleanReport, _ order: CleanOrder) -> JSONValue {
        let rows = CleanReport.Kind.allCases.map { kind in
            JSONValue.object([
                "what": .string(kind.rawValue), "count": .integer(Int64(report[kind].count)),
                "bytes": .integer(report[kind].bytes),
            ])
        }
        return .object([
            "dry_run": .boolean(order.isDryRun), "removed": .array(rows),
            "bytes": .integer(report.bytes), "kept_in_use": .integer(Int64(report.keptInUse)),
            "state_bytes_before": .integer(report.bytesBefore),
            "state_bytes_after": .integer(report.bytesAfter),
        ])
    }

    private func words(_ report: CleanReport, _ order: CleanOrder) -> String {
        let before = SizeText.print(report.bytesBefore)
        let after = SizeText.print(report.bytesAfter)
        var text =
            dryRun
            ? "nothing was removed; the state would go from \(before) to \(after)\n"
            : "the state went from \(before) to \(after)\n"
        if order.olderThanSeconds == nil, order.keepNewest == nil, order.maxBytes == nil {
            text += "only leftovers: give --older-than, --keep-newest or --max-size for jobs\n"
        }
        if report.keptInUse > 0 {
            text += "\(report.keptInUse) jobs stay: a running job or registered data reads them\n"
        }
        if let limit = order.maxBytes, report.bytesAfter > limit {
            text +=
                "still above \(SizeText.print(limit)): the rest is unfinished jobs, results at "
                + "places of your own, registered data and uploads\n"
        }
        return text
    }
}
