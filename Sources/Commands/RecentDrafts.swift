import BatchModel
import DraftFile

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The drafts that became jobs, newest first, in one small file of the state folder per context.
///
/// A value with a secret in it is left out of what is kept. The file is a convenience: where it cannot be read or written
/// there is simply nothing recent, so neither is a failure for anybody.
actor RecentDrafts {
    /// The oldest is forgotten when there are more.
    static let limit = 50

    private let path: String?
    private var known: [JobDraft]?

    init(context: String, environment: [String: String]) {
        let home = try? Home(environment: environment)
        path = home.map { "\($0.state)/recent/\(PercentEncoding.encode(context)).json" }
    }

    func drafts() -> [JobDraft] {
        if let known { return known }
        let data = path.flatMap { FileManager.default.contents(atPath: $0) }
        let read = data.flatMap { try? WireJSON.decode([JobDraft].self, from: Array($0)) } ?? []
        known = read
        return read
    }

    func note(_ draft: JobDraft) {
        // Another console may have written meanwhile.
        known = nil
        let kept = Self.kept(draft)
        let all = [kept] + drafts().filter { $0 != kept }
        known = Array(all.prefix(Self.limit))
        guard let path, let bytes = try? WireJSON.encode(known) else { return }
        let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
        let manager = FileManager.default
        try? manager.createDirectory(
            atPath: folder, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try? Data(bytes).write(to: URL(filePath: path), options: .atomic)
    }

    /// The draft without what is secret in it and without what belongs to the one job.
    private static func kept(_ draft: JobDraft) -> JobDraft {
        var copy = draft
        let masked = draft.withoutSecrets
        copy.inputs = zip(draft.inputs, masked.inputs).filter { $0 == $1 }.map(\.0)
        copy.outputs = zip(draft.outputs, masked.outputs).filter { $0 == $1 }.map(\.0)
        if masked.experimentName != draft.experimentName { copy.experimentName = nil }
        if masked.overrides.outputFileName != draft.overrides.outputFileName {
            copy.overrides.outputFileName = nil
        }
        copy.jobName = nil
        copy.tags = nil
        return copy
    }
}
