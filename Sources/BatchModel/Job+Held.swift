extension Job {
    /// The property by which the local engine says why an unfinished job does not move: a full disk, no descriptors.
    public static let heldProperty = "batchdeck.held"

    /// Why the job does not move, for a person; nil when it does. The job goes on by itself.
    public var heldReason: String? { properties[Self.heldProperty] }
}
