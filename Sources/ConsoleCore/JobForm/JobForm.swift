import BatchModel

// The job form: one row for every thing a job may be given, and nothing a person has to remember.
//
// Which rows there are follows from the chosen deployment alone (`rows(in:)`), so another deployment is another form
// over the same texts: what was typed for a row that is gone comes back with the row. The form owns only what rules
// cannot know: cursor, focus and half-typed text. What a text means is said by `draft(of:)`, what is wrong with it by
// `problems(in:)`, which is the rules of BatchModel plus whatever a text that does not parse hides from them.
//
//     key ─▶ texts ─▶ draft ─▶ problems ─▶ picture
//                       ├────▶ look     ─▶ finding, kept only while some row still means that reference
//                       └────▶ preview  ─▶ request, shown as old once the draft differs from it
//
// Looks and previews are asked for by `settle`, after every action, by comparing what is meant with what was last
// asked; so no path of editing (typing, undo, completion, another deployment) can forget to ask. Sending locks the
// form but never empties it: whatever the answer is, the form is still there.

/// The form that makes a job.
public enum JobForm {
    /// One row of the form.
    public enum Field: Sendable, Hashable, Codable {
        /// The deployment picker.
        case deployment
        /// A declared input by its name; `input` on model deployments.
        case input(name: String)
        /// A declared output by its name; `score` on model deployments.
        case output(name: String)
        /// A setting of the deployment that this job may change.
        case setting(Setting)
        /// The experiment.
        case experimentName
        /// The job's name.
        case jobName
        /// The submit button.
        case submit
    }

    /// A setting of a model deployment that one job may change (ES §2.2).
    public enum Setting: String, Sendable, Hashable, Codable, CaseIterable {
        case miniBatchSize, instanceCount, maxRetries, timeout, errorThreshold, outputFileName

        /// Where the rules put its problems; also its name on screen.
        var draftField: DraftField {
            switch self {
            case .miniBatchSize: .miniBatchSize
            case .instanceCount: .instanceCount
            case .maxRetries: .maxRetries
            case .timeout: .timeout
            case .errorThreshold: .errorThreshold
            case .outputFileName: .outputFileName
            }
        }

        /// The deployment's own value as text.
        func ownValue(in settings: ModelSettings) -> String {
            switch self {
            case .miniBatchSize: String(settings.miniBatchSize)
            case .instanceCount: String(settings.instanceCount)
            case .maxRetries: String(settings.maxRetries)
            case .timeout: Words.seconds(settings.timeout)
            case .errorThreshold: String(settings.errorThreshold)
            case .outputFileName: settings.outputFileName
            }
        }
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String {
        let form = "new job on \(state.endpoint)"
        if state.presets != nil { return "\(form), presets" }
        return state.picker.map { "\(form), \(DataPicker.title(of: $0))" } ?? form
    }
}

extension Words {
    /// `30 s`: whole seconds stay seconds, as settings are written; anything else as `span`.
    static func seconds(_ duration: Duration) -> String {
        duration == .seconds(duration.components.seconds)
            ? "\(duration.components.seconds) s" : span(duration)
    }
}
