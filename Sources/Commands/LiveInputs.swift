import BatchClient
import BatchEngine
import BatchModel
import HTTPTransport

/// Puts together how an engine reaches other hosts for inputs: the engine's rules, the transport room's sockets.
enum LiveInputs {
    /// Hosts to fetch from whatever their addresses, for engines that start by themselves: separated by blanks or commas.
    static let hostsVariable = "BATCHDECK_ALLOW_INPUT_HOST"
    /// The most that one job fetches, in GiB.
    static let limitVariable = "BATCHDECK_INPUT_LIMIT_GIB"

    /// The way to fetch that options and environment ask for.
    ///
    /// - Parameters:
    ///   - hosts: `HOST[:PORT]` each; those of the environment come on top.
    ///   - limitGiB: nil leaves it to the environment, else to the engine.
    /// - Throws: `.rejected` for what is no host or no number.
    static func fetching(
        hosts: [String], limitGiB: Int?, environment: [String: String]
    ) throws(ServiceFailure) -> InputFetching {
        let named = hosts + named(environment)
        var limits = InputLimits()
        do throws(InputURL.Refusal) {
            let known = try InputHosts(named)
            if let gib = try limit(limitGiB, environment) {
                guard (1...1_048_576).contains(gib) else {
                    throw InputURL.Refusal(detail: "\(gib) GiB is no limit between 1 and 1048576")
                }
                limits.bytes = Int64(gib) << 30
            }
            return InputFetching(fetcher: fetcher, hosts: known, limits: limits)
        } catch {
            throw ServiceFailure(
                kind: .rejected, operation: "say what inputs may be fetched", detail: error.detail,
                advice: "Give --allow-input-host (or \(hostsVariable)) HOST or HOST:PORT, and "
                    + "--input-limit-gib (or \(limitVariable)) a whole number.")
        }
    }

    /// What an engine that starts in the background is told on its command line: hosts are no secret.
    static func arguments(hosts: [String]) -> [String] {
        hosts.flatMap { ["--allow-input-host", $0] }
    }

    private static func named(_ environment: [String: String]) -> [String] {
        (environment[hostsVariable] ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
    }

    private static func limit(
        _ given: Int?, _ environment: [String: String]
    ) throws(InputURL.Refusal) -> Int? {
        if let given { return given }
        guard let text = environment[limitVariable], !text.isEmpty else { return nil }
        guard let number = Int(text) else {
            throw InputURL.Refusal(detail: "\(limitVariable) is \(text.plainLine), no whole number")
        }
        return number
    }

    // MARK: - The way out

    private static let fetcher = InputFetcher(
        addresses: { host throws(InputFetchFailure) in
            do throws(TransportFailure) { return try await HostNames.addresses(of: host) } catch {
                throw failure(error, host)
            }
        },
        line: { host, address in
            let transport = PinnedTransport(host: host, address: address)
            return InputLine(
                get: { ask throws(InputFetchFailure) in
                    try await answer(ask, from: transport, host)
                }, close: { await transport.close() })
        })

    private static func answer(
        _ ask: InputAsk, from transport: PinnedTransport, _ host: String
    ) async throws(InputFetchFailure) -> InputAnswer {
        let call = HTTPCall(
            method: .get, url: ask.url,
            headers: ask.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) },
            timeout: ask.stallLimit)
        do throws(TransportFailure) {
            let answer = try await transport.send(call)
            return InputAnswer(status: answer.status, headers: answer.headers, body: answer.body)
        } catch { throw failure(error, host) }
    }

    private static func failure(_ failure: TransportFailure, _ host: String) -> InputFetchFailure {
        switch failure {
        case .notSent(let why), .noAnswer(let why), .timedOut(let why):
            InputFetchFailure("\(host) did not answer: \(why.plainLine)", isPassing: true)
        case .cancelled: InputFetchFailure("the job was canceled")
        }
    }
}
