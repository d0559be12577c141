import BatchModel
import ConsoleGrid

extension App {
    /// Everything the console remembers.
    public struct State: Sendable, Equatable {
        let context: String
        var size: Size
        let glyphs: Glyphs
        /// True when the command line says that nothing is to be changed.
        let isReadOnlyByOption: Bool
        /// True when the context says so.
        var isContextReadOnly = false
        /// Keys, colours: what the person's own files say.
        var settings = Settings()
        /// The newest time an action brought.
        var now = Timestamp(microsecondsSinceEpoch: 0)
        /// When screens were last told that time goes on.
        var lastTick: Timestamp?
        var connection = Fetched<ConnectionInfo>()
        /// What an engine is at that is being started; nil for none, or when it says nothing.
        var startWords: String?
        /// When a connection was last asked for.
        var lastConnect: Timestamp?
        /// True from a list that nobody answered until the connection itself was asked for.
        var isLostByList = false
        /// When a connection was found to be there although a list had failed.
        var trustedSince: Timestamp?

        /// Where we are and how we came here; the first is always the endpoints.
        var path: [Place] = [.endpoints]
        var endpoints: Endpoints.State
        var jobs: Jobs.State?
        var detail: JobDetail.State?
        var results: Results.State?
        var compare: Compare.State?
        var undecidedList: Undecided.State?
        var help: Help.State?
        var noticeList: Notices.State?
        var contextList: Contexts.State?
        /// A context that was being made up when its screen was left.
        var contextForm: Contexts.Form?
        var transferList: Transfers.State?
        var doctor: Doctor.State?
        /// Uploads and downloads as the client last told of them, the newest first.
        var transfers: [TransferRecord] = []
        /// The tour of a first start, while it goes on.
        var tour: Tour.State?
        /// The contexts as they were last listed.
        var contexts: [ContextEntry]?
        /// What is kept of contexts the console was in before.
        var parked: [String: Parked] = [:]
        /// A person who is asked to sign in.
        var signIn: SignIn.State?
        /// The box that asks how much of a job is wanted once more.
        var retry: Retry.State?
        /// The single job that is being submitted once more.
        var retryWait: RetryWait?
        /// The commands, while they are open over the screen.
        var palette: CommandPalette.State?
        /// Commands run from the palette, the newest first.
        var history: [String] = []
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
        /// What was said in this session, the newest first.
        var notices: [Notices.Entry] = []
        /// Submissions whose outcome is not known.
        var undecided: [Submission] = []
        /// Jobs that the runtime tracks.
        var tracked: Set<Job.ID> = []
        /// Active jobs that were started or opened here: their end is rung for.
        var watched: Set<Job.ID> = []
        /// What was ordered and is not answered, whether its screen is still open or not.
        var errands: Set<Errand> = []
        /// Errands that were ordered together, the oldest first.
        var rounds: [Round] = []
        /// False while the mouse is left to the terminal.
        var hasMouse = true
        /// True once the user was told what quitting would interrupt.
        var isQuitArmed = false

        init(context: String, size: Size, glyphs: Glyphs, isReadOnly: Bool) {
            self.context = context
            self.size = size
            self.glyphs = glyphs
            isReadOnlyByOption = isReadOnly
            endpoints = Endpoints.State(lastSeen: nil)
            App.layOut(&self)
        }
    }

    /// What a person's own files say of keys and colours.
    public struct Settings: Sendable, Equatable, Codable {
        /// The keys.
        public var keymap: Keymap
        /// The themes of files, by name.
        public var themes: [String]
        /// What was wrong with a file that is not used for it, a sentence each.
        public var problems: [String]

        /// Collects settings.
        public init(
            keymap: Keymap = .standard, themes: [String] = [], problems: [String] = []
        ) {
            self.keymap = keymap
            self.themes = themes
            self.problems = problems
        }
    }

    /// What a form is for: an endpoint, and the deployment it was opened on.
    struct FormKey: Sendable, Hashable {
        var endpoint: Endpoint.Name
        var deployment: Deployment.Name?
    }

    /// A sentence in the bottom line.
    struct Notice: Sendable, Equatable {
        typealias Weight = Notices.Entry.Weight

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

    /// True when every key that changes something is refused.
    var isReadOnly: Bool { isReadOnlyByOption || isContextReadOnly }

    /// The keys the console goes by.
    var keymap: Keymap { settings.keymap }

    /// The name of the context the console is in.
    public var contextName: String { context }

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
        let aboveFooter = size.rows >= 2 ? belowHeader.split(rowsAt: -1).top : belowHeader
        return aboveFooter.split(rowsAt: aboveFooter.rows - tourRows).top
    }

    /// Rows of the tour's strip, between the screen and the footer.
    var tourRows: Int { tour == nil ? 0 : Tour.rows(in: size) }

    mutating func say(_ text: String, _ weight: App.Notice.Weight = .info) {
        notice = App.Notice(text: text, weight: weight)
    }
}
