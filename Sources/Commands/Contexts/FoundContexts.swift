import BatchModel

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Contexts nobody typed for us: what Azure's own tools have on this machine (DESIGN §4).
///
/// Two places: the workspace `config.json` that the studio hands out, in the current folder or one above, and the
/// defaults of `az configure`. What cannot be read is passed over: it is not our file, and nobody asked for it.
struct FoundContexts {
    /// A context and the file it comes from.
    struct Found: Sendable, Hashable {
        var context: AzureContext
        var source: String
    }

    /// Folders that are looked into above the current one; deeper trees are unheard of.
    static let levelLimit = 64

    var environment: [String: String]
    /// Where to begin, absolute.
    var folder: String

    init(
        environment: [String: String],
        folder: String = FileManager.default.currentDirectoryPath
    ) {
        self.environment = environment
        self.folder = folder
    }

    /// All that is found and not among the known ones, the nearest first, each with a name of its own.
    func all(besides known: [AzureContext]) -> [Found] {
        var names = Set(known.map(\.name) + [AzureContext.localName])
        var scopes = Set(known.map(\.scope))
        var kept: [Found] = []
        for var found in [workspaceFile(), commandLineDefaults()].compactMap({ $0 })
        where !scopes.contains(found.context.scope) {
            let plain = found.context.name
            var number = 2
            while names.contains(found.context.name) {
                found.context.name = "\(plain)-\(number)"
                number += 1
            }
            guard found.context.problems.isEmpty else { continue }
            names.insert(found.context.name)
            scopes.insert(found.context.scope)
            kept.append(found)
        }
        return kept
    }

    // MARK: - config.json

    private func workspaceFile() -> Found? {
        var place = folder
        for _ in 0..<Self.levelLimit {
            for path in ["/config.json", "/.azureml/config.json"] {
                let base = place == "/" ? "" : place
                if let context = Self.workspace(json(base + path)) {
                    return Found(context: context, source: base + path)
                }
            }
            guard let cut = place.lastIndex(of: "/"), place != "/" else { return nil }
            place = cut == place.startIndex ? "/" : String(place[..<cut])
        }
        return nil
    }

    /// A workspace's `config.json`; nil for any other file of that name.
    static func workspace(_ value: JSONValue?) -> AzureContext? {
        guard let value, let subscription = value["subscription_id"]?.string,
            let group = value["resource_group"]?.string,
            let workspace = value["workspace_name"]?.string
        else { return nil }
        return AzureContext(
            name: workspace,
            scope: WorkspaceScope(
                subscriptionID: subscription, resourceGroup: group, workspace: workspace))
    }

    // MARK: - az configure

    private func commandLineDefaults() -> Found? {
        guard let folder = settingsFolder else { return nil }
        let path = folder + "/config"
        let sections = Self.sections(text(path) ?? "")
        let defaults = sections["defaults"] ?? [:]
        guard let group = environment["AZURE_DEFAULTS_GROUP"] ?? defaults["group"],
            let workspace = environment["AZURE_DEFAULTS_WORKSPACE"] ?? defaults["workspace"],
            let subscription = Self.defaultSubscription(json(folder + "/azureProfile.json"))
        else { return nil }
        let cloud = sections["cloud"]?["name"] ?? subscription.cloud ?? Cloud.global.name
        guard let cloud = Cloud.named(cloud) else { return nil }
        var context = AzureContext(
            name: workspace,
            scope: WorkspaceScope(
                subscriptionID: subscription.id, resourceGroup: group, workspace: workspace),
            cloud: cloud)
        context.credential.tenantID = subscription.tenant
        return Found(context: context, source: path)
    }

    private var settingsFolder: String? {
        if let named = environment["AZURE_CONFIG_DIR"], !named.isEmpty {
            return Home.absolute(named, environment: environment)
        }
        return environment["HOME"].flatMap { $0.isEmpty ? nil : $0 + "/.azure" }
    }

    /// The subscription `az account set` chose.
    static func defaultSubscription(
        _ profile: JSONValue?
    ) -> (id: String, tenant: String?, cloud: String?)? {
        guard case .array(let all)? = profile?["subscriptions"] else { return nil }
        let chosen = all.first { $0["isDefault"] == .boolean(true) }
        guard let id = chosen?["id"]?.string else { return nil }
        return (id, chosen?["tenantId"]?.string, chosen?["environmentName"]?.string)
    }

    /// Sections of a file as Python's configparser reads it: `[name]`, `key = value`, `#` and `;` comments.
    static func sections(_ text: String) -> [String: [String: String]] {
        var sections: [String: [String: String]] = [:]
        var current = ""
        for line in text.split(whereSeparator: \.isNewline) {
            let line = trimmed(line)
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), line.hasSuffix("]") {
                current = String(line.dropFirst().dropLast())
            } else if let mark = line.firstIndex(where: { $0 == "=" || $0 == ":" }) {
                let key = trimmed(line[..<mark]).lowercased()
                let value = String(trimmed(line[line.index(after: mark)...]))
                if !value.isEmpty { sections[current, default: [:]][key] = value }
            }
        }
        return sections
    }

    private static func trimmed(_ text: Substring) -> Substring {
        let start = text.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return start[...last]
    }

    // MARK: - Files

    private func text(_ path: String) -> String? {
        FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
    }

    /// JSON of a file, with or without a byte-order mark; nil when there is none.
    private func json(_ path: String) -> JSONValue? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        return try? WireJSON.decode(JSONValue.self, from: data)
    }
}
