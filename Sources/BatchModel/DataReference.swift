/// Where data is, in every form a person may write (CONTRACT §5.1).
///
/// Parsing never guesses silently: a form that is not listed is an error that lists those that are.
public enum DataReference: Sendable, Hashable, Codable {
    /// Which version of a data asset.
    public enum Version: Sendable, Hashable, Codable {
        /// A version by name.
        case named(String)
        /// The version created most recently, found out at submit time.
        case latest
    }

    /// `azureml:name:version` or `azureml:name@latest`, in the context's own workspace.
    case asset(name: DataAsset.Name, version: Version)
    /// A full ARM id of a data version: `/subscriptions/…/data/n/versions/v`, verbatim.
    case assetID(String)
    /// A registry or location asset id (`azureml://registries/…`, `azureml://locations/…`), verbatim.
    case remoteAsset(String)
    /// A path in a datastore of the context's own workspace: `azureml://datastores/d/paths/p`.
    case datastorePath(datastore: Datastore.Name, path: String)
    /// A path in a datastore by long form: ARM id + `/paths/…` or `azureml://subscriptions/…`, verbatim.
    case datastoreID(String)
    /// `https`, `http`, `wasbs`, `wasb`, `abfss`, `abfs` or `adl` address, verbatim.
    case url(String)
    /// Output of an earlier job: `azureml://jobs/j/outputs/o/paths/p`.
    case jobOutput(job: Job.ID, output: String, path: String)
    /// A file or folder on this machine, as typed: relative, `~`, absolute; `file:` is dropped.
    case local(path: String)
}
