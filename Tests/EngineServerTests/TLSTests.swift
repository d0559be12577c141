import BatchClient
import BatchEngine
import BatchModel
import HTTPTransport
import TestSupport
import Testing

@testable import EngineServer

/// The engine behind a certificate, asked by our own client and by those who know nothing of TLS.
@Suite(.serialized) struct TLSTests {
    private let folder: TemporaryFolder
    private let certificate: Certificate

    init() throws {
        folder = try TemporaryFolder("tls")
        certificate = try Certificate(in: folder.path + "/own")
    }

    private func get(
        _ url: String, _ connection: ConnectionFile, trusting caFile: String?
    ) async throws -> (status: Int, text: String) {
        let trust = ExtraTrust()
        try trust.set(caFile: caFile)
        let transport = HTTPTransport(trust: trust)
        let call = HTTPCall(
            method: .get, url: url,
            headers: [(name: "Authorization", value: "Bearer " + connection.token)])
        do {
            let answer = try await transport.send(call)
            var bytes: [UInt8] = []
            for try await piece in answer.body { bytes += piece }
            await transport.shutdown()
            return (answer.status, String(decoding: bytes, as: UTF8.self))
        } catch {
            await transport.shutdown()
            throw error
        }
    }

    @Test func itsCertificateIsTrustedByWhoReadsItsConnectionFile() async throws {
        try await ServerFixture.serving(certificate: certificate) { connection, port in
            #expect(connection.url == "https://127.0.0.1:\(port)")
            #expect(connection.armMetadataURL == "https://127.0.0.1:\(port)/metadata/endpoints")
            #expect(connection.caFile == certificate.chain)
            let route = Route.management(connection.scope, .endpoint("toys")).request.target
            for host in ["127.0.0.1", "localhost"] {
                let base = "https://\(host):\(port)"
                let answer = try await get(
                    base + route, connection, trusting: connection.caFile)
                #expect(answer.status == 200)
                #expect(answer.text.contains("\"\(base)/endpoints/toys/jobs\""))
            }
            #expect(await LoopbackProbe.answers(connection))
        }
    }

    @Test func theStorageHostIsReachedByItsNameWithoutAResolver() async throws {
        try await ServerFixture.serving(certificate: certificate) { connection, port in
            let storage = "https://\(EngineAddress.storageHost):\(port)"
            let list = "/azureml?restype=container&comp=list"
            let answer = try await get(storage + list, connection, trusting: connection.caFile)
            #expect(answer.status == 200)
            #expect(answer.text.contains("ServiceEndpoint=\"\(storage)/\""))
        }
    }

    @Test func anotherAuthoritysCertificateIsNotTrusted() async throws {
        let other = try Certificate(in: folder.path + "/other")
        try await ServerFixture.serving(certificate: certificate) { connection, _ in
            for trusted in [other.authority, nil] {
                await #expect(throws: TransportFailure.self) {
                    _ = try await get(connection.url + "/discovery", connection, trusting: trusted)
                }
            }
            var foreign = connection
            foreign.caFile = other.chain
            #expect(await !LoopbackProbe.answers(foreign))
        }
    }

    @Test func whoSpeaksNoTLSEndsHisOwnConnectionOnly() async throws {
        try await ServerFixture.serving(certificate: certificate) { connection, port in
            let strangers = [
                "GET /discovery HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n", "\u{16}\u{3}\u{1}",
                String(repeating: "noise", count: 1000),
            ]
            for text in strangers {
                await #expect(throws: LoopbackClient.Broken.self) {
                    _ = try await LoopbackClient.send(
                        Array(text.utf8), port: port, patienceSeconds: 1)
                }
            }
            let answer = try await get(
                connection.url + "/discovery", connection, trusting: connection.caFile)
            #expect(answer.status == 200)
        }
    }

    private func refusal(_ certificate: String?, _ key: String?) -> String {
        let options = EngineServerOptions(
            workspace: "/w", state: "/s", tlsCertificate: certificate, tlsKey: key)
        do {
            _ = try TLSFiles.configuration(of: options)
            return "it was taken"
        } catch {
            #expect(error.kind == .rejected)
            return error.message
        }
    }

    @Test func filesThatCannotServeAreNamed() throws {
        let other = try Certificate(in: folder.path + "/other")
        let noise = try folder.write("no certificate\n", to: "noise.pem")
        let missing = folder.path + "/missing.pem"
        let (chain, key) = (certificate.chain, certificate.key)
        #expect(refusal(chain, nil).contains("no --tls-key"))
        #expect(refusal(nil, key).contains("no --tls-cert"))
        #expect(refusal(missing, key).contains("\(missing) is not there"))
        #expect(refusal(chain, missing).contains("\(missing) is not there"))
        #expect(refusal(noise, key).contains("\(noise) holds no certificate"))
        #expect(refusal(chain, noise).contains("\(noise) holds no key"))
        #expect(refusal(key, key).contains("\(key) holds no certificate"))
        #expect(refusal(chain, other.key).contains("\(other.key) is not the key of"))
        #expect(refusal(chain, key) == "it was taken")
    }
}
