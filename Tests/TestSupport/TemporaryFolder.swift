import Foundation

/// A folder of its own for one test, gone with the value.
public final class TemporaryFolder: Sendable {
    /// Absolute, without a trailing slash.
    public let path: String

    /// Where this process keeps all its temporary folders; gone with the process, whatever a test left in it.
    ///
    /// Short, because sockets lie in it and their paths may have a hundred bytes. `BATCHDECK_KEEP_TEST_FILES` names another
    /// folder, and then everything stays.
    public static let base: String = {
        let all = FileManager.default.temporaryDirectory.resolvingSymlinksInPath().path
        let own =
            "\(KeptFiles.folder ?? all)/batchdeck-\(ProcessInfo.processInfo.processIdentifier)"
        if KeptFiles.folder == nil {
            atexit { try? FileManager.default.removeItem(atPath: TemporaryFolder.base) }
        }
        return own
    }()

    /// True when what tests write stays.
    public static let areKept = KeptFiles.folder != nil

    /// Notes a file that a test itself wrote.
    public static func noteFixture(_ path: String) { KeptFiles.noteFixture(path) }

    /// Makes a folder.
    ///
    /// - Parameter name: a word for whoever finds it while a test hangs.
    public init(_ name: String = "test") throws {
        path = "\(Self.base)/\(name)-\(UUID().uuidString.prefix(8).lowercased())"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        if KeptFiles.folder == nil { try? FileManager.default.removeItem(atPath: path) }
    }

    /// Writes a text file below the folder, making folders on the way; gives its absolute path.
    @discardableResult
    public func write(_ text: String, to relative: String) throws -> String {
        let full = path + "/" + relative
        try FileManager.default.createDirectory(
            atPath: (full as NSString).deletingLastPathComponent,
            withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(fileURLWithPath: full))
        KeptFiles.noteFixture(full)
        return full
    }

    /// The text of a file below the folder.
    public func read(_ relative: String) throws -> String {
        try String(contentsOfFile: path + "/" + relative, encoding: .utf8)
    }
}

/// Where things of this checkout are.
public enum Checkout {
    /// The top of the checkout, absolute.
    public static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// A file or folder of `shared/contract`, which lies beside the checkout; nil where the project is checked out alone.
    public static func contract(_ name: String) -> String? {
        let path = root + "/../shared/contract/" + name
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }

    /// The program under test: as built beside the running tests, or the build that `BATCHDECK_TEST_EXECUTABLE` names, to see
    /// what a release build does.
    public static func executable() throws -> String {
        let name = "batchdeck"
        if let other = ProcessInfo.processInfo.environment["BATCHDECK_TEST_EXECUTABLE"] {
            return other
        }
        var folders: [URL] = []
        let own = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        folders.append(own.deletingLastPathComponent())
        if let linked = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        {
            folders.append(URL(fileURLWithPath: linked).deletingLastPathComponent())
        }
        folders += Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
        for folder in folders {
            let candidate = folder.appendingPathComponent(name).path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        throw MissingTool(name: name, searched: folders.map(\.path))
    }
}

/// A tool that a test needs and this machine does not have.
public struct MissingTool: Error, CustomStringConvertible {
    /// The tool.
    public let name: String
    /// Where it was looked for.
    public let searched: [String]

    /// Names the tool and what to do.
    public var description: String {
        "\(name) is needed and was not found in \(searched.joined(separator: ", ")); "
            + "assets/setup.sh installs what the tests need"
    }
}

/// Looks for tools on the path.
public enum Tool {
    /// The absolute path of a tool. Throws `MissingTool`.
    public static func find(_ name: String) throws -> String {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
            .split(separator: ":").map(String.init)
        for folder in folders
        where FileManager.default.isExecutableFile(atPath: folder + "/" + name) {
            return folder + "/" + name
        }
        throw MissingTool(name: name, searched: folders)
    }
}
