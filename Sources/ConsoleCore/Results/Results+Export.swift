public import BatchModel
import ConsoleGrid

extension Results {
    /// The way of a table into a proper CSV file.
    public struct Export: Sendable, Equatable {
        /// What can happen to it.
        public enum Action: Sendable, Equatable, Codable {
            case opened
            case confirmed
            case closed
            case separatorSwitched
            case headerSwitched
            case stopped
            case advanced(progress: TransferProgress)
            case finished(report: ExportReport)
            case refused(failure: ServiceFailure)
            case brokenOff
        }

        /// The path being typed; nil while nobody is asked.
        var prompt: TextField?
        var order = ExportOrder()
        /// True when the path typed is one where something is already: the next enter replaces it.
        var isTaken = false
        /// The path a running export was given; nil while none runs.
        var path: String?
        var progress: TransferProgress?
        /// What the newest export wrote.
        var report: ExportReport?
        /// Why the newest export failed.
        var failure: ServiceFailure?
        /// True once a person broke it off.
        var isBrokenOff = false
    }

    static func export(_ state: inout State, _ action: Export.Action) -> [Effect] {
        switch action {
        case .opened:
            guard state.export.path == nil, state.preview?.form != nil else { return [] }
            let suggested = TextField(suggestedPath(in: state))
            state.export = Export(prompt: suggested, order: state.export.order)
        case .confirmed: return startExport(&state)
        case .closed:
            state.export.prompt = nil
            state.export.isTaken = false
            state.export.failure = nil
        case .separatorSwitched:
            let all = ExportOrder.separators
            let place = all.firstIndex(of: state.export.order.separator) ?? 0
            state.export.order.separator = all[(place + 1) % all.count]
        case .headerSwitched: state.export.order.hasHeader.toggle()
        case .stopped:
            guard state.export.path != nil else { return [] }
            return [.stopExport(state.job)]
        case .advanced(let progress):
            if state.export.path != nil { state.export.progress = progress }
        case .finished(let report):
            state.export = Export(order: state.export.order, report: report)
        case .refused(let failure): refused(failure, in: &state)
        case .brokenOff:
            state.export = Export(order: state.export.order, isBrokenOff: true)
        }
        return []
    }

    /// `./batchjob-7f3a-predictions.csv`: the job's name keeps exports of several jobs apart.
    private static func suggestedPath(in state: State) -> String {
        let name = state.preview?.file.path.lastSegment ?? ""
        let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
        return "./\(state.job)-\(stem.isEmpty ? "table" : stem).csv"
    }

    private static func startExport(_ state: inout State) -> [Effect] {
        guard state.export.path == nil, let prompt = state.export.prompt,
            let preview = state.preview, let form = preview.form
        else { return [] }
        let path = String(prompt.value.trimmingSpaces)
        guard !path.isEmpty else { return [] }
        var order = state.export.order
        order.isReplacing = state.export.isTaken
        state.export = Export(order: state.export.order, path: path)
        let file = ResultFile(
            job: state.job, output: preview.file.output, path: preview.file.path)
        return [.export(file, form: form, path: path, order: order)]
    }

    /// Says why, with the path filled in for the next try if this screen had asked for it.
    private static func refused(_ failure: ServiceFailure, in state: inout State) {
        let path = state.export.path
        let isTaken = failure.kind == .conflict && failure.operation.hasPrefix("write ")
        state.export = Export(
            prompt: path.map { TextField($0) }, order: state.export.order, isTaken: isTaken,
            failure: isTaken ? nil : failure)
    }
}

extension Results.Export.Action {
    /// Whether nothing of an export runs behind it any more.
    var isLast: Bool {
        switch self {
        case .finished, .refused, .brokenOff: true
        case .opened, .confirmed, .closed, .separatorSwitched, .headerSwitched, .stopped, .advanced:
            false
        }
    }
}
