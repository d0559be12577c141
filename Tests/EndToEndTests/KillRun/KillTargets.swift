import Foundation
import TestSupport

#if canImport(Glibc)
    import Glibc
#endif

/// The processes of one home, told by their environment; all others are out of reach.
struct KillTargets {
    /// What every process of the home has in its environment.
    let folder: String

    private enum Kind { case worker, step, other }

    /// Scoring processes.
    var workers: [Int32] { found(.worker) }
    /// Shells and programs of pipeline steps.
    var steps: [Int32] { found(.step) }
    /// Everything that still runs.
    var all: [Int32] { found(nil) }

    private func found(_ wanted: Kind?) -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.sorted().filter { pid in
            guard let kind = kind(pid) else { return false }
            return wanted == nil || kind == wanted
        }
    }

    /// Nil for a process that has nothing to do with the home, or that has ended.
    private func kind(_ pid: Int32) -> Kind? {
        guard pid != getpid(), let environment = Self.read(pid, "environ"),
            environment.contains(folder), !Self.hasEnded(pid)
        else { return nil }
        if environment.contains("AZUREML_BI_OUTPUT_PATH=" + folder) { return .worker }
        return environment.contains("AZUREML_RUN_ID=") ? .step : .other
    }

    private static func read(_ pid: Int32, _ file: String) -> String? {
        FileManager.default.contents(atPath: "/proc/\(pid)/\(file)")
            .map { String(decoding: $0, as: UTF8.self) }
    }

    /// True for a process that is gone, or that only waits to be taken off the process table.
    static func hasEnded(_ pid: Int32) -> Bool {
        guard let text = read(pid, "stat"), let end = text.lastIndex(of: ")") else { return true }
        return text[end...].hasPrefix(") Z") || text[end...].hasPrefix(") X")
    }

    /// True for a running process of this home.
    func owns(_ pid: Int32) -> Bool { kind(pid) != nil }
}

/// Chance that can be repeated: SplitMix64.
struct SeededNumbers: RandomNumberGenerator {
    private var numbers: SplitMix

    init(seed: UInt64) { numbers = SplitMix(seed: seed) }

    mutating func next() -> UInt64 { numbers.next() }

    /// True in `percent` of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    /// Sleeps up to this many milliseconds.
    mutating func pause(upTo milliseconds: Int) {
        usleep(UInt32.random(in: 0...UInt32(milliseconds * 1000), using: &self))
    }
}

/// One request over a socket of its own, in two halves, so that something can happen between them.
final class LoopbackCall {
    private let descriptor: Int32

    /// Connects and sends; nil when nobody listens.
    init?(_ engine: KillRun.Engine, _ method: String, _ target: String, body: Data? = nil) {
        guard let connected = LoopbackSocket.connected(to: engine.port, seconds: 30) else {
            return nil
        }
        descriptor = connected
        var lines = [
            "\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(engine.port)", "Connection: close",
            "Authorization: Bearer \(engine.token)",
        ]
        lines += engine.extraHeaders
        if let body {
            lines += ["Content-Type: application/json", "Content-Length: \(body.count)"]
        } else if method == "POST" {
            lines.append("Content-Length: 0")
        }
        let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + (body ?? Data())
        guard LoopbackSocket.write(descriptor, bytes) else { return nil }
    }

    deinit { close(descriptor) }

    /// The answer; nil when the engine did not live to give it.
    func answer() -> (status: Int, body: [String: Any])? {
        let bytes = Data(LoopbackSocket.readToEnd(descriptor))
        guard let end = bytes.range(of: Data("\r\n\r\n".utf8)),
            let line = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                .split(separator: "\r\n").first,
            let status = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return nil }
        let body = try? JSONSerialization.jsonObject(with: bytes[end.upperBound...])
        // An answer cut off in its middle was not received.
        guard body != nil || bytes[end.upperBound...].isEmpty || status == 202 else { return nil }
        return (status, body as? [String: Any] ?? [:])
    }
}
