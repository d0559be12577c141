import Foundation

/// Secrets that are planted in a run, and the looks for where they turned up.
///
/// Every secret of a fixture begins with `canary-`, so that a whole test run can be searched for them all:
/// `BATCHDECK_KEEP_TEST_FILES=DIR swift test …`, then `Tests/canaries DIR`.
public struct Canaries: Sendable {
    /// The secrets by what they are.
    public let secrets: [String: String]

    /// Plants nothing; notes what will be.
    public init(_ secrets: [String: String]) { self.secrets = secrets }

    /// Which secrets a text holds, as they are or percent-encoded, each with where that was.
    public func leaks(in text: String, called place: String) -> [String] {
        leaks(in: Data(text.utf8), called: place)
    }

    /// Which files below some folders hold secrets.
    ///
    /// - Parameter isAllowed: true for a file, by its path below the folder, that may hold a secret by that name.
    public func leaks(
        below folders: [String], isAllowed: (_ file: String, _ secret: String) -> Bool
    ) -> [String] {
        folders.flatMap { folder -> [String] in
            let walk = FileManager.default.enumerator(atPath: folder)
            return (walk?.compactMap { $0 as? String } ?? []).flatMap { file -> [String] in
                guard let bytes = FileManager.default.contents(atPath: folder + "/" + file) else {
                    return []
                }
                return secrets.keys.sorted().filter {
                    holds(bytes, $0) && !isAllowed(file, $0)
                }.map { "\($0) in \(file)" }
            }
        }
    }

    /// Which secrets stand on the command line of any process, where everybody can read them.
    public func leaksOnCommandLines() -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.filter { Int32($0) != nil }.flatMap { pid in
            let words = FileManager.default.contents(atPath: "/proc/\(pid)/cmdline") ?? Data()
            return leaks(in: words, called: "the command line of \(pid)")
        }
    }

    private func leaks(in bytes: Data, called place: String) -> [String] {
        secrets.keys.sorted().filter { holds(bytes, $0) }.map { "\($0) in \(place)" }
    }

    private func holds(_ bytes: Data, _ name: String) -> Bool {
        guard let secret = secrets[name] else { return false }
        let encoded = secret.addingPercentEncoding(withAllowedCharacters: .alphanumerics)
        return [secret, encoded].compactMap { $0 }.contains {
            bytes.range(of: Data($0.utf8)) != nil
        }
    }
}

/// Keeps what tests write and what programs say, when `BATCHDECK_KEEP_TEST_FILES` names a folder for it.
enum KeptFiles {
    /// The folder; nil to keep nothing.
    static let folder: String? = {
        let named = ProcessInfo.processInfo.environment["BATCHDECK_KEEP_TEST_FILES"] ?? ""
        return named.isEmpty ? nil : named
    }()

    private static let lock = NSLock()
    nonisolated(unsafe) private static var count = 0

    /// Notes a file that a test itself wrote: what it holds is no leak.
    static func noteFixture(_ path: String) { append(path + "\n", to: "fixtures") }

    /// Keeps what a program said.
    static func keep(_ result: RunResult) {
        guard folder != nil else { return }
        let number = lock.withLock {
            count += 1
            return count
        }
        // The command itself is left out: a test may well hand it a secret.
        append(result.output, to: "said/\(number).out")
        append(result.errors, to: "said/\(number).err")
    }

    private static func append(_ text: String, to name: String) {
        guard folder != nil, !text.isEmpty else { return }
        let path = TemporaryFolder.base + "/" + name
        let manager = FileManager.default
        lock.withLock {
            try? manager.createDirectory(
                atPath: (path as NSString).deletingLastPathComponent,
                withIntermediateDirectories: true)
            if !manager.fileExists(atPath: path) {
                _ = manager.createFile(atPath: path, contents: nil)
            }
            guard let file = FileHandle(forWritingAtPath: path) else { return }
            file.seekToEndOfFile()
            file.write(Data(text.utf8))
            try? file.close()
        }
    }
}
