/// What went wrong between us and a service: the one failure value that crosses rooms.
///
/// A message for a person has three parts: what we tried (`operation`), what came back (`detail`, with the status and
/// the service's code), and what to do next (`advice`).
public struct ServiceFailure: Error, Sendable, Hashable, Codable {
    /// The short closed list that code branches on.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// No answer at all: refused, reset, timed out.
        case unreachable
        /// Sign-in is needed, or this identity may not do it.
        case unauthorized
        /// The thing named does not exist.
        case notFound
        /// The service (or our own rules) refused the request as it stands.
        case rejected
        /// Something is in the way: it exists already, or its state forbids it.
        case conflict
        /// The request was sent and no clear answer came back: it may have taken effect.
        case outcomeUnknown
        /// The wait ended before the work did.
        case timedOut
        /// Anything else.
        case unexpected
    }

    /// What code branches on.
    public var kind: Kind
    /// What we tried, as words after "could not": `list the jobs of digits-batch`.
    public var operation: String
    /// The HTTP status, where there was one.
    public var httpStatus: Int?
    /// The service's own code, where there was one.
    public var serviceCode: String?
    /// What came back, or what is wrong.
    public var detail: String
    /// What to do next; empty when there is nothing better than trying again.
    public var advice: String
    /// The id to quote to support.
    public var requestID: String?

    /// Describes a failure.
    public init(
        kind: Kind, operation: String, httpStatus: Int? = nil, serviceCode: String? = nil,
        detail: String, advice: String = "", requestID: String? = nil
    ) {
        self.kind = kind
        self.operation = operation
        self.httpStatus = httpStatus
        self.serviceCode = serviceCode
        self.detail = detail
        self.advice = advice
        self.requestID = requestID
    }

    /// All three parts in one paragraph.
    public var message: String {
        var text = "could not \(operation): \(detail)"
        let last = text.last
        if last != "." && last != "!" && last != "?" { text += "." }
        return advice.isEmpty ? text : "\(text) \(advice)"
    }
}

extension ServiceFailure {
    /// Whether other requests of the same kind would fare no better now, so that many in a row stop here: nobody
    /// answers, or sign-in is refused.
    public var isHopeless: Bool {
        switch kind {
        case .unreachable, .unauthorized: true
        case .notFound, .rejected, .conflict, .outcomeUnknown, .timedOut, .unexpected: false
        }
    }
}

extension ServiceFailure: CustomStringConvertible {
    /// The message for a person.
    public var description: String { message }
}
