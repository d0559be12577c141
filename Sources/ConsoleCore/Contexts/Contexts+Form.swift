import BatchModel
import ConsoleGrid

extension Contexts {
    /// A context that is being made up.
    struct Form: Sendable, Equatable {
        var texts: [Field: TextField] = [:]
        var cloud = Cloud.global
        var kind = CredentialChoice.Kind.automatic
        var isCached = false
        var isReadOnly = false
        var field = Field.name
        /// True once it was to be sent: from then on what is missing is said.
        var isTried = false
        /// Why it could not be written down.
        var failure: ServiceFailure?

        /// The rows that are shown.
        var fields: [Field] { Field.rows(for: kind) }

        /// The context it comes to: of what another kind of sign-in was told nothing is taken.
        var context: AzureContext {
            let fields = Set(fields)
            func text(_ field: Field) -> String {
                let value = texts[field]?.value ?? ""
                return field.isFile
                    ? String(value.trimmingSpaces)
                    : value.split(separator: " ").joined(separator: " ")
            }
            func option(_ field: Field) -> String? {
                guard fields.contains(field) else { return nil }
                let value = text(field)
                return value.isEmpty ? nil : value
            }
            return AzureContext(
                name: text(.name),
                scope: WorkspaceScope(
                    subscriptionID: text(.subscription), resourceGroup: text(.group),
                    workspace: text(.workspace)), cloud: cloud,
                armURL: SafeAddress.base(option(.managementURL)),
                loginURL: SafeAddress.base(option(.loginURL)),
                machineLearningAudience: SafeAddress.base(option(.audience)),
                caFile: option(.caFile), isReadOnly: isReadOnly,
                credential: CredentialChoice(
                    kind, tenantID: option(.tenant), clientID: option(.client),
                    objectID: option(.object), resourceID: option(.resource),
                    certificateFile: option(.certificate), tokenFile: option(.tokenFile),
                    isCached: fields.contains(.cache) && isCached))
        }

        /// What is wrong with a field, once that is to be said.
        func problem(of field: Field) -> String? {
            let text = texts[field]?.value ?? ""
            guard isTried || !text.isEmpty else { return nil }
            if field.isText, DraftSecrets.masked(text) != text { return Self.secretWords(field) }
            return context.problems.first { $0.key == field.setting }.map { problem in
                text.isEmpty
                    ? "It is missing. \(problem.advice)" : "\(problem.detail) \(problem.advice)"
            }
        }

        /// What is typed here is written into config.yml, which others may read.
        private static func secretWords(_ field: Field) -> String {
            field.isFile
                ? "This is a secret, not a file's name. Put it into a file that only you can read, "
                    + "and name that file."
                : "There is a secret in it, and config.yml holds none. Leave it out."
        }

        /// The value of a field as text.
        func value(of field: Field) -> String {
            switch field {
            case .cloud: cloud.name
            case .credential: kind.rawValue
            case .cache: isCached ? "yes" : "no"
            case .readOnly: isReadOnly ? "yes" : "no"
            case .name, .subscription, .group, .workspace, .tenant, .client, .object, .resource,
                .certificate, .tokenFile, .managementURL, .loginURL, .audience, .caFile:
                texts[field]?.value ?? ""
            }
        }
    }

    static func changeForm(_ state: inout State, _ action: Action) -> [Effect] {
        if action == .addPressed {
            state.form = state.kept ?? Form()
            state.kept = nil
            return []
        }
        guard var form = state.form else { return [] }
        defer { if state.form != nil { state.form = form } }
        switch action {
        case .fieldEdited(let key):
            guard form.field.isText else { return [] }
            _ = form.texts[form.field, default: TextField()].handle(key)
            form.failure = nil
        case .fieldMoved(let isForward): form.field = next(form.fields, form.field, isForward)
        case .fieldClicked(let row):
            if form.fields.indices.contains(row) { form.field = form.fields[row] }
        case .choiceMoved(let isForward): choose(&form, isForward)
        case .formSent: return send(&form, &state)
        case .formClosed:
            state.kept = form
            state.form = nil
        case .addPressed, .rowMoved, .rowClicked, .usePressed, .examinePressed, .defaultPressed,
            .keepPressed, .removePressed, .removeConfirmed, .removeDeclined, .copyPressed,
            .refreshPressed, .listed, .listRefused, .written, .writeRefused:
            break
        }
        return []
    }

    /// The one after it or before it, round and round.
    private static func next<Value: Equatable>(
        _ all: [Value], _ value: Value, _ isForward: Bool
    ) -> Value {
        let row = (all.firstIndex(of: value) ?? 0) + (isForward ? 1 : all.count - 1)
        return all[row % all.count]
    }

    private static func choose(_ form: inout Form, _ isForward: Bool) {
        form.failure = nil
        switch form.field {
        case .readOnly: form.isReadOnly.toggle()
        case .cache: form.isCached.toggle()
        case .cloud: form.cloud = next(Cloud.all, form.cloud, isForward)
        case .credential:
            form.kind = next(CredentialChoice.Kind.allCases, form.kind, isForward)
        case .name, .subscription, .group, .workspace, .tenant, .client, .object, .resource,
            .certificate, .tokenFile, .managementURL, .loginURL, .audience, .caFile:
            break
        }
    }

    /// Sends it where nothing is wrong with it; else the first problem gets the focus.
    private static func send(_ form: inout Form, _ state: inout State) -> [Effect] {
        guard state.writing == nil else { return [] }
        form.isTried = true
        if let field = form.fields.first(where: { form.problem(of: $0) != nil }) {
            form.field = field
            return []
        }
        state.writing = "writing \(form.context.name) down"
        return [.add(form.context)]
    }
}
