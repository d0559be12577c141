@testable import BatchClient

/// What happens to one request on its way there and back.
enum Fault: Sendable, Equatable {
    case none
    /// No connection is made: nothing is sent.
    case refused
    /// The connection is closed, or reset, without an answer.
    case cut(acted: Bool)
    /// Nothing comes until the time for an answer is over.
    case timeout(acted: Bool)
    /// An error, from the service or from what stands before it.
    case status(Int, acted: Bool, retryAfter: Int?, dress: Dress)
    /// The right answer breaks off in its middle; a clean end shows only in that the rest is missing.
    case half(isClean: Bool)
    /// The right head, then a body that does not come to its end in time.
    case slow

    /// What an error's body looks like.
    enum Dress: CaseIterable, Sendable { case json, text, page, nothing }

    /// True when the service did what was asked.
    var acts: Bool {
        switch self {
        case .none, .half, .slow: true
        case .refused: false
        case .cut(let acted), .timeout(let acted), .status(_, let acted, _, _): acted
        }
    }

    /// The statuses that say nothing about whether the service did it.
    static let statuses = [408, 429, 500, 502, 503, 504]

    /// One of all, each before or after the service acted.
    static func any(_ chance: inout Chance) -> Fault {
        let acted = chance.percent(50)
        switch chance.number(0...9) {
        case 0: return .refused
        case 1, 2: return .cut(acted: acted)
        case 3: return .timeout(acted: acted)
        case 4: return .half(isClean: chance.percent(50))
        case 5: return .slow
        default:
            let wait: Int? = chance.percent(40) ? chance.pick([0, 1, 5, 90]) : nil
            return .status(
                chance.pick(statuses), acted: acted, retryAfter: wait,
                dress: chance.pick(Dress.allCases))
        }
    }

    /// The body of an error.
    static func body(_ status: Int, _ dress: Dress) -> String {
        switch dress {
        case .json: "{\"error\":{\"code\":\"ServiceError\",\"message\":\"Received \(status)\"}}"
        case .text: "upstream request timeout"
        case .page: "<html><head><title>\(status)</title></head><body>nginx</body></html>"
        case .nothing: ""
        }
    }
}
