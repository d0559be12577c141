import BatchModel
import HummingbirdTLS
import NIOSSL

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The certificate and the key an engine serves with.
enum TLSFiles {
    /// What the options name, read and tried; nil for plain HTTP.
    ///
    /// - Throws: `.rejected`, naming the file that is missing, unreadable or does not fit.
    static func configuration(
        of options: EngineServerOptions
    ) throws(ServiceFailure) -> TLSConfiguration? {
        switch (options.tlsCertificate, options.tlsKey) {
        case (nil, nil): return nil
        case (.some, nil):
            throw refusal("there is --tls-cert, but no --tls-key", "Give both, or neither.")
        case (nil, .some):
            throw refusal("there is --tls-key, but no --tls-cert", "Give both, or neither.")
        case (let certificate?, let key?):
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: try chain(certificate).map { .certificate($0) },
                privateKey: .privateKey(try self.key(key)))
            configuration.minimumTLSVersion = .tlsv12
            // The library takes the two apart and only a context tries them together.
            do { _ = try NIOSSLContext(configuration: configuration) } catch {
                throw unusable(options, error)
            }
            return configuration
        }
    }

    /// The failure of a certificate and a key that cannot be used together.
    static func unusable(_ options: EngineServerOptions, _ error: any Error) -> ServiceFailure {
        let (certificate, key) = (options.tlsCertificate ?? "", options.tlsKey ?? "")
        // Each of them was read by itself before, so a key that does not load is another certificate's.
        var isOther = false
        if case .failedToLoadPrivateKey? = error as? NIOSSLError { isOther = true }
        return refusal(
            isOther
                ? "the key in \(key) is not the key of the certificate in \(certificate)"
                : "\(certificate) and \(key) cannot be used: \(error)",
            "Give the certificate and the key that were made together, the engine's own first.")
    }

    private static func chain(_ path: String) throws(ServiceFailure) -> [NIOSSLCertificate] {
        let bytes = try read(path)
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(bytes)
            if !chain.isEmpty { return chain }
        } catch {
            throw notPEM(path, "certificate", error)
        }
        throw notPEM(path, "certificate", nil)
    }

    private static func key(_ path: String) throws(ServiceFailure) -> NIOSSLPrivateKey {
        let bytes = try read(path)
        do { return try NIOSSLPrivateKey(bytes: bytes, format: .pem) } catch {
            throw notPEM(path, "key without a passphrase", error)
        }
    }

    private static func read(_ path: String) throws(ServiceFailure) -> [UInt8] {
        do { return Array(try Data(contentsOf: URL(fileURLWithPath: path))) } catch {
            let isThere = FileManager.default.fileExists(atPath: path)
            throw refusal(
                "\(path) " + (isThere ? "cannot be read" : "is not there"),
                "Name a file in PEM form that you may read.")
        }
    }

    private static func notPEM(
        _ path: String, _ what: String, _ error: (any Error)?
    ) -> ServiceFailure {
        let why = error.map { " (\($0))" } ?? ""
        return refusal("\(path) holds no \(what) in PEM form\(why)", "Name another file.")
    }

    private static func refusal(_ detail: String, _ advice: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "serve over TLS", detail: detail, advice: advice)
    }
}
