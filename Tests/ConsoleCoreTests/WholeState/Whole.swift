import Testing

/// Expects a state to be another one in every member. What differs is named by its path: the text of two whole states,
/// which `#expect` would print, is longer than anybody reads.
func expectWhole<State: Equatable>(
    _ state: State, is expected: State, _ why: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard state != expected else { return }
    let found = differences(of: state, from: expected, at: "")
    let words = found.isEmpty ? ["something that cannot be seen from outside"] : found
    Issue.record(
        "\(why)\n\(words.prefix(12).joined(separator: "\n"))", sourceLocation: sourceLocation)
}

/// `jobList.height: 17, not 19`, for each member that differs.
private func differences(of value: Any, from expected: Any, at path: String) -> [String] {
    let (text, wanted) = (String(describing: value), String(describing: expected))
    guard text != wanted else { return [] }
    let (members, others) = (
        Mirror(reflecting: value).children, Mirror(reflecting: expected).children
    )
    let isCollection = Mirror(reflecting: value).displayStyle.map {
        $0 == .set || $0 == .dictionary
    }
    guard !members.isEmpty, members.count == others.count, isCollection != true else {
        return ["\(path): \(text), not \(wanted)"]
    }
    let parts = zip(members, others).enumerated().flatMap { index, pair in
        let name = pair.0.label.map { $0 == "some" ? "" : ".\($0)" } ?? "[\(index)]"
        return differences(of: pair.0.value, from: pair.1.value, at: path + name)
    }
    return parts.isEmpty ? ["\(path): \(text), not \(wanted)"] : parts
}
