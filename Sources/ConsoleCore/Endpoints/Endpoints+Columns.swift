import BatchModel
import ConsoleGrid

extension Endpoints {
    /// A column of the list of endpoints.
    enum EndpointColumn {
        case name, kind, running, state, usual

        /// The columns worth their room: a state only while there is one to tell, the default where the list stands alone.
        static func used(for shown: [Endpoint], hasRoom: Bool) -> [EndpointColumn] {
            var columns: [EndpointColumn] = [.name, .kind, .running]
            if !shown.allSatisfy(\.isReady) { columns.append(.state) }
            if hasRoom { columns.append(.usual) }
            return columns
        }

        func table(hasRoom: Bool) -> TableColumn {
            switch self {
            case .name:
                TableColumn("endpoint", width: .flexible(min: 12, max: 34, weight: 2))
            case .kind: TableColumn("kind", width: .fixed(8), priority: 3)
            case .running:
                TableColumn(
                    "running", width: .fixed(hasRoom ? 7 : 4), alignment: .right, priority: 1)
            case .state: TableColumn("state", width: .fixed(hasRoom ? 12 : 8), priority: 2)
            case .usual:
                TableColumn("default", width: .flexible(min: 10, max: 34), priority: 4)
            }
        }

        func cell(of endpoint: Endpoint, in state: State, _ glyphs: Glyphs) -> Span {
            switch self {
            case .name: Span(endpoint.name.rawValue, .text)
            case .kind: Span(kindWord(of: endpoint.name, in: state), .dim)
            case .running:
                Span(runningWords(of: endpoint.name, in: state, glyphs), .running)
            case .state:
                Span(endpoint.isReady ? "" : endpoint.provisioningState, .warning)
            case .usual: Span(endpoint.defaultDeployment?.rawValue ?? "", .dim)
            }
        }
    }

    /// `●2`; nothing where nothing runs. More than the jobs that are known may run.
    private static func runningWords(
        of endpoint: Endpoint.Name, in state: State, _ glyphs: Glyphs
    ) -> String {
        let count = runningCount(of: endpoint, in: state)
        guard count > 0 else { return "" }
        return "\(glyphs.dot)\(count)\(count >= Limits.jobsPerEndpoint ? "+" : "")"
    }

    /// A column of the table of deployments.
    enum DeploymentColumn {
        case name, state, kind, usual, workers, miniBatch, inputs, outputs

        /// The columns that would not be empty for all of these.
        static func used(for all: [Deployment]) -> [DeploymentColumn] {
            var columns: [DeploymentColumn] = [.name]
            if !all.allSatisfy(\.isReady) { columns.append(.state) }
            columns += [.kind, .usual]
            let whole = all.filter { !$0.isBroken }
            if whole.contains(where: { $0.modelSettings != nil }) {
                columns += [.workers, .miniBatch]
            }
            if whole.contains(where: { $0.modelSettings == nil }) {
                columns += [.inputs, .outputs]
            }
            return columns
        }

        var table: TableColumn {
            switch self {
            case .name: TableColumn("Deployments", width: .flexible(min: 12, max: 34))
            case .state: TableColumn("state", width: .fixed(10), priority: 1)
            case .kind: TableColumn("kind", width: .fixed(8), priority: 3)
            case .usual:
                TableColumn("default", width: .fixed(7), alignment: .centre, priority: 2)
            case .workers:
                TableColumn("workers", width: .fixed(7), alignment: .right, priority: 4)
            case .miniBatch:
                TableColumn("mini-batch", width: .fixed(10), alignment: .right, priority: 5)
            case .inputs: TableColumn("inputs", width: .fixed(6), alignment: .right, priority: 4)
            case .outputs: TableColumn("outputs", width: .fixed(7), alignment: .right, priority: 5)
            }
        }

        func cell(of deployment: Deployment, isUsual: Bool, _ glyphs: Glyphs) -> Span {
            let isBroken = deployment.isBroken
            switch self {
            case .name: return Span(deployment.name.rawValue, isBroken ? .danger : .text)
            case .state:
                let word = deployment.isReady ? "" : deployment.provisioningState
                return isBroken ? Span("\(glyphs.cross) \(word)", .danger) : Span(word, .warning)
            case .kind: return Span(deployment.kindWord, .dim)
            case .usual: return Span(isUsual ? String(glyphs.check) : "", .success)
            case .workers, .miniBatch, .inputs, .outputs:
                return isBroken ? Span("") : Span(number(of: deployment) ?? "")
            }
        }

        /// What the settings say for a column of numbers; nil where the other kind of deployment has it.
        private func number(of deployment: Deployment) -> String? {
            switch (self, deployment.kind) {
            case (.workers, .model(let settings)): String(settings.workers)
            case (.miniBatch, .model(let settings)): Words.grouped(settings.miniBatchSize)
            case (.inputs, .pipelineComponent(let settings)): String(settings.inputs.count)
            case (.outputs, .pipelineComponent(let settings)): String(settings.outputs.count)
            case (.name, _), (.state, _), (.kind, _), (.usual, _), (.workers, _), (.miniBatch, _),
                (.inputs, _), (.outputs, _):
                nil
            }
        }
    }
}
