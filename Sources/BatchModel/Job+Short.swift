extension Job {
    /// The job with data assets of its own workspace named as people name them: `azureml:wine-data:2`.
    ///
    /// Services answer with whole ids of some hundred and fifty characters, which differ from each other in the last few.
    public func shortened(in scope: WorkspaceScope) -> Job {
        var copy = self
        copy.inputs = inputs.mapValues { Self.short($0, in: scope) }
        return copy
    }

    private static func short(_ text: String, in scope: WorkspaceScope) -> String {
        let prefix = "\(scope.armID)/data/"
        guard text.lowercased().hasPrefix(prefix.lowercased()) else { return text }
        let parts = text.dropFirst(prefix.count).split(
            separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].lowercased() == "versions", !parts[0].isEmpty,
            !parts[2].isEmpty
        else { return text }
        return "azureml:\(parts[0]):\(parts[2])"
    }
}
