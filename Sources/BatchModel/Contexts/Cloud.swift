/// One of Azure's clouds: where to ask, where to sign in, and whom tokens are for (CONTRACT §1.1).
public struct Cloud: Sendable, Hashable {
    /// The name the Azure CLI knows it by: `AzureCloud`.
    public var name: String
    /// Base of Azure Resource Manager, no trailing slash; also the audience of its tokens.
    public var managementURL: String
    /// Base of sign-in, no trailing slash.
    public var loginURL: String
    /// The audience of tokens for scoring and job lists.
    public var machineLearningAudience: String
    /// The audience of tokens for blobs: the same in every cloud.
    public var storageAudience: String

    /// Describes a cloud.
    public init(
        name: String, managementURL: String, loginURL: String, machineLearningAudience: String,
        storageAudience: String = "https://storage.azure.com"
    ) {
        self.name = name
        self.managementURL = managementURL
        self.loginURL = loginURL
        self.machineLearningAudience = machineLearningAudience
        self.storageAudience = storageAudience
    }

    /// The cloud almost everybody uses.
    public static let global = Cloud(
        name: "AzureCloud", managementURL: "https://management.azure.com",
        loginURL: "https://login.microsoftonline.com",
        machineLearningAudience: "https://ml.azure.com")
    /// The cloud of the government of the United States.
    public static let usGovernment = Cloud(
        name: "AzureUSGovernment", managementURL: "https://management.usgovcloudapi.net",
        loginURL: "https://login.microsoftonline.us",
        machineLearningAudience: "https://ml.azure.us")
    /// The cloud in China. Its own pages name another ML audience; a context's `ml_audience` can say so.
    public static let china = Cloud(
        name: "AzureChinaCloud", managementURL: "https://management.chinacloudapi.cn",
        loginURL: "https://login.chinacloudapi.cn",
        machineLearningAudience: "https://ml.azure.cn")

    /// All that are known.
    public static let all = [global, usGovernment, china]

    /// The cloud of a name, compared without case.
    public static func named(_ name: String) -> Cloud? {
        all.first { $0.name.lowercased() == name.lowercased() }
    }
}
