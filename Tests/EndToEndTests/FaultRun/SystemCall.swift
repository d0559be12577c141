import TestSupport

/// A call of a program to the system, as strace counts them: the n-th of its name that one thread makes.
struct SystemCall: CustomStringConvertible {
    /// Calls by which something is written, made durable, sent or removed.
    private static let names =
        "pwrite64,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,renameat"

    var name: String
    var number: Int

    var description: String { "\(name) \(number)" }

    /// True where strace is installed and may trace.
    static let canTrace: Bool = {
        guard let strace = try? Tool.find("strace"), let program = try? Tool.find("true") else {
            return false
        }
        let done = try? Run.program(strace, ["-f", "-qq", "-o", "/dev/null", program])
        return done?.status == 0
    }()

    /// The tracer and what is always said to it.
    static func tracer() throws -> [String] { [try Tool.find("strace"), "-f", "-qq"] }

    /// Words for the tracer that list a program's calls in a file.
    static func listing(to file: String) -> [String] {
        ["-o", file, "-e", "signal=none", "-e", "trace=\(names)"]
    }

    /// Words for the tracer that kill the program when a thread is about to make this call. What kills it is SIGKILL, so the
    /// call is not made.
    var killing: [String] {
        [
            "-o", "/dev/null", "-e", "trace=\(name)", "-e",
            "inject=\(name):signal=KILL:when=\(number)",
        ]
    }

    /// The calls in a listing, each name from 1 to the most that a thread made.
    static func all(in listing: String) -> [SystemCall] {
        var counts: [Substring: Int] = [:]
        var most: [String: Int] = [:]
        for line in listing.split(separator: "\n") {
            // "1234  pwrite64(5, ...": a call that was interrupted goes on in a line of its own, which is not counted.
            let words = line.split(separator: " ", maxSplits: 1)
            guard words.count == 2, let end = words[1].firstIndex(of: "("),
                !words[1].hasPrefix("<")
            else { continue }
            let name = words[1][..<end].trimmingPrefix { $0 == " " }
            let key = words[0] + " " + name
            counts[key, default: 0] += 1
            most[String(name)] = max(most[String(name)] ?? 0, counts[key] ?? 0)
        }
        return most.sorted { $0.key < $1.key }.flatMap { name, count in
            (1...count).map { SystemCall(name: name, number: $0) }
        }
    }
}
