public import BatchModel

/// A component's YAML: a pipeline of steps, or one command (ES §4.1–4.3).
///
/// Whatever a step refers to is read at once, by way of a look-up that the caller gives: this room opens no file.
public enum ComponentFile: Sendable, Hashable {
    /// Steps with declared inputs and outputs.
    case pipeline(PipelineComponent)
    /// One program with declared inputs and outputs.
    case command(CommandComponent)

    /// Reads a text.
    ///
    /// - Parameters:
    ///   - file: names it in problems; paths in it are relative to the folder of that name.
    ///   - isRegistered: true for a component of the workspace's own folder, whose name follows the service's rule.
    public static func parse(
        yaml: String, file: String, isRegistered: Bool = false,
        components: ComponentLookup = .none
    ) -> Parsed<ComponentFile> {
        let reader = YAMLReader(file: file)
        guard let map = reader.root(yaml) else {
            return Parsed(value: nil, problems: reader.problems)
        }
        let value = ComponentReader(reader: reader, components: components)
            .component(map, isRegistered: isRegistered)
        return Parsed(value: value, problems: reader.problems)
    }
}

/// How a reference to a component becomes its text.
public struct ComponentLookup: Sendable {
    /// What a look-up came to.
    public enum Answer: Sendable {
        /// The component's YAML, and the file it stands in.
        case found(yaml: String, file: String, isRegistered: Bool)
        /// It is not there: what is wrong and what to do.
        case missing(detail: String, advice: String)
    }

    let find: @Sendable (_ reference: String, _ file: String) -> Answer

    /// Looks up by a closure.
    ///
    /// - Parameter find: gets the reference as written (a path, or `azureml:…`) and the file it stands in.
    public init(_ find: @escaping @Sendable (_ reference: String, _ file: String) -> Answer) {
        self.find = find
    }

    /// Finds nothing: for a text that stands alone.
    public static let none = ComponentLookup { reference, _ in
        .missing(
            detail: "The component \(reference) cannot be read from here.",
            advice: "Write it inline, or put the file into a workspace.")
    }
}

/// What names of components, inputs and outputs may look like (ES §4.1).
enum ComponentNames {
    /// Names that clash with variables of the environment.
    static let reserved: Set<String> = [
        "path", "ld_library_path", "user", "logname", "home", "pwd", "shell",
    ]

    /// Letters, digits and underscores, no digit first.
    static func isKey(_ name: String) -> Bool {
        name.first.map { !$0.isNumber } == true
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    /// `^[a-z][a-z\d_]*$`, at most 255 characters.
    static func isRegistered(_ name: String) -> Bool {
        name.utf8.count <= 255 && name.first?.isLetter == true
            && name.allSatisfy {
                $0.isASCII && (($0.isLetter && $0.isLowercase) || $0.isNumber || $0 == "_")
            }
    }
}
