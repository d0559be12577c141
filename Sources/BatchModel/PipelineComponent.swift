/// A command component: one program with declared inputs and outputs (ES §4.3).
public struct CommandComponent: Sendable, Hashable, Codable {
    /// Its name; empty for one that stands inline.
    public var name: String
    /// Its version, any text.
    public var version: String
    /// Declared inputs in the order of the file.
    public var inputs: [InputSpec]
    /// Declared outputs in the order of the file.
    public var outputs: [OutputSpec]
    /// The command line, a template (`CommandTemplate`).
    public var command: String
    /// The folder of its code, relative to the folder the reader was told files are relative to; nil without code.
    public var codeFolder: String?
    /// The environment's name or reference.
    public var environmentName: String?
    /// Set for the program.
    public var environmentVariables: [String: String]

    /// Describes a command component.
    public init(
        name: String = "", version: String = "1", inputs: [InputSpec] = [],
        outputs: [OutputSpec] = [], command: String, codeFolder: String? = nil,
        environmentName: String? = nil, environmentVariables: [String: String] = [:]
    ) {
        self.name = name
        self.version = version
        self.inputs = inputs
        self.outputs = outputs
        self.command = command
        self.codeFolder = codeFolder
        self.environmentName = environmentName
        self.environmentVariables = environmentVariables
    }
}

/// A pipeline component: steps, and how their inputs and outputs hang together (ES §4.1, §4.2).
public struct PipelineComponent: Sendable, Hashable, Codable {
    /// What an input of a step is bound to.
    public enum InputBinding: Sendable, Hashable, Codable {
        /// A value as it is written.
        case literal(String)
        /// `${{parent.inputs.name}}`.
        case parentInput(String)
        /// `${{parent.jobs.step.outputs.output}}`.
        case stepOutput(step: String, output: String)
        /// Data at a fixed address, or at a path relative to the file.
        case data(path: String, type: DataType)
    }

    /// What an output of a step is bound to; one that is not named here lies at a place of its own.
    public enum OutputBinding: Sendable, Hashable, Codable {
        /// `${{parent.outputs.name}}`.
        case parentOutput(String)
        /// A fixed path on a datastore.
        case path(String)
    }

    /// One step.
    public struct Step: Sendable, Hashable, Codable {
        /// The step's key below `jobs`.
        public var name: String
        /// What it runs.
        public var component: CommandComponent
        /// Bindings by the component's input names.
        public var inputs: [String: InputBinding]
        /// Bindings by the component's output names.
        public var outputs: [String: OutputBinding]
        /// The compute it names; nil for the default one.
        public var compute: String?
        /// Set for its program, over the component's own.
        public var environmentVariables: [String: String]

        /// Describes a step.
        public init(
            name: String, component: CommandComponent, inputs: [String: InputBinding] = [:],
            outputs: [String: OutputBinding] = [:], compute: String? = nil,
            environmentVariables: [String: String] = [:]
        ) {
            self.name = name
            self.component = component
            self.inputs = inputs
            self.outputs = outputs
            self.compute = compute
            self.environmentVariables = environmentVariables
        }

        /// Names of the steps whose outputs it needs, each once, in alphabetical order.
        public var dependencies: [String] {
            Set(
                inputs.values.compactMap { binding in
                    if case .stepOutput(let step, _) = binding { step } else { nil }
                }
            ).sorted()
        }
    }

    /// Its name; empty for one that stands inline.
    public var name: String
    /// Its version, any text.
    public var version: String
    /// What its author wrote about it.
    public var summary: String?
    /// Declared inputs in the order of the file; a data input's fixed path is its default value.
    public var inputs: [InputSpec]
    /// Declared outputs in the order of the file.
    public var outputs: [OutputSpec]
    /// Where outputs go that a job gives no place, as far as the file says.
    public var outputPaths: [String: String]
    /// The steps in the order of the file.
    public var steps: [Step]

    /// Describes a pipeline component.
    public init(
        name: String = "", version: String = "1", summary: String? = nil,
        inputs: [InputSpec] = [], outputs: [OutputSpec] = [], outputPaths: [String: String] = [:],
        steps: [Step] = []
    ) {
        self.name = name
        self.version = version
        self.summary = summary
        self.inputs = inputs
        self.outputs = outputs
        self.outputPaths = outputPaths
        self.steps = steps
    }

    /// Steps that wait for each other in a circle, in the order of the file; empty when the graph is sound.
    public var circle: [String] {
        var left = steps
        var done = Set<String>()
        while true {
            let ready = left.filter { $0.dependencies.allSatisfy(done.contains) }
            guard !ready.isEmpty else { break }
            done.formUnion(ready.map(\.name))
            left.removeAll { done.contains($0.name) }
        }
        // What only waits for the circle is not part of it.
        while let end = left.firstIndex(where: { step in
            !left.contains { $0.dependencies.contains(step.name) }
        }) {
            left.remove(at: end)
        }
        return left.map(\.name)
    }
}
