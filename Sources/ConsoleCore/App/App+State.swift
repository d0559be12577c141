import BatchModel
import ConsoleGrid

extension App {
    /// Everything the console remembers.
    public struct State: Sendable, Equatable {
        let context: String
        var size: Size
        let glyphs: Glyphs
        let isReadOnly: Bool
        /// The newest time an action brought.
        var now = Timestamp(microsecondsSinceEpoch: 0)
        /// When screens were last told that time goes on.
        var lastTick: Timestamp?
        var connection = Fetched<ConnectionInfo>()
        /// When a connection was last asked for.
        var lastConnect: Timestamp?

        /// Where we are and how we came here; the first is always the endpoints.
        var path: [Place] = [.endpoints]
        var endpoints: Endpoints.State
        var jobs: Jobs.State?
        var detail: JobDetail.State?
        var results: Results.State?
        var undecidedList: Undecided.State?
        var help: Help.State?
        /// Forms whose jobs were not accepted yet.
        var forms: [FormKey: JobForm.State] = [:]
        /// The form that was opened last.
        var formKey: FormKey?
        /// The form that is being sent.
        var sendingKey: FormKey?
        /// Drafts that became jobs in this session, newest first.
        var recent: [JobDraft] = []

        /// What the newest key or answer came to; gone with the next key.
        var notice: Notice?
        /// Submissions whose outcome is not known.
        var undecided: [Submission] = []
        /// Jobs that the runtime tracks.
        var tracked: Set<Job.ID> = []
        /// True once the user was told what quitting would interrupt.
        var isQuitArmed = false

        init(context: String, size: Size, glyphs: Glyphs, isReadOnly: Bool) {
            self.context = context
            self.size = size
            self.glyphs = glyphs
            self.isReadOnly = isReadOnly
            endpoints = Endpoints.State(lastSeen: nil)
            App.layOut(&self)
        }
    }

    /// What a form is for: an endpoint, and the deployment it was opened on.
    struct FormKey: Sendable, Hashable {
        var endpoint: Endpoint.Name
        var deployment: Deployment.Name?
    }

    /// A sentence in the bottom line.
    struct Notice: Sendable, Equatable {
        enum Weight: Sendable, Equatable { case info, warning, danger }

        var text: String
        var weight: Weight

        var style: Style {
            switch weight {
            case .info: .info
            case .warning: .warning
            case .danger: .danger
            }
        }
    }
}

extension App.State {
    /// Drafts remembered for prefilling; the oldest is forgotten.
    static let recentLimit = 50

    /// Where we are.
    public var place: Place { path.last ?? .endpoints }

    /// The form in front, or the one opened last.
    var form: JobForm.State? {
        get { formKey.flatMap { forms[$0] } }
        set { if let formKey { forms[formKey] = newValue } }
    }

    /// A form that is on its way: its files are being uploaded, or its request is out.
    var isSending: Bool { forms.values.contains { $0.phase != nil } }

    /// The part of the screen that belongs to the place, between header and footer.
    var body: Rect {
        let all = Rect(size: size)
        let belowHeader = size.rows >= 3 ? all.split(rowsAt: 1).bottom : all
        return size.rows >= 2 ? belowHeader.split(rowsAt: -1).top : belowHeader
    }

    mutating func say(_ text: String, _ weight: App.Notice.Weight = .info) {
        notice = App.Notice(text: text, weight: weight)
    }
}
