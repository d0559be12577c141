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
        client.cancel = { job throws(ServiceFailure) in
            throw .readOnly("cancel \(job)", context: context)
        }
        return client
    }
}
