// Changes of the workspace folder, made so that a `kill -9` at any moment leaves the old thing or the new one.
//
// What is new is put together below `.batchdeck-staging` in the workspace (the same file system, and a name that no reader looks
// at) and gets its name in one rename; a YAML file, which is what makes a thing exist, comes last. What goes is moved into the
// trash of the state folder, never erased: it may be a person's only copy. What an interrupted change leaves behind is found
// and removed when an engine starts.
//
// One change happens at a time (`ChangeTurn`), so nothing here asks twice.

import BatchModel

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Lets one change of the workspace happen at a time.
actor ChangeTurn {
    /// Runs a change; the next one waits.
    func take<Value: Sendable>(
        _ change: @Sendable () throws(RouteRefusal) -> Value
    ) throws(RouteRefusal) -> Value {
        try change()
    }
}

/// The hands that change a workspace folder.
struct WorkspaceFiles: Sendable {
    /// Files and folders that one copy may hold: far above any code or model we met.
    static let copyLimit = 100_000
    /// Folders within folders of one copy.
    static let depthLimit = 64
    /// What is left in the staging folder for so long was left by an engine that is gone.
    private static let abandonedAfterSeconds = 3_600

    /// The workspace folder, absolute.
    let workspace: String
    /// Where what is deleted goes, absolute.
    let trash: String

    private var stagingRoot: String { workspace + "/.batchdeck-staging" }

    func path(_ relative: String) -> String { workspace + "/" + relative }

