public import BatchModel

/// How a reader of plans gets at this machine: it opens no file itself.
public struct PlanFiles: Sendable {
    /// The text of a file; nil when it cannot be read.
    public var read: @Sendable (_ path: String) -> String?
    /// A path made absolute against the current folder.
    public var absolute: @Sendable (_ path: String) -> String
    /// True when there is a file or folder.
    public var isThere: @Sendable (_ path: String) -> Bool

    /// Collects the ways to look at files.
    public init(
        read: @escaping @Sendable (String) -> String?,
        absolute: @escaping @Sendable (String) -> String,
        isThere: @escaping @Sendable (String) -> Bool
    ) {
        self.read = read
        self.absolute = absolute
        self.isThere = isThere
    }

    /// Finds the components that a file names by path; registered ones only a service can read.
    var components: ComponentLookup {
        ComponentLookup { reference, file in
            guard !reference.isAssetReference else {
                return .missing(
                    detail: "\(reference) is registered, and only its own file can be read here.",
                    advice: "Name the component's file.")
            }
            let path = beside(file, reference)
            guard let yaml = read(path) else {
                return .missing(
                    detail: "There is no file \(path).",
                    advice: "The path is relative to the file that names it.")
            }
            return .found(yaml: yaml, file: path, isRegistered: false)
        }
    }
}

extension String {
    /// True for `azureml:…` and ARM ids: what is in a workspace or registry already.
    package var isAssetReference: Bool {
        lowercased().hasPrefix("azureml:") || lowercased().hasPrefix("/subscriptions/")
    }

    /// True for what is no path on this machine.
    var isRemote: Bool { isAssetReference || (contains("://") && !hasPrefix("file:")) }
}

extension DataPlan {
    /// Reads a data asset's YAML; `file` names it in problems, and its path is relative to it.
    ///
    /// - Parameter said: values by key that stand in the place of the text's own; a path of them is relative to the current
    ///   folder.
    public static func parse(
        yaml: String, file: String, files: PlanFiles, said: [String: String] = [:]
    ) -> Parsed<DataPlan> {
        let parsed = DataAssetFile.parse(yaml: yaml, file: file, said: said)
        let reader = YAMLReader(file: file)
        guard let asset = parsed.value, let map = reader.root(yaml, said: said) else {
            return Parsed(value: nil, problems: parsed.problems)
        }
        var plan = DataPlan(
            name: asset.name, version: map.text("version"), type: asset.type, path: asset.path,
            summary: asset.summary, tags: map.texts("tags"),
            properties: asset.properties.isEmpty ? nil : asset.properties)
        if !plan.path.isRemote {
            plan.path = files.absolute(beside(map.isSaid("path") ? "" : file, plan.path))
            map.demand(plan.path, as: "path", files)
        }
        return Parsed(value: plan, problems: parsed.problems + reader.problems)
    }
}

extension DatastorePlan {
    /// Reads a datastore's YAML, its secret included; `file` names it in problems.
    ///
    /// - Parameter said: values by key that stand in the place of the text's own.
    public static func parse(
        yaml: String, file: String, said: [String: String] = [:]
    ) -> Parsed<DatastorePlan> {
        let parsed = DatastoreFile.parse(yaml: yaml, file: file, said: said)
        let reader = YAMLReader(file: file)
        guard var datastore = parsed.value?.datastore, let map = reader.root(yaml, said: said)
        else { return Parsed(value: nil, problems: parsed.problems) }
        datastore.summary = map.text("description")
        datastore.tags = map.texts("tags")
        var plan = DatastorePlan(datastore: datastore)
        if let credentials = map.map("credentials") {
            if let key = credentials.text("account_key") {
                plan.secret = .accountKey(key)
            } else if let token = credentials.text("sas_token") {
                plan.secret = .sas(token)
            } else {
                map.note(
                    "credentials", "credentials holds neither account_key nor sas_token.",
                    "Give one of them, or leave credentials out for access by identity.")
            }
        }
        return Parsed(value: plan, problems: parsed.problems + reader.problems)
    }
}

extension YAMLMap {
    /// Notes that something a key names is not on this machine.
    func demand(_ path: String, as key: String, _ files: PlanFiles) {
        guard !files.isThere(path) else { return }
        note(
            key, "\(full(key)): there is nothing at \(path).",
            isSaid(key) ? "Check the path." : "The path is relative to the YAML file.")
    }
}
