import BatchClient
import BatchModel
import ConsoleCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

// What the picker of data asks for.

extension EffectRunner {
    /// Jobs of one page of the picker.
    private static let jobPage = 100

    func perform(_ effect: DataPicker.Effect) {
        switch effect {
        case .list(let spot, let start): list(spot, from: start)
        case .look(let reference):
            // Asked at every move: only what is still selected after a pause between two keys is looked at.
            named("look for the picker") { [answer] client in
                guard await Self.isStillWanted() else { return }
                let finding = await client.look(reference)
                answer(.form(.picker(.looked(reference: reference, finding: finding))))
            }
        case .makeAsset(let order): make(order)
        case .choose, .close: break
        }
    }

    private func make(_ order: DataOrder) {
        ask { [files, answer] client async throws(ServiceFailure) in
            let plan = try await files.dataPlan(order)
            return try await client.control.putData(plan) { phase in
                answer(.form(.picker(.assetAdvanced(words: Self.words(for: phase)))))
            }
        } then: {
            .form(.picker(.assetMade(version: $0)))
        } or: {
            .form(.picker(.assetRefused(failure: $0)))
        }
    }

    private static func words(for phase: PublishPhase) -> String {
        switch phase {
        case .uploading(let part, let progress):
            "uploading \(part): \(Words.grouped(progress.filesDone)) of "
                + "\(Words.count(progress.filesTotal, "file")), "
                + "\(Words.bytes(progress.bytesDone)) of \(Words.bytes(progress.bytesTotal))"
        case .registered(let what): "registered \(what)"
        case .waiting(let status): "the service says \(status)"
        }
    }

    private func list(_ spot: DataPicker.Spot, from start: Int) {
        switch spot {
        case .localFolder(let path):
            alone { [answer] in
                do throws(ServiceFailure) {
                    let listing = try LocalListing.read(path)
                    answer(.form(.picker(.listed(spot: spot, start: 0, listing: listing))))
                } catch {
                    answer(.form(.picker(.listRefused(spot: spot, failure: error))))
                }
            }
        case .recent:
            alone { [answer, files] in
                let drafts = await files.recent()
                answer(.form(.picker(.listed(spot: spot, start: 0, listing: .recent(drafts)))))
            }
        case .assets, .versions, .datastores, .folder, .jobs, .outputs, .outputFolder:
            ask {
                client async throws(ServiceFailure) in
                try await Self.listing(of: spot, from: start, client)
            } then: {
                .form(.picker(.listed(spot: spot, start: start, listing: $0)))
            } or: {
                .form(.picker(.listRefused(spot: spot, failure: $0)))
            }
        }
    }

    private static func listing(
        of spot: DataPicker.Spot, from start: Int, _ client: BatchClient
    ) async throws(ServiceFailure) -> DataPicker.Listing {
        switch spot {
        case .assets: return .assets(try await client.dataAssets())
        case .versions(let name): return .versions(try await client.dataVersions(name))
        case .datastores: return .datastores(try await client.datastores())
        case .folder(let store, let path): return .blobs(try await client.browse(store, path))
        case .jobs:
            let page = try await client.jobs(JobListQuery(start: start, count: jobPage))
            return .jobs(page.jobs, hasMore: page.hasMore)
        case .outputs(let job): return .outputs(try await client.outputs(job))
        case .outputFolder(let job, let output, _):
            return .outputFiles(try await client.outputFiles(job, output))
        case .localFolder(let path): return try LocalListing.read(path)
        case .recent: return .recent([])
        }
    }
}

/// One level of this machine's files.
enum LocalListing {
    /// More than this nobody walks through; what is missing can be typed.
    private static let limit = 10_000

    /// The entries of a folder as it was typed, folders first, without those whose names begin with a dot.
    static func read(_ path: String) throws(ServiceFailure) -> DataPicker.Listing {
        let full = expanded(path)
        let manager = FileManager.default
        let names: [String]
        do {
            names = try manager.contentsOfDirectory(atPath: full)
        } catch {
            var isFolder = false
            let isThere = manager.fileExists(atPath: full, isDirectory: &isFolder)
            throw ServiceFailure(
                kind: isThere ? .unauthorized : .notFound, operation: "list the folder \(path)",
                detail: isThere
                    ? isFolder ? "it may not be read" : "it is no folder" : "it does not exist")
        }
        let shown = names.filter { !$0.hasPrefix(".") }.sorted()
        let entries = shown.prefix(limit).map { entry($0, in: full) }
        return .local(
            entries.filter(\.isFolder) + entries.filter { !$0.isFolder },
            isCut: shown.count > limit)
    }

    /// Links are followed: a link to a folder opens as one.
    private static func entry(_ name: String, in folder: String) -> DataPicker.LocalEntry {
        var info = stat()
        guard stat(folder + "/" + name, &info) == 0 else {
            return DataPicker.LocalEntry(name: name, isFolder: false)
        }
        let isFolder = info.st_mode & S_IFMT == S_IFDIR
        return DataPicker.LocalEntry(
            name: name, isFolder: isFolder, size: isFolder ? nil : Int64(info.st_size))
    }

    /// A path as it was typed, `~` replaced by the home folder.
    static func expanded(_ path: String) -> String {
        LocalPath.expanded(path, home: ProcessInfo.processInfo.environment["HOME"])
    }
}
