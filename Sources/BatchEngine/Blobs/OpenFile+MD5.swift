import Crypto

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension OpenFile {
    /// The MD5 of a stretch, base64; the stretch is short enough to be read again when it is sent.
    ///
    /// - Throws: 500 when the file ends before the stretch does.
    func md5(offset: Int64, length: Int64) throws(BlobError) -> String {
        var hash = Insecure.MD5()
        // 256 KiB: what goes out at once as well.
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
        defer { buffer.deallocate() }
        var done: Int64 = 0
        while done < length {
            let wanted = Int(min(Int64(buffer.count), length - done))
            let window = UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted])
            let count = read(into: window, at: offset + done)
            guard count > 0 else {
                throw BlobError(500, "InternalError", "The blob ended while it was being read.")
            }
            hash.update(bufferPointer: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            done += Int64(count)
        }
        return Data(hash.finalize()).base64EncodedString()
    }
}
