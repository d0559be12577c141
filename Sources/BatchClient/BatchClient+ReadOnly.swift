import BatchModel

extension BatchClient {
    /// The same client, refusing what would change something, before anything is written down or sent.
    ///
    /// Below it a read-only `Connection` refuses every changing request too, whoever makes it.
    /// - Parameter context: the context's name, for the refusal.
    public func readOnly(context: String) -> BatchClient {
        var client = self
        client.submit = { draft, _ throws(ServiceFailure) in
            throw .readOnly("submit a job to \(draft.endpoint)", context: context)
        }
        client.sendAgain = { submission, _ throws(ServiceFailure) in
            throw .readOnly("send the submission \(submission) again", context: context)
        }
        client.cancel = { job throws(ServiceFailure) in
            throw .readOnly("cancel \(job)", context: context)
        }
        let past = client.pastDraft
        client.pastDraft = { job, onlyFailed throws(ServiceFailure) in
            // The failed files are fetched to be sent again: not where nothing is sent.
            if onlyFailed { throw .readOnly("retry what failed of \(job)", context: context) }
            return try await past(job, false)
        }
        client.setArchived = { job, _ throws(ServiceFailure) in
            throw .readOnly("archive \(job)", context: context)
        }
        return client
    }
}
