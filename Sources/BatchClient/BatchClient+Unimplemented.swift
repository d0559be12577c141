public import BatchModel

extension BatchClient {
    /// A client whose every field fails loudly, naming itself: a test swaps those it means to use.
    ///
    /// Fields that cannot throw answer something that says so: a finding, a failed event, a stream that throws.
    public static var unimplemented: BatchClient {
        BatchClient(
            connect: { () throws(ServiceFailure) in throw unswapped("connect") },
            endpoints: { () throws(ServiceFailure) in throw unswapped("endpoints") },
            endpoint: { _ throws(ServiceFailure) in throw unswapped("endpoint") },
            deployments: { _ throws(ServiceFailure) in throw unswapped("deployments") },
            deployment: { _, _ throws(ServiceFailure) in throw unswapped("deployment") },
            dataAssets: { () throws(ServiceFailure) in throw unswapped("dataAssets") },
            dataVersions: { _ throws(ServiceFailure) in throw unswapped("dataVersions") },
            dataVersion: { _, _ throws(ServiceFailure) in throw unswapped("dataVersion") },
            datastores: { () throws(ServiceFailure) in throw unswapped("datastores") },
            datastore: { _ throws(ServiceFailure) in throw unswapped("datastore") },
            browse: { _, _ throws(ServiceFailure) in throw unswapped("browse") },
            look: { _ in .missing(detail: unswapped("look").detail, advice: "") },
            findings: { draft in
                let finding = ReferenceFinding.missing(
                    detail: unswapped("findings").detail, advice: "")
                return Dictionary(
                    draft.references.map { ($0, finding) }, uniquingKeysWith: { one, _ in one })
            },
            preview: { _ throws(ServiceFailure) in throw unswapped("preview") },
            submit: { _, _ throws(ServiceFailure) in throw unswapped("submit") },
            undecided: { () throws(ServiceFailure) in throw unswapped("undecided") },
            jobs: { _ throws(ServiceFailure) in throw unswapped("jobs") },
            job: { _ throws(ServiceFailure) in throw unswapped("job") },
            steps: { _ throws(ServiceFailure) in throw unswapped("steps") },
            cancel: { _ throws(ServiceFailure) in throw unswapped("cancel") },
            follow: { _ in AsyncThrowingStream { $0.finish(throwing: unswapped("follow")) } },
            track: { _ in
                AsyncStream { continuation in
                    continuation.yield(.failed(unswapped("track")))
                    continuation.finish()
                }
            },
            logFiles: { _ throws(ServiceFailure) in throw unswapped("logFiles") },
            readLog: { _, _, _, _ throws(ServiceFailure) in throw unswapped("readLog") },
            usefulError: { _ throws(ServiceFailure) in throw unswapped("usefulError") },
            outputs: { _ throws(ServiceFailure) in throw unswapped("outputs") },
            outputFiles: { _, _ throws(ServiceFailure) in throw unswapped("outputFiles") },
            readOutput: { _, _, _, _, _ throws(ServiceFailure) in throw unswapped("readOutput") },
            download: { _, _ throws(ServiceFailure) in throw unswapped("download") },
            lastSeen: { nil })
    }

    /// The failure of a field that a test did not swap.
    public static func unswapped(_ field: String) -> ServiceFailure {
        ServiceFailure(
            kind: .unexpected, operation: "use BatchClient.\(field)",
            detail: "the field '\(field)' is not swapped in this test",
            advice: "Give the client a closure for it.")
    }
}
