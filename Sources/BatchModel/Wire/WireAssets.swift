/// `properties` of a model's version.
public struct WireModelVersion: Codable, Sendable {
    /// Where its files are: a datastore's short or long form, or an address.
    public var modelUri: String?
    /// `custom_model`, `mlflow_model` or `triton_model`.
    public var modelType: String?
    /// Free text.
    public var description: String?
    /// True for a model that a deployment was given without a name of its own.
    public var isAnonymous: Bool?
    /// True once archived.
    public var isArchived: Bool?
    /// Tags.
    public var tags: WireTexts?
    /// Free properties.
    public var properties: WireTexts?
    /// MLflow's flavours, as they came.
    public var flavors: JSONValue?

    /// Describes a version.
    public init(
        modelUri: String?, modelType: String?, description: String? = nil,
        isAnonymous: Bool? = false, isArchived: Bool? = false, tags: WireTexts? = nil,
        properties: WireTexts? = nil, flavors: JSONValue? = nil
    ) {
        self.modelUri = modelUri
        self.modelType = modelType
        self.description = description
        self.isAnonymous = isAnonymous
        self.isArchived = isArchived
        self.tags = tags
        self.properties = properties
        self.flavors = flavors
    }
}

/// `properties` of an environment's version. The local engine keeps environments as names: it never builds one.
public struct WireEnvironmentVersion: Codable, Sendable {
    /// A container image.
    public var image: String?
    /// The text of a conda file.
    public var condaFile: String?
    /// A folder to build an image from, as it came.
    public var build: JSONValue?
    /// `Linux` or `Windows`.
    public var osType: String?
    /// Free text.
    public var description: String?
    /// True for an environment that a deployment was given without a name of its own.
    public var isAnonymous: Bool?
    /// True once archived.
    public var isArchived: Bool?
    /// Tags.
    public var tags: WireTexts?
    /// Free properties.
    public var properties: WireTexts?

    /// Describes a version.
    public init(
        image: String? = nil, condaFile: String? = nil, build: JSONValue? = nil,
        osType: String? = nil, description: String? = nil, isAnonymous: Bool? = false,
        isArchived: Bool? = false, tags: WireTexts? = nil, properties: WireTexts? = nil
    ) {
        self.image = image
        self.condaFile = condaFile
        self.build = build
        self.osType = osType
        self.description = description
        self.isAnonymous = isAnonymous
        self.isArchived = isArchived
        self.tags = tags
        self.properties = properties
    }
}

/// `properties` of a version of uploaded code.
public struct WireCodeVersion: Codable, Sendable {
    /// Where its files are: a datastore's short or long form, or the address of a folder of blobs.
    public var codeUri: String?
    /// Free text.
    public var description: String?
    /// True for code that has no name of its own.
    public var isAnonymous: Bool?
    /// True once archived.
    public var isArchived: Bool?
    /// Tags.
    public var tags: WireTexts?
    /// `hash_sha256` and `hash_version`: what it is found again by.
    public var properties: WireTexts?

    /// Describes a version.
    public init(
        codeUri: String?, description: String? = nil, isAnonymous: Bool? = false,
        isArchived: Bool? = false, tags: WireTexts? = nil, properties: WireTexts? = nil
    ) {
        self.codeUri = codeUri
        self.description = description
        self.isAnonymous = isAnonymous
        self.isArchived = isArchived
        self.tags = tags
        self.properties = properties
    }
}

/// `properties` of a component's version.
public struct WireComponentVersion: Codable, Sendable {
    /// What the component's YAML says, with ids where the file has paths.
    public var componentSpec: JSONValue?
    /// Free text.
    public var description: String?
    /// True for a component that a deployment was given without a name of its own.
    public var isAnonymous: Bool?
    /// True once archived.
    public var isArchived: Bool?
    /// Tags.
    public var tags: WireTexts?
    /// Free properties.
    public var properties: WireTexts?

