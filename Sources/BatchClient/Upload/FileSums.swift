import BatchModel
import Crypto
import Dispatch
import Synchronization

// MD5 is the slowest part of a transfer on a machine of today: slower than the content hash, than reading and than a fast
// line. It is therefore never waited for while there is something else to do. Small files are summed beside the walk that
// makes the content hash (`SumLane`), large ones while their blocks are on the way (`FileSums`).

/// Takes the MD5 of one file after the other on a thread of its own, behind the one that reads them.
///
/// `@unchecked`: the sums are touched on the serial queue alone.
final class SumLane: @unchecked Sendable {
    /// Pieces that may wait: with 1 MiB each they do not count beside the memory limit.
    private static let room = 8

    private let queue = DispatchQueue(label: "batchdeck.md5")
    private let room = DispatchSemaphore(value: room)
    private var current = Insecure.MD5()
    private var sums: [[UInt8]] = []

    /// More bytes of the current file; waits while too many are waiting.
    func add(_ piece: [UInt8]) {
        room.wait()
        queue.async {
            self.current.update(data: piece)
            self.room.signal()
        }
    }

    /// The current file is at its end.
    func endFile() {
        queue.async {
            self.sums.append(Array(self.current.finalize()))
            self.current = Insecure.MD5()
        }
    }

    /// The current file is summed elsewhere: an empty sum holds its place.
    func passFile() { queue.async { self.sums.append([]) } }

    /// The sums of all files that have ended, in their order.
    func finish() -> [[UInt8]] { queue.sync { sums } }
}

/// The MD5s of large files, taken in the background from the moment it is made.
final class FileSums: Sendable {
    /// Bytes read at once.
    private static let pieceLength = 1 << 20

    private let task: Task<[String: [UInt8]], any Error>

    /// Begins with the first file.
    init(of paths: [String]) {
        let isWanted = Wish()
        task = Task.detached {
            try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { waiting in
                    DispatchQueue.global().async {
                        waiting.resume(with: Result { try Self.sums(of: paths, isWanted) })
                    }
                }
            } onCancel: {
                isWanted.end()
            }
        }
    }

    /// The MD5 of one of the files, once it is known.
    func md5(of path: String) async throws -> [UInt8] { try await task.value[path] ?? [] }

    /// Nobody needs them any more.
    func cancel() { task.cancel() }

    private static func sums(of paths: [String], _ isWanted: Wish) throws -> [String: [UInt8]] {
        var sums: [String: [UInt8]] = [:]
        for path in paths {
            let file = try OpenFile(reading: path)
            var md5 = Insecure.MD5()
            var offset: Int64 = 0
            while true {
                guard isWanted.isAlive else { throw CancellationError() }
                let piece = try file.read(at: offset, length: pieceLength)
                if piece.isEmpty { break }
                md5.update(data: piece)
                offset += Int64(piece.count)
            }
            sums[path] = Array(md5.finalize())
        }
        return sums
    }
}

/// Whether somebody still waits for what a blocking thread works on.
final class Wish: Sendable {
    private let alive = Atomic(true)
    var isAlive: Bool { alive.load(ordering: .relaxed) }
    func end() { alive.store(false, ordering: .relaxed) }
}
