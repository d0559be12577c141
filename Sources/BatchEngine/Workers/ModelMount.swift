#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The folder `AZUREML_MODEL_DIR` of a job: it holds the model and nothing else, as on the service
/// (ES §3.5).
///
/// The folder a model lies in will not do: a deployment's has its code beside it, and scripts look
/// for the one folder in
/// `AZUREML_MODEL_DIR`. So the model's tree is made anew for every job, of hard links: no byte is
/// copied, and a model that is trained anew, a new file under the old name, does not change a job
/// that runs. Links by name would do neither, and Python's `rglob` does not follow them into
/// folders. They stand in for files on another file system.
enum ModelMount {
    /// Folders within folders: more is a loop of links.
    static let depthLimit = 32

    /// What `AZUREML_MODEL_DIR` says.
    static func folder(_ order: JobOrder, _ folders: EngineFolders) -> String {
        order.modelEntry == nil ? order.modelFolder : folders.job(order.id) + "/model"
    }

    /// Makes the folder; may be repeated.
    static func make(_ order: JobOrder, _ folders: EngineFolders) throws {
        guard let entry = order.modelEntry else { return }
        let folder = folder(order, folders)
        try FileCalls.makeFolders(folder)
        try copy(order.modelFolder + "/" + entry, to: folder + "/" + entry, depth: 0)
    }

    private static func copy(_ source: String, to target: String, depth: Int) throws {
        guard depth < depthLimit else {
            throw FileFailure("follow the folders of the model to \(source)", code: ELOOP)
        }
        var status = stat()
        guard stat(source, &status) == 0 else { throw FileFailure("read the model \(source)") }
        guard status.st_mode & S_IFMT == S_IFDIR else { return try link(source, to: target) }
        guard mkdir(target, 0o777) == 0 || errno == EEXIST else {
            throw FileFailure("make the folder \(target)")
        }
        guard let stream = opendir(source) else { throw FileFailure("read the model \(source)") }
        defer { closedir(stream) }
        while let next = readdir(stream) {
            let name = withUnsafePointer(to: &next.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != ".." else { continue }
            try copy(source + "/" + name, to: target + "/" + name, depth: depth + 1)
        }
    }

    private static func link(_ source: String, to target: String) throws {
        if linkat(AT_FDCWD, source, AT_FDCWD, target, AT_SYMLINK_FOLLOW) == 0 { return }
        if errno == EEXIST { return }
        guard symlink(source, target) == 0 || errno == EEXIST else {
            throw FileFailure("link the model \(source)")
        }
    }
}
