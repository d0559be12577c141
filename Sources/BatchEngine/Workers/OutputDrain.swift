// What a program prints, on its way into its log files.
//
//    program ── 1, 2 ──▶ pipe ──▶ a thread of the engine ──▶ file, up to the limit; then nowhere
//
// A program that printed straight into a file could fill the disk, and nothing could be done about it: cutting the file while
// the program writes would confuse whoever reads along, and a limit of the system's would kill the program. Through a pipe
// the log stops growing and the program never notices: the pipe goes on being emptied.
//
// Everything that the program and its group wrote is in the file when `finish()` returns, because their end comes
// first and a pipe holds what was written. A stranger that left the group and kept the pipe is not waited for.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads what a program prints until its end.
final class OutputDrain: Sendable {
    private struct Stream {
        var readEnd: Int32
        var file: Int32
        var path: String
        var length: Int64
    }

    /// More than a pipe holds: whoever still writes after that many bytes is no longer the program.
    private static let restLimit = 1 << 20

    /// What the program is given, a number for each path; the caller closes them once it has been started.
    let writeEnds: [String: Int32]
    private let limit: Int64
    private let wakePipe = WakePipe()
    private let isDone = Guarded(false)

    /// Opens the files, made when missing, and starts to read. One pipe serves a path that is named twice, so that lines
    /// keep their order.
    init(_ paths: Set<String>, limit: Int64) throws {
        self.limit = limit
        var streams: [Stream] = []
        var ends: [String: Int32] = [:]
        do {
            for path in paths {
                let file = try FileCalls.open(path, O_WRONLY | O_CREAT | O_APPEND)
                let pipe: (read: Int32, write: Int32)
                do { pipe = try Self.makePipe() } catch {
                    closeOne(file)
                    throw error
                }
                streams.append(
                    Stream(
                        readEnd: pipe.read, file: file, path: path,
                        length: CappedLog.length(of: file)))
                ends[path] = pipe.write
            }
        } catch {
            Self.close(streams, ends)
            throw error
        }
        writeEnds = ends
        let isStarted = BlockingThread.start { [self, streams] in
            drain(streams)
            isDone.signalling { $0 = true }
        }
        guard isStarted else {
            Self.close(streams, ends)
            throw FileFailure("start a thread", code: EAGAIN)
        }
    }

    /// Closes our copies of what the program was given.
    func letGo() { for end in writeEnds.values { closeOne(end) } }

    /// Waits until all that was printed is in the files; call it after the program's end.
    func finish() {
        wakePipe.wake()
        _ = isDone.wait { $0 ? () : nil }
    }

    private static func close(_ streams: [Stream], _ ends: [String: Int32]) {
        for stream in streams { closeBoth(stream) }
        for end in ends.values { closeOne(end) }
    }

    private static func closeBoth(_ stream: Stream) {
        closeOne(stream.readEnd)
        closeOne(stream.file)
    }

    private static func makePipe() throws -> (read: Int32, write: Int32) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw FileFailure("make a pipe") }
        // 10: the child's own numbers end at 5.
        let read = fcntl(ends[0], F_DUPFD_CLOEXEC, 10)
        let write = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)
        let code = errno
        for end in ends { closeOne(end) }
        guard read >= 0, write >= 0 else {
            for end in [read, write] where end >= 0 { closeOne(end) }
            throw FileFailure("make a pipe", code: code)
        }
        _ = fcntl(read, F_SETFL, fcntl(read, F_GETFL) | O_NONBLOCK)
        return (read, write)
    }

    // MARK: - The thread

    private func drain(_ streams: [Stream]) {
        var open = streams
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
        defer { buffer.deallocate() }
        var isLast = false
        while !open.isEmpty, !isLast {
            var files = open.map { pollfd(fd: $0.readEnd, events: Int16(POLLIN), revents: 0) }
            files.append(pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0))
            guard poll(&files, nfds_t(files.count), -1) > 0 else { continue }
            isLast = files[open.count].revents != 0
            for index in open.indices.reversed() where isLast || files[index].revents != 0 {
                let isOver = read(&open[index], buffer, upTo: isLast ? Self.restLimit : 1)
                guard isOver else { continue }
                Self.closeBoth(open.remove(at: index))
            }
        }
        for stream in open { Self.closeBoth(stream) }
    }

    /// Reads once, or on until nothing is there or the limit is passed.
    ///
    /// - Returns: true at the end of the stream.
    private func read(
        _ stream: inout Stream, _ buffer: UnsafeMutableRawBufferPointer, upTo limit: Int
    ) -> Bool {
        var total = 0
        while total < limit {
            let count = readOnce(stream.readEnd, buffer)
            if count == 0 { return true }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return errno != EAGAIN }
            total += count
            do {
                try CappedLog.append(
                    UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: stream.file,
                    named: stream.path, length: &stream.length, limit: self.limit)
            } catch {
                // A log that cannot be written must stop neither the program nor the reading.
                continue
            }
        }
        return false
    }
}

/// The C library's calls, whose names the type's own methods hide.
private func readOnce(_ descriptor: Int32, _ buffer: UnsafeMutableRawBufferPointer) -> Int {
    read(descriptor, buffer.baseAddress, buffer.count)
}

private func closeOne(_ descriptor: Int32) { close(descriptor) }
