/// What names, tags and descriptions of endpoints, deployments and assets may be (ES §1, §9).
///
/// One set of rules for the files, the engine's refusals and whoever fills a form.
public enum ControlRules {
    /// Endpoints in a workspace; the service counts them per subscription and region (ES §9).
    public static let endpointLimit = 100
    /// Deployments of one endpoint (ES §9).
    public static let deploymentLimit = 20
    /// Deployments of all endpoints together (ES §9).
    public static let allDeploymentsLimit = 500
    /// Characters of a description (ES §9).
    public static let descriptionLimit = 5_000
    /// Tags of one thing (ES §9).
    public static let tagLimit = 50
    /// Characters of a tag's name (ES §9).
    public static let tagNameLimit = 100
    /// Characters of a tag's value (ES §9).
    public static let tagValueLimit = 1_000
    /// Bytes of an asset's name or version: with both of them a file name stays below 255.
    public static let assetNameLimitBytes = 120

    /// What an endpoint or deployment may be called, in words.
    public static let nameWords =
        "3 to 32 letters, digits and hyphens, a letter first, no hyphen last"
    /// What an asset, a version, a datastore or a compute may be called, in words.
    public static let assetNameWords = "1 to 120 letters, digits, _, - and ."

    /// True for a name of an endpoint or deployment.
    public static func isName(_ name: String) -> Bool {
        (3...32).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
            && name.first?.isLetter == true && name.last != "-"
    }

    /// True for a name of an asset, a version, a datastore or a compute: one that is safe as a file's name too.
    public static func isAssetName(_ name: String) -> Bool {
        (1...assetNameLimitBytes).contains(name.utf8.count)
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_-.".contains($0)) }
            && name.first != "."
    }

    /// What is wrong with tags and a description, a sentence each; empty when nothing is.
    public static func problems(tags: [String: String], description: String?) -> [String] {
        var problems: [String] = []
        if (description?.count ?? 0) > descriptionLimit {
            problems.append("The description is over \(descriptionLimit) characters.")
        }
        if tags.count > tagLimit { problems.append("There are more than \(tagLimit) tags.") }
        for (name, value) in tags.sorted(by: { $0.key < $1.key }) {
            if value.isEmpty {
                problems.append("Tag values must not be null or empty. (Tags.\(name))")
            }
            if name.isEmpty || name.count > tagNameLimit {
                problems.append("The tag name \"\(name)\" is not 1 to \(tagNameLimit) characters.")
            }
            if value.count > tagValueLimit {
                problems.append("The tag \(name) is over \(tagValueLimit) characters.")
            }
        }
        return problems
    }
}
