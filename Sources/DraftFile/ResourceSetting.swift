public import BatchModel

// `--set a.b=c` on things that are made: the keys of their YAML files, the older layout's too.

/// One `KEY=VALUE`, taken apart.
private struct Pair {
    var key: String
    var value: String

    init(_ setting: String) throws(SettingError) {
        guard let equals = setting.firstIndex(of: "="), equals != setting.startIndex else {
            throw SettingError(message: "\(setting) is not KEY=VALUE.")
        }
        key = String(setting[..<equals])
        value = String(setting[setting.index(after: equals)...])
    }

    /// What follows `prefix.` in the key; nil for another key.
    func name(below prefix: String) -> String? {
        guard key.hasPrefix(prefix + "."), key.count > prefix.count + 1 else { return nil }
        return String(key.dropFirst(prefix.count + 1))
    }

    func whole(_ range: ClosedRange<Int>) throws(SettingError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            let top = range.upperBound == Int.max ? "" : " to \(range.upperBound)"
            let words =
                top.isEmpty ? "of at least \(range.lowerBound)" : "from \(range.lowerBound)\(top)"
            throw SettingError(message: "\(key) is \(value). It must be a whole number \(words).")
        }
        return number
    }

    func word(_ words: [String]) throws(SettingError) -> String {
        if let word = words.first(where: { $0 == value.lowercased() }) { return word }
        throw SettingError(
            message: "\(key) is \(value). It must be \(words.joined(separator: " or ")).")
    }
}

/// The grammar of `--set` for endpoints.
public enum EndpointSetting {
    /// The keys that are accepted.
    public static let acceptedKeys = "description, defaults.deployment_name, tags.NAME"

    /// Carries settings out on an endpoint.
    ///
    /// - Throws: `SettingError` at the first that cannot be.
    public static func apply(
        _ settings: [String], to endpoint: inout Endpoint
    ) throws(SettingError) {
        for setting in settings {
            let pair = try Pair(setting)
            if let tag = pair.name(below: "tags") {
                endpoint.tags[tag] = pair.value
                continue
            }
            switch pair.key {
            case "description": endpoint.summary = pair.value
            case "defaults.deployment_name":
                endpoint.defaultDeployment =
                    pair.value.isEmpty ? nil : Deployment.Name(pair.value)
            default:
                throw SettingError(
                    message: "\(pair.key) cannot be set. Accepted are \(acceptedKeys).")
            }
        }
    }
}

/// The grammar of `--set` for versions of data assets.
public enum DataSetting {
    /// The keys that are accepted.
    public static let acceptedKeys = "description, version, tags.NAME, properties.NAME"

    /// Carries settings out on a plan.
    ///
    /// - Throws: `SettingError` at the first that cannot be.
    public static func apply(_ settings: [String], to plan: inout DataPlan) throws(SettingError) {
        for setting in settings {
            let pair = try Pair(setting)
            if let tag = pair.name(below: "tags") {
                plan.tags[tag] = pair.value
                continue
            }
            if let property = pair.name(below: "properties") {
                plan.properties = plan.properties ?? [:]
                plan.properties?[property] = pair.value
                continue
            }
            switch pair.key {
            case "description": plan.summary = pair.value
            case "version": plan.version = pair.value
            default:
                throw SettingError(
                    message: "\(pair.key) cannot be set. Accepted are \(acceptedKeys).")
            }
        }
    }
}

/// The grammar of `--set` for deployments.
public enum DeploymentSetting {
    /// The keys that are accepted; those of `settings` also without that word.
    public static let acceptedKeys =
        "description, compute, tags.NAME, resources.instance_count, settings.mini_batch_size, "
        + "settings.max_concurrency_per_instance, settings.error_threshold, "
        + "settings.output_action, settings.output_file_name, settings.logging_level, "
        + "settings.retry_settings.max_retries, settings.retry_settings.timeout, "
        + "settings.environment_variables.NAME"

    /// Carries settings out on a plan.
    ///
    /// - Throws: `SettingError` at the first that cannot be.
    public static func apply(
        _ settings: [String], to plan: inout DeploymentPlan
    ) throws(SettingError) {
        for setting in settings {
            var pair = try Pair(setting)
            pair.key = pair.name(below: "settings") ?? pair.key
            if try applyCommon(pair, to: &plan) { continue }
            switch plan.deployment.kind {
            case .model(var model):
                try apply(pair, to: &model)
                plan.deployment.kind = .model(model)
            case .pipelineComponent(var pipeline):
                guard PipelineSettings.keys.contains(pair.key) else { throw unknown(pair) }
                pipeline.settings[pair.key] = pair.value
                plan.deployment.kind = .pipelineComponent(pipeline)
            }
        }
    }

    private static func applyCommon(
        _ pair: Pair, to plan: inout DeploymentPlan
    ) throws(SettingError) -> Bool {
        if let tag = pair.name(below: "tags") {
            plan.deployment.tags[tag] = pair.value
        } else if let name = pair.name(below: "environment_variables") {
            plan.environmentVariables[name] = pair.value
        } else if pair.key == "description" {
            plan.deployment.summary = pair.value
        } else if pair.key == "compute" {
            let isShort = pair.value.lowercased().hasPrefix("azureml:")
            plan.deployment.compute = isShort ? String(pair.value.dropFirst(8)) : pair.value
        } else {
            return false
        }
        return true
    }

    private static func apply(
        _ pair: Pair, to settings: inout ModelSettings
    ) throws(SettingError) {
        switch pair.key {
        case "mini_batch_size": settings.miniBatchSize = try pair.whole(1...Int.max)
        case "instance_count", "resources.instance_count":
            settings.instanceCount = try pair.whole(1...ModelSettings.instanceLimit)
        case "max_concurrency_per_instance":
            settings.maxConcurrencyPerInstance = try pair.whole(1...ModelSettings.instanceLimit)
        case "error_threshold": settings.errorThreshold = try pair.whole(-1...Int.max)
        case "output_action":
            let word = try pair.word(["append_row", "summary_only"])
            settings.outputAction = word == "append_row" ? .appendRow : .summaryOnly
        case "output_file_name": settings.outputFileName = pair.value
        case "retry_settings.max_retries": settings.maxRetries = try pair.whole(0...Int.max)
        case "retry_settings.timeout":
            settings.timeout = .seconds(try pair.whole(1...259_200))
        case "logging_level":
            settings.loggingLevel = try pair.word(["warning", "info", "debug"])
        default: throw unknown(pair)
        }
    }

    private static func unknown(_ pair: Pair) -> SettingError {
        SettingError(message: "\(pair.key) cannot be set. Accepted are \(acceptedKeys).")
    }
}

extension PipelineSettings {
    /// Keys below `settings` of a pipeline deployment (ES §2.3).
    static let keys: Set<String> = [
        "default_compute", "default_datastore", "continue_on_step_failure", "force_rerun",
        "continue_on_failed_optional_input",
    ]
}
