/// A wanted stretch of a blob.
enum BlobRange {
    /// Offset and length of what a range header asks for, cut to the blob's size; nil when there is no usable header.
    ///
    /// `x-ms-range` wins over `Range` (CONTRACT §6.1). Several ranges, and units other than bytes, are ignored as HTTP allows.
    ///
    /// - Throws: `.invalidRange` when it begins at or behind the end, an empty blob's beginning included.
    static func read(
        _ headers: EngineHeaders, sizeBytes: Int64
    ) throws(BlobError) -> (offset: Int64, length: Int64)? {
        guard let header = headers["x-ms-range"] ?? headers["range"],
            header.lowercased().hasPrefix("bytes="), !header.contains(",")
        else { return nil }
        let ends = header.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2 else { return nil }
        if ends[0].isEmpty {
            guard let count = Int64(ends[1]), count >= 0 else { return nil }
            guard count > 0, sizeBytes > 0 else { throw .invalidRange }
            let length = min(count, sizeBytes)
            return (sizeBytes - length, length)
        }
        guard let first = Int64(ends[0]), first >= 0 else { return nil }
        let last = ends[1].isEmpty ? Int64.max : Int64(ends[1]) ?? -1
        guard last >= first else { return nil }
        guard first < sizeBytes else { throw .invalidRange }
        return (first, min(last, sizeBytes - 1) - first + 1)
    }
}
