public import BatchModel

/// What is asked of uploads and downloads, those under way and those that were left unfinished; a struct of closures, as
/// `BatchClient` is.
public struct TransferCalls: Sendable {
    /// All transfers of this client and those left unfinished on this machine, the newest first.
    public var list: @Sendable () async throws(ServiceFailure) -> [TransferRecord]
    /// The same list now and whenever it changes, at most a few times a second; ends with whoever listens.
    public var watch: @Sendable () -> AsyncStream<[TransferRecord]>
    /// Ends one that this client is at; what has been sent or fetched stays. Throws `.conflict` when it is not under way.
    public var giveUp: @Sendable (TransferRecord.ID) async throws(ServiceFailure) -> Void
    /// Strikes one off the list, and takes the unfinished large files of a download away. Throws `.notFound`, or
    /// `.conflict` while somebody is at it.
    public var forget: @Sendable (TransferRecord.ID) async throws(ServiceFailure) -> Void

    /// Builds the calls from their closures.
    public init(
        list: @escaping @Sendable () async throws(ServiceFailure) -> [TransferRecord],
        watch: @escaping @Sendable () -> AsyncStream<[TransferRecord]>,
        giveUp: @escaping @Sendable (TransferRecord.ID) async throws(ServiceFailure) -> Void,
        forget: @escaping @Sendable (TransferRecord.ID) async throws(ServiceFailure) -> Void
    ) {
        self.list = list
        self.watch = watch
        self.giveUp = giveUp
        self.forget = forget
    }

    /// Calls that fail loudly, naming themselves; nobody ever has a transfer to tell of.
    public static var unimplemented: TransferCalls {
        TransferCalls(
            list: { () throws(ServiceFailure) in throw BatchClient.unswapped("transfers.list") },
            watch: { AsyncStream { $0.finish() } },
            giveUp: { _ throws(ServiceFailure) in
                throw BatchClient.unswapped("transfers.giveUp")
            },
            forget: { _ throws(ServiceFailure) in
                throw BatchClient.unswapped("transfers.forget")
            })
    }
}