    /// Describes a version.
    public init(
        componentSpec: JSONValue?, description: String? = nil, isAnonymous: Bool? = false,
        isArchived: Bool? = false, tags: WireTexts? = nil, properties: WireTexts? = nil
    ) {
        self.componentSpec = componentSpec
        self.description = description
        self.isAnonymous = isAnonymous
        self.isArchived = isArchived
        self.tags = tags
        self.properties = properties
    }
}

/// `properties` of a compute. On the local engine every compute is this machine.
public struct WireCompute: Codable, Sendable {
    /// `AmlCompute`, `ComputeInstance`, …
    public var computeType: String?
    /// Free text.
    public var description: String?
    /// The region.
    public var computeLocation: String?
    /// `Succeeded`, …
    public var provisioningState: String?
    /// False unless it was made elsewhere.
    public var isAttachedCompute: Bool?
    /// Size and scale, as the kind of compute has them.
    public var properties: JSONValue?

    /// Describes a compute.
    public init(
        computeType: String?, description: String? = nil, computeLocation: String? = nil,
        provisioningState: String? = nil, isAttachedCompute: Bool? = nil,
        properties: JSONValue? = nil
    ) {
        self.computeType = computeType
        self.description = description
        self.computeLocation = computeLocation
        self.provisioningState = provisioningState
        self.isAttachedCompute = isAttachedCompute
        self.properties = properties
    }
}

/// The answer to a request for a place to upload to.
public struct WirePendingUpload: Codable, Sendable {
    /// Where, and with which right.
    public struct Reference: Codable, Sendable {
        /// The folder's address, without a signature.
        public var blobUri: String?
        /// The storage account's ARM id.
        public var storageAccountArmId: String?
        /// The right to write there.
        public var credential: Credential?

        /// Names a place.
        public init(blobUri: String?, storageAccountArmId: String?, credential: Credential?) {
            self.blobUri = blobUri
            self.storageAccountArmId = storageAccountArmId
            self.credential = credential
        }
    }
    /// A right to write.
    public struct Credential: Codable, Sendable {
        /// `SAS`.
        public var credentialType: String?
        /// The container's address with a signature.
        public var sasUri: String?

        /// Wraps a signed address.
        public init(sasUri: String) {
            credentialType = "SAS"
            self.sasUri = sasUri
        }
    }

    /// An id for this upload.
    public var pendingUploadId: String?
    /// `TemporaryBlobReference`.
    public var pendingUploadType: String?
    /// Where, and with which right.
    public var blobReferenceForConsumption: Reference?

    /// Describes an upload.
    public init(pendingUploadId: String, blobReferenceForConsumption: Reference) {
        self.pendingUploadId = pendingUploadId
        pendingUploadType = "TemporaryBlobReference"
        self.blobReferenceForConsumption = blobReferenceForConsumption
    }
}

/// How far a long-running operation is (CONTRACT §2.2).
public struct WireOperation: Codable, Sendable {
    /// The operation's path.
    public var id: String?
    /// Its last segment.
    public var name: String?
    /// `Updating`, `Succeeded`, `Failed` or `Canceled`.
    public var status: String?
    /// ISO 8601.
    public var startTime: String?
    /// ISO 8601; nil until it ended.
    public var endTime: String?
    /// 0 to 100.
    public var percentComplete: Double?
    /// Why it failed.
    public var error: WireError.Body?

    /// Describes an operation.
    public init(
        id: String?, name: String?, status: String, startTime: String? = nil,
        endTime: String? = nil, percentComplete: Double? = nil, error: WireError.Body? = nil
    ) {
        self.id = id
        self.name = name
        self.status = status
        self.startTime = startTime
        self.endTime = endTime
        self.percentComplete = percentComplete
        self.error = error
    }

    /// True once nothing more will change.
    public var isTerminal: Bool {
        ["succeeded", "failed", "canceled"].contains(status?.lowercased() ?? "")
    }
}
