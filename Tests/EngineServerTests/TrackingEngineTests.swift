import BatchClient
import BatchEngine
import BatchModel
import Foundation
import Synchronization
import TestSupport
import Testing

@testable import EngineServer

/// Many running jobs of a real engine, in a process of its own, watched at once by the real client.
///
/// `BATCHDECK_RUNNING` is how many (60 unless given; 1000 is the big run), `BATCHDECK_WATCH_SECONDS` for how long.
@Suite(.serialized, .timeLimit(.minutes(5))) struct TrackingEngineTests {
    private static func number(_ name: String, or fallback: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? fallback
    }
    static let running = number("BATCHDECK_RUNNING", or: 60)
    static let seconds = number("BATCHDECK_WATCH_SECONDS", or: 4)

    private struct Served {
        var connection: ConnectionFile
        var process: Child
    }

    private func serve(_ folder: TemporaryFolder) async throws -> Served {
        let state = folder.path + "/state"
        try await EngineSeeding.make(
            state: state, endpoints: 3, jobs: Self.running, running: Self.running)
        let process = try Child(
            try Checkout.executable(),
            ["engine", "serve", "--workspace", state + "/workspace", "--state", state],
            environment: [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
                "HOME": folder.path, "BATCHDECK_HOME": folder.path, "LANG": "C.UTF-8",
            ], folder: folder.path)
        let connection = try await Eventually.awaited("the engine", limit: .seconds(60)) {
            ConnectionFile.read(ConnectionFile.path(state: state))
        }
        return Served(connection: connection, process: process)
    }

    /// Processor time of a process so far.
    private func processorTime(_ pid: Int32) throws -> Double {
        let stat = try String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        // Its name, in brackets, may hold spaces.
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.dropFirst(11).prefix(2).compactMap { Double($0) }
        return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The longest time between two answers, the beginning and the end included.
    private func longestGap(_ ends: [Duration], from begin: Duration, to end: Duration) -> Duration
    {
        let moments = [begin] + ends.filter { $0 >= begin }.sorted() + [end]
        return zip(moments, moments.dropFirst()).map { $1 - $0 }.max() ?? .zero
    }

    @Test func allRunningJobsAreWatchedAtOnceByFewRequests() async throws {
        let folder = try TemporaryFolder("track")
        let served = try await serve(folder)
        defer {
            kill(served.process.pid, SIGTERM)
            if served.process.wait(until: .now + .seconds(20)) == nil { served.process.kill() }
        }
        let wire = CountedWire()
        let client = wire.client(served.connection, folder: folder.path + "/client")
        let page = try await client.jobs(JobListQuery(count: 1000))
        let jobs = Set(page.jobs.filter(\.status.isActive).map(\.id))
        #expect(jobs.count > Self.running / 2)
        let focus = try #require(jobs.sorted().first)
        let seen = Mutex<Set<Job.ID>>([])
        wire.reset()
        let begin = wire.elapsed
        let pid = (served.process.pid, getpid())
        let before = (try processorTime(pid.0), try processorTime(pid.1))
        let tracking = Task {
            for await case .changed(let changed, _) in client.track(jobs) {
                seen.withLock { $0.formUnion(changed.map(\.id)) }
            }
        }
        let following = Task { for try await _ in client.follow(focus) {} }
        defer {
            tracking.cancel()
            following.cancel()
        }
        try await Eventually.awaited("every job and the time", limit: .seconds(Self.seconds + 60)) {
            let isTold = seen.withLock { $0.count } >= jobs.count - 1
            return isTold && wire.elapsed - begin > .seconds(Self.seconds) ? true : nil
        }
        let end = wire.elapsed
        let after = (try processorTime(pid.0), try processorTime(pid.1))
        let asked = wire.exchanges
        let lists = asked.filter { $0.url.contains("/jobs?") }.compactMap(\.endedAfter)
        let looks = asked.filter { $0.url.contains("/jobs/\(focus)?") }.compactMap(\.endedAfter)
        let othersGap = longestGap(lists, from: begin, to: end)
        let focusGap = longestGap(looks, from: begin, to: end)
        // The figures of DESIGN §5, with room for a machine that does other things beside.
        #expect(othersGap < .seconds(10))
        #expect(focusGap < .seconds(2))
        let seconds = (end - begin).inSeconds
        print(
            "\(jobs.count) running jobs, \(Int(seconds)) s:",
            "\(Int(Double(asked.count) / seconds * 60)) requests a minute,",
            "\(Int(Double(lists.count) / seconds * 60)) of them lists;",
            "stalest \(othersGap), followed \(focusGap);",
            "client \(Int((after.1 - before.1) / seconds * 1000)) ms a second,",
            "engine \(Int((after.0 - before.0) / seconds * 1000)) ms a second")
    }
}
