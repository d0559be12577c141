/// What a person has to do to sign in by device code (RFC 8628): open a page, enter a code, before it expires.
///
/// The code is for the person alone: it is left out where the value is encoded, so that no recording holds it.
public struct SignInQuestion: Sendable, Hashable, Codable {
    /// The page to open, anywhere.
    public var page: String
    /// What to enter there; empty in a value that was decoded.
    public var code: String
    /// When the code is good no longer.
    public var expiresAt: Timestamp

    /// Describes what is to be done.
    public init(page: String, code: String, expiresAt: Timestamp) {
        self.page = page
        self.code = code
        self.expiresAt = expiresAt
    }

    private enum CodingKeys: CodingKey {
        case page, expiresAt
    }

    /// Reads all but the code.
    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        page = try values.decode(String.self, forKey: .page)
        expiresAt = try values.decode(Timestamp.self, forKey: .expiresAt)
        code = ""
    }

    /// Writes all but the code.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(page, forKey: .page)
        try values.encode(expiresAt, forKey: .expiresAt)
    }
}
