public import BatchModel

/// Looks at a local engine that runs, over its own API.
public struct EngineDoctor: Sendable {
    private let caller: ServiceCaller
    private let surroundings: ClientSurroundings

    /// Nothing is asked yet.
    public init(
        _ connection: Connection, transport: Transport, surroundings: ClientSurroundings = .system
    ) {
        self.surroundings = surroundings
        caller = ServiceCaller(
            transport: transport,
            keeper: ConnectionKeeper(open: { () throws(ServiceFailure) in connection }),
            surroundings: surroundings, retry: .once)
    }

    /// Asks with the token for the workspace.
    public func answer() async -> DoctorCheck {
        do throws(ServiceFailure) {
            let scope = try await caller.keeper.current().connection.scope
            let begin = ContinuousClock.now
            _ = try await caller.fetch(
                ServiceRequest(.management(scope, .workspace), operation: "ask the engine"))
            let time = ContinuousClock.now - begin
            let tenths = time.wholeMicroseconds / 100
            return DoctorCheck(
                "answer", .ok,
                "the workspace \(scope.workspace) answers after \(tenths / 10).\(tenths % 10) ms")
        } catch { return DoctorCheck("answer", error) }
    }

    /// Writes a few bytes to the default datastore, reads them back and takes them away.
    public func roundTrip() async -> DoctorCheck {
        do throws(ServiceFailure) {
            let storages = Storages(
                catalogue: Catalogue(caller: caller), grants: StorageGrants(caller: caller))
            let found = try await storages.catalogue.defaultDatastore()
            let store = try await storages.store(of: found)
            try await roundTrip(store)
            return DoctorCheck(
                "storage", .ok,
                "bytes went to \(found.name.rawValue.plainLine) and came back as they were")
        } catch { return DoctorCheck("storage", error) }
    }

    private func roundTrip(_ store: BlobStore) async throws(ServiceFailure) {
        let operation = "store and read a few bytes"
        let blob = "doctor/\(surroundings.makeID())"
        let bytes = Array("batchdeck doctor \(surroundings.makeID())".utf8)
        let put = try await store.exchange(
            .put(blob: blob), headers: [("x-ms-blob-type", "BlockBlob")], body: .bytes(bytes),
            operation: operation)
        guard put.isSuccess else { throw store.failure(put, operation) }
        let read: ServiceAnswer
        do throws(ServiceFailure) {
            read = try await store.read(
                blob, offset: 0, length: Int64(bytes.count), operation: operation)
        } catch {
            _ = try await store.exchange(.delete(blob: blob), operation: operation)
            throw error
        }
        let gone = try await store.exchange(.delete(blob: blob), operation: operation)
        guard gone.isSuccess else { throw store.failure(gone, operation) }
        guard read.bytes == bytes else {
            throw ServiceFailure(
                kind: .unexpected, operation: operation, detail: "other bytes came back than went",
                advice: "The disk may be failing: look at the system's log.")
        }
    }
}
