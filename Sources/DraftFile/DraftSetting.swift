public import BatchModel

/// A `--set` that cannot be carried out.
public struct SettingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What is wrong and what is accepted.
    public let message: String

    /// Says what is wrong.
    public init(message: String) { self.message = message }

    /// The message.
    public var description: String { message }
}

/// The grammar of `--set a.b=c` (CONTRACT §5, ES §2.2).
///
/// `inputs.NAME.path|type|mode|default=…`, `outputs.NAME.path|type|mode=…`, and the settings one job may change. Settings may
/// come in any order: a type or mode given before its path waits for it.
public enum DraftSetting {
    /// The keys that are accepted.
    public static let acceptedKeys =
        "inputs.NAME.path, inputs.NAME.type, inputs.NAME.mode, inputs.NAME.default, "
        + "outputs.NAME.path, outputs.NAME.type, outputs.NAME.mode, mini_batch_size, "
        + "compute.instance_count, error_threshold, output_file_name, "
        + "retry_settings.max_retries, retry_settings.timeout, experiment_name, job_name"

    /// Carries several settings out on a draft, the types and modes of inputs and outputs last.
    ///
    /// - Throws: `SettingError` at the first that cannot be; the draft may then hold those before it.
    public static func apply(_ settings: [String], to draft: inout JobDraft) throws(SettingError) {
        let ordered =
            settings.filter { !isOfAnother($0) } + settings.filter(isOfAnother)
        for setting in ordered { try apply(setting, to: &draft) }
    }

    /// Carries one setting out on a draft.
    public static func apply(_ setting: String, to draft: inout JobDraft) throws(SettingError) {
        let scalars = setting.unicodeScalars
        guard let equals = scalars.firstIndex(of: "="), equals != setting.startIndex else {
            throw SettingError(message: "\(setting) is not KEY=VALUE.")
        }
        let key = String(scalars[..<equals])
        let value = String(scalars[scalars.index(after: equals)...])
        let parts = key.split(separator: ".").map { String($0) }
        if parts.count == 3, parts[0] == "inputs" {
            try setInput(parts[1], parts[2], value, key, &draft)
        } else if parts.count == 3, parts[0] == "outputs" {
            try setOutput(parts[1], parts[2], value, key, &draft)
        } else {
            try setOption(key, value, &draft)
        }
    }

    /// True for what is said about a path or value that another setting gives.
    private static func isOfAnother(_ setting: String) -> Bool {
        let key = setting.prefix { $0 != "=" }
        return key.hasSuffix(".type") || key.hasSuffix(".mode")
    }

    private static func setInput(
        _ name: String, _ member: String, _ value: String, _ key: String, _ draft: inout JobDraft
    ) throws(SettingError) {
        let place = draft.inputs.firstIndex { $0.name == name }
        switch member {
        case "path":
            draft.setInput(name, .data(type: nil, reference: try reference(value)))
        case "default", "value":
            draft.setInput(name, .literal(text: value))
        case "type", "mode":
            guard let place else {
                throw SettingError(
                    message: "\(key) has no value to go with: add inputs.\(name).path=… "
                        + "or inputs.\(name).default=….")
            }
            // A literal travels without either.
            guard case .data(_, let reference) = draft.inputs[place].value else { return }
            if member == "mode" {
                draft.inputs[place].mode = value
            } else {
                draft.inputs[place].value = .data(
                    type: DataType(rawValue: value), reference: reference)
            }
        default: throw unknown(key)
        }
    }

    private static func setOutput(
        _ name: String, _ member: String, _ value: String, _ key: String, _ draft: inout JobDraft
    ) throws(SettingError) {
        switch member {
        case "path":
            draft.setOutput(.init(name: name, reference: try reference(value)))
        case "type", "mode":
            guard let index = draft.outputs.firstIndex(where: { $0.name == name }) else {
                throw SettingError(
                    message: "\(key) has no path to go with: add outputs.\(name).path=….")
            }
            if member == "mode" {
                draft.outputs[index].mode = value
            } else {
                draft.outputs[index].type = DataType(rawValue: value)
            }
        default: throw unknown(key)
        }
    }

    private static func setOption(
        _ key: String, _ value: String, _ draft: inout JobDraft
    ) throws(SettingError) {
        switch key {
        case "mini_batch_size": draft.overrides.miniBatchSize = try whole(value, key)
        case "instance_count", "compute.instance_count", "resources.instance_count":
            draft.overrides.instanceCount = try whole(value, key)
        case "error_threshold": draft.overrides.errorThreshold = try whole(value, key)
        case "output_file_name": draft.overrides.outputFileName = value
        case "max_retries", "retry_settings.max_retries":
            draft.overrides.maxRetries = try whole(value, key)
        case "timeout", "retry_settings.timeout":
            draft.overrides.timeout = .seconds(try whole(value, key))
        case "experiment_name": draft.experimentName = value
        case "job_name", "name": draft.jobName = value
        default: throw unknown(key)
        }
    }

    /// An address, or an error that lists the accepted forms.
    static func reference(_ text: String) throws(SettingError) -> DataReference {
        do {
            return try DataReference(parsing: text)
        } catch {
            throw SettingError(message: error.message)
        }
    }

    private static func whole(_ value: String, _ key: String) throws(SettingError) -> Int {
        guard let number = Int(value) else {
            throw SettingError(message: "\(key) is \(value): give a whole number.")
        }
        return number
    }

    private static func unknown(_ key: String) -> SettingError {
        SettingError(message: "\(key) is not a setting. Accepted: \(acceptedKeys).")
    }
}
