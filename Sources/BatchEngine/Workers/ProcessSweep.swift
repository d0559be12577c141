#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What tells a process from a later one with the same number.
struct ProcessIdentity: Sendable, Equatable {
    var pid: Int32
    /// When it began, in clock ticks since the machine started.
    var startTicks: Int64
    /// Which start of the machine that was.
    var boot: String
}

/// Finding and killing what an engine that died has left running.
///
/// A worker's lifeline kills its whole group when the engine dies, so there is usually nothing to do; this is the second net, for
/// systems without that signal. Every worker leads its own session and group under its own number. A number cannot be used
/// again while any process of that group lives, so a group is ours when its leader began when we noted, or when its leader is gone
/// and its members are still in the session of that number.
enum ProcessSweep {
    private struct Entry {
        var pid: Int32
        var group: Int32
        var session: Int32
        var startTicks: Int64
    }

    /// The running machine's start, empty when the system does not tell.
    static let boot =
        FileCalls.contents(of: "/proc/sys/kernel/random/boot_id")
        .map { String(decoding: $0.prefix(36), as: UTF8.self) } ?? ""

    /// The identity of a running process.
    static func identity(of pid: Int32) -> ProcessIdentity {
        ProcessIdentity(pid: pid, startTicks: entry(pid)?.startTicks ?? 0, boot: boot)
    }

    /// Kills every group that is still there.
    ///
    /// - Returns: how many processes were found.
    @discardableResult
    static func kill(_ leaders: [ProcessIdentity]) -> Int {
        let ours = leaders.filter { $0.boot == boot && $0.pid > 1 }
        guard !ours.isEmpty else { return 0 }
        let members = Dictionary(grouping: allEntries(), by: \.group)
        var found = 0
        for leader in ours {
            let group = (members[leader.pid] ?? []).filter { $0.session == leader.pid }
            let head = group.first { $0.pid == leader.pid }
            guard !group.isEmpty, head == nil || head?.startTicks == leader.startTicks else {
                continue
            }
            found += group.count
            killpg(leader.pid, SIGKILL)
        }
        return found
    }

    private static func allEntries() -> [Entry] {
        guard let stream = opendir("/proc") else { return [] }
        defer { closedir(stream) }
        var entries: [Entry] = []
        while let next = readdir(stream) {
            let name = withUnsafePointer(to: &next.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if let pid = Int32(name), let found = entry(pid) { entries.append(found) }
        }
        return entries
    }

    /// Reads `/proc/<pid>/stat`: after the name in parentheses, field 3 is the group, 4 the session, 20 the start.
    private static func entry(_ pid: Int32) -> Entry? {
        guard let bytes = FileCalls.contents(of: "/proc/\(pid)/stat"),
            let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let group = Int32(fields[2]), let session = Int32(fields[3]),
            let start = Int64(fields[19])
        else { return nil }
        return Entry(pid: pid, group: group, session: session, startTicks: start)
    }
}
