/// A refusal of the blob store: it knows its HTTP answer and its storage error code (CONTRACT §6.1).
struct BlobError: Error, Sendable, Hashable {
    /// The HTTP status.
    var status: Int
    /// The storage error code, `x-ms-error-code`.
    var code: String
    /// For a person.
    var message: String

    init(_ status: Int, _ code: String, _ message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    static let notFound = BlobError(404, "BlobNotFound", "The specified blob does not exist.")
    static let containerNotFound = BlobError(
        404, "ContainerNotFound", "The specified container does not exist.")
    static let exists = BlobError(
        409, "BlobAlreadyExists", "The specified blob already exists.")
    static let conditionNotMet = BlobError(
        412, "ConditionNotMet",
        "The condition specified using HTTP conditional header(s) is not met.")
    static let notModified = BlobError(
        304, "ConditionNotMet", "The blob has not been modified.")
    static let invalidRange = BlobError(
        416, "InvalidRange",
        "The range specified is invalid for the current size of the resource.")
    static let rangeTooLongForMD5 = BlobError(
        400, "InvalidHeaderValue",
        "x-ms-range-get-content-md5 can be asked for ranges of up to 4 MiB only.")
    static let readOnly = BlobError(
        409, "BlobImmutableDueToPolicy",
        "Names below workspace-data/ are the workspace's own files and cannot be changed through "
            + "blob storage. Write below another name, or edit the files in the workspace folder.")
    /// Blobs are plain files, so a name cannot be a file and a folder at once.
    static let pathConflict = BlobError(
        409, "PathConflict",
        "This store keeps every blob as a plain file, so one name cannot be both a blob and the "
            + "folder of other blobs. Delete one of them or choose another name.")

    /// Translates the system's word for it.
    static func system(_ code: Int32, _ doing: String) -> BlobError {
        switch Shortage.of(code: code) {
        case nil: BlobError(500, "InternalError", "Could not \(doing): \(SystemError.text(code)).")
        case .descriptors?:
            BlobError(503, "ServerBusy", "Could not \(doing): \(SystemError.text(code)).")
        case .space?, .writing?:
            BlobError(
                507, "InsufficientStorage",
                "Could not \(doing): \(SystemError.text(code)). Nothing was stored; free some "
                    + "space on the disk that holds the engine's state.")
        }
    }

    /// Anything thrown while a blob call ran.
    static func from(_ error: any Error) -> BlobError {
        switch error {
        case let error as BlobError: error
        case let error as BodyTooLong:
            BlobError(
                413, "RequestBodyTooLarge",
                "The request body is too large and exceeds the maximum of "
                    + "\(error.limitBytes) bytes.")
        case is BodyCutShort:
            BlobError(
                400, "InvalidInput", "The body ended before the number of bytes announced.")
        default:
            if Shortage.of(error) == .space {
                BlobError(
                    507, "InsufficientStorage", "The blob store failed: \(error). Free some space.")
            } else {
                BlobError(500, "InternalError", "The blob store failed: \(error).")
            }
        }
    }
}
