/// Names that were meant, when a name does not exist.
public enum NameAdvice {
    /// At most so many names are listed.
    public static let listed = 12

    /// `there are: a, b, c` or `there are none`.
    public static func existing(_ names: [String]) -> String {
        guard !names.isEmpty else { return "there are none" }
        let shown = names.prefix(listed).joined(separator: ", ")
        let rest = names.count - listed
        return "there are: \(shown)" + (rest > 0 ? " and \(rest) more" : "")
    }

    /// `Did you mean 'x'?`, or empty when nothing is near.
    public static func suggestion(for wanted: String, among names: [String]) -> String {
        nearest(to: wanted, among: names).map { "Did you mean '\($0)'?" } ?? ""
    }

    /// The name that was meant; nil when nothing is near.
    public static func nearest(to wanted: String, among names: [String]) -> String? {
        let lowered = wanted.lowercased()
        let ranked = names.map { (name: $0, far: distance(lowered, $0.lowercased())) }
        let nearest = ranked.min { ($0.far, $0.name) < ($1.far, $1.name) }
        if let nearest, nearest.far <= max(2, wanted.count / 3) {
            return nearest.name
        }
        return names.first { $0.lowercased().contains(lowered) && lowered.count > 2 }
    }

    /// A failure of kind `.notFound` that names what exists.
    ///
    /// - Parameter suggesting: false where names that look alike have nothing to do with each other, as numbers have not.
    public static func notFound(
        _ what: String, _ wanted: String, among names: [String], operation: String,
        suggesting: Bool = true
    ) -> ServiceFailure {
        ServiceFailure(
            kind: .notFound, operation: operation, httpStatus: 404,
            detail: "no \(what) '\(wanted)'; \(existing(names))",
            advice: suggesting ? suggestion(for: wanted, among: names) : "")
    }

    /// Insertions, deletions and replacements that turn one text into the other.
    static func distance(_ left: String, _ right: String) -> Int {
        let goal = Array(right)
        var row = Array(0...goal.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for column in goal.indices {
                let replaced = diagonal + (goal[column] == letter ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, diagonal + 1, row[column] + 1)
            }
        }
        return row[goal.count]
    }
}
