import BatchClient
import BatchModel
import ConsoleCore

// What reads a table from its start to its end. The newest look takes the place of the one before; an export goes on until
// it is done or broken off.

extension EffectRunner {
    private static let lookName = "look at a table"

    func look(_ effect: Results.Effect) {
        switch effect {
        case .count(let file, let form):
            look(at: file) { client, tell async throws(ServiceFailure) in
                let report = try await client.statistics(of: file, form: form) {
                    tell(.counted(file: file, report: $0))
                }
                tell(.counted(file: file, report: report))
            }
        case .compare(let file, let form, let key):
            look(at: file) { client, tell async throws(ServiceFailure) in
                let report = try await client.repeats(in: file, form: form, key: key) {
                    tell(.compared(file: file, key: key, report: $0))
                }
                tell(.compared(file: file, key: key, report: report))
            }
        case .stopLook: named(Self.lookName, nil)
        case .loadOutputs, .loadFiles, .read, .download, .openFolder, .export, .stopExport, .open,
            .copy:
            break
        }
    }

    private func look(
        at file: ResultFile,
        _ body:
            @escaping @Sendable (
                BatchClient, _ tell: @escaping @Sendable (Results.Look.Action) -> Void
            ) async throws(ServiceFailure) -> Void
    ) {
        named(Self.lookName) { [answer] client in
            let tell: @Sendable (Results.Look.Action) -> Void = { action in
                guard !Task.isCancelled else { return }
                answer(.resultsAnswered(job: file.job, answer: .look(action)))
            }
            do throws(ServiceFailure) {
                try await body(client, tell)
            } catch {
                tell(.refused(file: file, failure: error))
            }
        }
    }

    func export(_ effect: Results.Effect) {
        switch effect {
        case .export(let file, let form, let path, let order):
            named(Self.exportName(file.job)) { [answer] client in
                let tell: @Sendable (Results.Export.Action) -> Void = { action in
                    answer(.resultsAnswered(job: file.job, answer: .export(action)))
                }
                do throws(ServiceFailure) {
                    let report = try await client.export(file, form: form, to: path, order) {
                        tell(.advanced(progress: $0))
                    }
                    tell(.finished(report: report))
                } catch {
                    // Said either way: whoever waits for its end must hear of it.
                    tell(Task.isCancelled ? .brokenOff : .refused(failure: error))
                }
            }
        case .stopExport(let job): named(Self.exportName(job), nil)
        case .loadOutputs, .loadFiles, .read, .download, .openFolder, .count, .compare, .stopLook,
            .open, .copy:
            break
        }
    }

    private static func exportName(_ job: Job.ID) -> String { "export of \(job)" }
}
