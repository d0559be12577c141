public import BatchModel
public import ConsoleGrid

/// A place in the console: what the breadcrumbs name and `esc` leaves.
public enum Place: Sendable, Hashable, Codable {
    case endpoints
    /// All jobs, or one endpoint's.
    case jobs(Endpoint.Name?)
    /// A new job on an endpoint; the deployment is the default one unless named.
    case jobForm(Endpoint.Name, Deployment.Name?)
    case jobDetail(Job.ID)
    case results(Job.ID)
    /// Two jobs side by side.
    case compare(Job.ID, Job.ID)
    /// Submissions whose outcome is not known.
    case undecided
    case help
    /// What was said in this session.
    case notices
    /// Where jobs go.
    case contexts
    /// Uploads and downloads.
    case transfers
    /// What work depends on, and how it stands.
    case doctor
}

/// What a view may know beside its own state. Fixed for one picture.
public struct ViewContext: Sendable, Hashable {
    /// Unicode or ASCII drawing characters.
    public var glyphs: Glyphs
    /// The newest time an action brought; views never read a clock.
    public var now: Timestamp
    /// True when this part of the screen has the focus.
    public var isFocused: Bool

    /// What the service's clock shows at `now`: how long ago a time was that the service gave.
    public let serviceNow: Timestamp

    /// Describes the surroundings of a picture.
    ///
    /// - Parameter clockAhead: how much later it is at the service, whose clock stamped the times of jobs.
    public init(
        glyphs: Glyphs, now: Timestamp, clockAhead: Duration = .zero, isFocused: Bool = true
    ) {
        self.glyphs = glyphs
        self.now = now
        serviceNow = now + clockAhead
        self.isFocused = isFocused
    }
}

/// Something that is being fetched: what is known, how old it is, and what went wrong last.
public struct Fetched<Value: Sendable & Equatable>: Sendable, Equatable {
    /// What is known, nil before anything is.
    public var value: Value?
    /// When it was true.
    public var asOf: Timestamp?
    /// True while it is being asked for.
    public var isLoading: Bool
    /// Why the newest attempt failed; what was known stays.
    public var failure: ServiceFailure?

    /// Nothing known yet.
    public init(
        _ value: Value? = nil, asOf: Timestamp? = nil, isLoading: Bool = false,
        failure: ServiceFailure? = nil
    ) {
        self.value = value
        self.asOf = asOf
        self.isLoading = isLoading
        self.failure = failure
    }

    /// Notes that it is being asked for.
    public mutating func begin() { isLoading = true }

    /// Takes an answer.
    public mutating func succeed(_ newValue: Value, asOf time: Timestamp) {
        self = Fetched(newValue, asOf: time)
    }

    /// Takes a failure; keeps what was known.
    public mutating func fail(_ newFailure: ServiceFailure) {
        isLoading = false
        failure = newFailure
    }
}
