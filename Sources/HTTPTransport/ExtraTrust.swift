public import BatchModel
import NIOSSL
import Synchronization

/// Certificates to trust beside the system's, known only when a service is found: a local engine names its own.
public final class ExtraTrust: Sendable {
    private let current = Mutex<TLSConfiguration?>(nil)

    /// Trusts nothing more yet.
    public init() {}

    /// Trusts the certificates of a file from now on, in place of those of an earlier one.
    ///
    /// - Parameter caFile: a PEM file, absolute; nil for none.
    /// - Throws: `.rejected` when it cannot be read.
    public func set(caFile: String?) throws(ServiceFailure) {
        guard let caFile else { return current.withLock { $0 = nil } }
        do {
            let certificates = try NIOSSLCertificate.fromPEMFile(caFile)
            var configuration = TLSConfiguration.makeClientConfiguration()
            configuration.additionalTrustRoots = [.certificates(certificates)]
            current.withLock { $0 = configuration }
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: "trust the certificates in \(caFile)",
                detail: "they cannot be read: \(error)",
                advice: "Give the engine a certificate chain in PEM form that stays where it is.")
        }
    }

    /// What to connect with; nil for the system's own trust.
    var configuration: TLSConfiguration? { current.withLock { $0 } }
}
