// What the system runs out of and gives back: room on a disk, descriptors.
//
// None of it is anybody's mistake, and all of it passes once somebody makes room. So nothing fails because of it: what was being
// done is held and done again, and what somebody waits for is refused with the reason. A probe says when it is over.

import BatchModel
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A want that passes.
enum Shortage: Sendable, Equatable {
    /// The disk, a quota or a limit of file sizes is exhausted.
    case space
    /// The process, or the machine, may open no more files.
    case descriptors
    /// The disk takes no writes: it is mounted read-only, or fails.
    case writing

    /// What a failed system call says; nil when it says something else.
    static func of(code: Int32) -> Shortage? {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .space
        case EMFILE, ENFILE: .descriptors
        case EROFS: .writing
        default: nil
        }
    }

    /// What an error says; nil when it says something else.
    static func of(_ error: any Error) -> Shortage? {
        if let failure = error as? FileFailure { return of(code: failure.code) }
        if let short = error as? ShortageFailure { return short.shortage }
        guard let error = error as? DatabaseError else { return nil }
        return switch error.resultCode {
        case .SQLITE_FULL: .space
        case .SQLITE_CANTOPEN: .descriptors
        case .SQLITE_READONLY, .SQLITE_IOERR: .writing
        default: nil
        }
    }

    /// Bytes that must find room before it is believed that there is some: a group of commits needs no more.
    private static let probeBytes = 256 << 10
    /// Bytes an engine needs to say where it is.
    private static let startBytes = 16 << 10

    /// Refuses to begin where there is no room to say so much as where we are.
    ///
    /// - Throws: `.unexpected` when the disk of a state folder is full.
    static func checkRoom(_ state: String) throws(ServiceFailure) {
        guard probe(state, bytes: startBytes) == .space else { return }
        throw ServiceFailure(
            kind: .unexpected, operation: "start the local engine", httpStatus: 507,
            serviceCode: "InsufficientStorage", detail: Shortage.space.text(state),
            advice: "Free some space there and try again: no job is lost.")
    }

    /// Tries what was not to be had: a file is made, written and synced in `folder`, and taken away.
    static func probe(_ folder: String, bytes count: Int = probeBytes) -> Shortage? {
        let path = folder + "/room.probe"
        defer { unlink(path) }
        do {
            let descriptor = try FileCalls.open(path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
            defer { close(descriptor) }
            let bytes = [UInt8](repeating: 0x20, count: count)
            try FileCalls.write(bytes, to: descriptor, named: path)
            guard fsync(descriptor) == 0 else { throw FileFailure("sync \(path)") }
            return nil
        } catch {
            return of(error) ?? .writing
        }
    }

    /// True when the process may open this many more files now.
    static func mayOpen(_ count: Int) -> Bool {
        var opened: [Int32] = []
        defer { for descriptor in opened { close(descriptor) } }
        for _ in 0..<count {
            guard let descriptor = try? FileCalls.open("/dev/null", O_RDONLY) else { return false }
            opened.append(descriptor)
        }
        return true
    }

    /// True when the disk of a folder has less than a mebibyte left: a program that failed there may have failed for that.
    static func isFull(_ folder: String) -> Bool {
        var status = statvfs()
        guard statvfs(folder, &status) == 0 else { return false }
        let size = UInt64(max(status.f_frsize, 1))
        return UInt64(status.f_bavail) < max(1, (1 << 20) / size)
    }

    /// What is wanting, as a sentence without its full stop.
    func text(_ folder: String) -> String {
        switch self {
        case .space: "the disk that holds \(folder) is full, or a limit of file sizes is reached"
        case .descriptors: "the engine can open no more files"
        case .writing: "the disk that holds \(folder) takes no writes"
        }
    }

    /// What to do about it.
    var advice: String {
        switch self {
        case .space: "Free some space there: the engine goes on by itself."
        case .descriptors:
            "Close connections or raise `ulimit -n`: the engine goes on by itself once it can."
        case .writing: "Make it writable again: the engine goes on by itself."
        }
    }
}

/// Something that was not done because of a shortage.
struct ShortageFailure: Error, CustomStringConvertible {
    let shortage: Shortage
    let folder: String
    var description: String { shortage.text(folder) }

    /// The HTTP answer: insufficient storage, or a service that is too busy.
    var status: Int { shortage == .descriptors ? 503 : 507 }

    /// As it crosses rooms.
    func failure(_ operation: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: operation, httpStatus: status,
            serviceCode: shortage == .descriptors ? "ServerBusy" : "InsufficientStorage",
            detail: "\(shortage.text(folder)); nothing was accepted or changed",
            advice: shortage.advice)
    }
}
