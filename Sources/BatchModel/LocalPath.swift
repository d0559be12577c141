/// Paths of this machine as people type them, read by their letters: no file is looked at, and links stay.
public enum LocalPath {
    /// A path whose `~` is the home folder; `~name` is a name like any other.
    ///
    /// - Parameter home: what `HOME` says; nil leaves the path as it is.
    public static func expanded(_ path: String, home: String?) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home else { return path }
        return home + path.dropFirst()
    }

    /// An absolute path without `.`, `..`, doubled and trailing slashes; above the root is the root.
    ///
    /// - Parameter folder: what a relative path is relative to, absolute; asked for only then.
    public static func resolved(
        _ path: String, from folder: @autoclosure () -> String
    ) -> String {
        let whole = path.hasPrefix("/") ? path : folder() + "/" + path
        var parts: [Substring] = []
        for part in whole.split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }
}
