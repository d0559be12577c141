#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Tells one process from a later one of the same number.
enum ProcessBirth {
    /// When a process was started, in the kernel's own count since the machine was; nil where the system does not say, and for
    /// a process that has ended, whether or not its parent has taken note of that.
    static func of(_ pid: Int32) -> String? {
        #if os(Linux)
            guard let data = FileManager.default.contents(atPath: "/proc/\(pid)/stat") else {
                return nil
            }
            // The name may hold anything, brackets and blanks too: fields are counted from its end (proc(5), fields 3 and 22).
            let text = String(decoding: data, as: UTF8.self)
            guard let end = text.lastIndex(of: ")") else { return nil }
            let fields = text[text.index(after: end)...].split(separator: " ")
            guard fields.count > 19, !["Z", "X"].contains(fields[0]) else { return nil }
            return "\(BootMark.current ?? "-"):\(fields[19])"
        #else
            return nil
        #endif
    }
}