    func text(_ relative: String) -> String? {
        PrivateFile.read(path(relative)).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Does something with files; what the system refuses becomes an answer that says what to do.
    func doing<Value>(_ work: () throws -> Value) throws(RouteRefusal) -> Value {
        do { return try work() } catch let refusal as RouteRefusal { throw refusal } catch {
            let code = (error as? FileFailure)?.code ?? 0
            let isForbidden = [EACCES, EPERM, EROFS].contains(code)
            throw RouteRefusal(
                isForbidden ? 403 : code == 0 ? 500 : 409,
                isForbidden ? "AuthorizationFailed" : "UserError",
                "The workspace folder \(workspace) could not be changed: \(error). "
                    + "Make it writable and whole, or start the engine on a copy of it "
                    + "with --workspace.",
                innerCode: "WorkspaceNotWritable")
        }
    }

    // MARK: - Making

    /// Writes a file in one step, with the folders above it.
    func write(_ text: String, to relative: String) throws {
        try checkWay(to: relative)
        try FileCalls.makeFolders(FileCalls.folder(of: path(relative)))
        try FileCalls.replace(path(relative), with: Array(text.utf8))
        try FileCalls.syncFolder(FileCalls.folder(of: path(relative)))
    }

    /// A new empty folder to put something together in.
    func stage() throws -> String {
        let folder = stagingRoot + "/" + EngineClock.newID()
        try FileCalls.makeFolders(folder)
        return folder
    }

    /// Removes a staged folder that was not used up, and the folder of them when it is the last.
    func unstage(_ folder: String) {
        FileCalls.removeTree(folder)
        rmdir(stagingRoot)
    }

    /// Gives a staged file or folder its name in the workspace.
    func place(_ staged: String, at relative: String) throws {
        try checkWay(to: relative)
        try FileCalls.makeFolders(FileCalls.folder(of: path(relative)))
        guard rename(staged, path(relative)) == 0 else {
            throw FileFailure("give \(relative) its name")
        }
        try FileCalls.syncFolder(FileCalls.folder(of: path(relative)))
    }

    /// A name that is free in a folder: `code`, else `code-2`, `code-3`, …
    func freeName(_ name: String, in relative: String) -> String {
        var candidate = name
        var number = 2
        while FileCalls.exists(path(relative + "/" + candidate)) {
            candidate = "\(name)-\(number)"
            number += 1
        }
        return candidate
    }

    /// A link on the way would lead a change out of the workspace.
    private func checkWay(to relative: String) throws {
        var here = workspace
        for part in relative.split(separator: "/").dropLast() {
            here += "/" + part
            guard FileCalls.isLink(here) else { continue }
            throw RouteRefusal(
                409, "UserError",
                "\(here) is a link, and a change does not follow links. Put a folder in its place.",
                innerCode: "WorkspaceNotWritable")
        }
    }

    // MARK: - Copying

    /// Copies a file or a folder; links and other things are left out.
    func copy(_ source: String, to target: String) throws {
        var left = Self.copyLimit
        try copy(source, to: target, depth: 0, left: &left)
    }

    private func copy(
        _ source: String, to target: String, depth: Int, left: inout Int
    ) throws {
        left -= 1
        guard left > 0, depth < Self.depthLimit else {
            throw RouteRefusal(
                400, "UserError",
                "\(source) holds more than \(Self.copyLimit) files, or folders more than "
                    + "\(Self.depthLimit) deep. Leave out what the job does not need.")
        }
        var status = stat()
        guard lstat(source, &status) == 0 else { throw FileFailure("read \(source)") }
        switch status.st_mode & S_IFMT {
        case S_IFREG:
            try FileCalls.copyFile(source, to: target, mode: status.st_mode & 0o777)
        case S_IFDIR:
            try FileCalls.makeFolders(target)
            for name in try FileCalls.names(in: source) {
                try copy(
                    source + "/" + name, to: target + "/" + name, depth: depth + 1, left: &left)
            }
        default: break
        }
    }

    /// True when two files or folders hold the same; links and other things count for nothing.
    static func isSame(_ left: String, _ right: String, depth: Int = 0) -> Bool {
        guard depth < depthLimit else { return false }
        var first = stat()
        var second = stat()
        guard lstat(left, &first) == 0, lstat(right, &second) == 0,
            first.st_mode & S_IFMT == second.st_mode & S_IFMT
        else { return false }
        guard first.st_mode & S_IFMT == S_IFDIR else {
            guard first.st_mode & S_IFMT == S_IFREG else { return true }
            return first.st_size == second.st_size && isSameContent(left, right)
        }
        guard let names = try? FileCalls.names(in: left),
            (try? FileCalls.names(in: right)) == names
        else { return false }
        return names.allSatisfy { isSame(left + "/" + $0, right + "/" + $0, depth: depth + 1) }
    }

    private static func isSameContent(_ left: String, _ right: String) -> Bool {
        guard let first = try? FileCalls.open(left, O_RDONLY) else { return false }
        defer { close(first) }
        guard let second = try? FileCalls.open(right, O_RDONLY) else { return false }
        defer { close(second) }
        // 1 MiB at a time: a model may be larger than the memory.
        var one = [UInt8](repeating: 0, count: 1 << 20)
        var other = one
        while true {
            let count = read(first, &one, one.count)
            guard count >= 0, read(second, &other, count == 0 ? other.count : count) == count
            else { return false }
            if count == 0 { return true }
            guard one[..<count] == other[..<count] else { return false }
        }
    }

    // MARK: - Taking away

    /// Moves files and folders into one new folder of the trash, each below the path it had.
    ///
    /// - Parameter label: says what it was: `endpoint-wine`.
    func retire(_ relatives: [String], as label: String) throws {
        let present = relatives.filter { FileCalls.exists(path($0)) }
        guard !present.isEmpty else { return }
        let folder = freeTrash(label)
        for relative in present {
            let target = folder + "/" + relative
            try FileCalls.makeFolders(FileCalls.folder(of: target))
            if rename(path(relative), target) == 0 { continue }
            guard errno == EXDEV else { throw FileFailure("move \(relative) to the trash") }
            // Another file system: whole there before it goes here.
            try copy(path(relative), to: target)
            FileCalls.removeTree(path(relative))
        }
    }

    private func freeTrash(_ label: String) -> String {
        let time = EngineClock.now.iso8601.filter { $0.isNumber || $0 == "T" }
        let base = "\(trash)/\(time.prefix(15))Z-\(label)"
        var folder = base
        var number = 2
        while FileCalls.exists(folder) {
            folder = "\(base)-\(number)"
            number += 1
        }
        return folder
    }

    /// Removes what interrupted changes left in the staging folder.
    func sweep() {
        let oldest = time(nil) - Self.abandonedAfterSeconds
        for name in (try? FileCalls.names(in: stagingRoot)) ?? [] {
            var status = stat()
            let path = stagingRoot + "/" + name
            guard lstat(path, &status) == 0 else { continue }
            if FileIdentity(status).modifiedNanoseconds / 1_000_000_000 < Int64(oldest) {
                FileCalls.removeTree(path)
            }
        }
        rmdir(stagingRoot)
    }
}
