import BatchModel
import Foundation
import TestSupport
import Testing

@testable import Commands

/// The context verbs, found contexts, and which context is meant.
@Suite struct ContextVerbTests {
    private let folder: TemporaryFolder
    private var environment: [String: String] {
        ["BATCHDECK_HOME": folder.path + "/home", "HOME": folder.path + "/user"]
    }

    init() throws { folder = try TemporaryFolder("context") }

    private func run(_ arguments: String..., context: String? = nil) async -> Said {
        var desk = Desk()
        desk.environment = environment
        desk.environment["BATCHDECK_CONTEXT"] = context
        return await desk.run(["context"] + arguments)
    }

    private let place = ["--subscription", "0-1", "-g", "cellar", "-w", "tasting"]

    @Test func aContextIsAddedUsedShownAndRemoved() async throws {
        let added = await run(
            "add", "-n", "prod", "--subscription", "0-1", "-g", "cellar", "-w",
            "tasting", "--read-only", "--credential", "azure-cli")
        #expect(added.code == 0, "\(added.talk)")
        #expect(added.output.isEmpty)
        #expect(
            await run("add", "-n", "prod", "--subscription", "1", "-g", "a", "-w", "b").code == 7)
        #expect(await run("use", "prod").code == 0)
        let shown = try await run("show", "-o", "json").json()
        #expect(shown["name"]?.string == "prod")
        #expect(shown["current"] == .boolean(true))
        #expect(shown["credential"]?.string == "azure-cli")
        #expect(shown["arm_url"]?.string == "https://management.azure.com")
        let list = await run("list")
        #expect(list.lines.count == 3, "\(list.output)")
        #expect(list.output.contains("tasting"))
        #expect(try ChosenContext.choose(option: nil, environment: environment).isReadOnly)
        #expect(await run("remove", "prod").code == 0)
        #expect(await run("remove", "prod").code == 5)
        #expect(try ChosenContext.choose(option: nil, environment: environment) == .local)
    }

    @Test func aContextIsNamedAtItsPlaceOrByAnOptionAndOnce() async throws {
        #expect(
            await run("add", "-n", "prod", "--subscription", "1", "-g", "a", "-w", "b").code == 0)
        #expect(try await run("show", "-n", "prod", "-o", "json").json()["name"]?.string == "prod")
        #expect(await run("use", "--name", "prod").talk == "using prod\n")
        for verb in ["show", "use", "login", "logout", "remove"] {
            let twice = await run(verb, "prod", "-n", "prod")
            #expect(twice.code == ExitCodes.usage, "\(verb)")
            #expect(twice.talk.contains("at its place or with --name"), "\(verb): \(twice.talk)")
        }
        for verb in ["use", "remove"] {
            #expect(await run(verb).code == ExitCodes.usage)
        }
        #expect(await run("remove", "-n", "prod").talk == "removed prod\n")
    }

    @Test func optionThenVariableThenCurrentDecide() async throws {
        for name in ["a", "b", "c"] {
            let said = await run(
                "add", "-n", name, "--subscription", name, "-g", "g", "-w", "w")
            #expect(said.code == 0)
        }
        #expect(await run("use", "c").code == 0)
        var environment = self.environment
        #expect(try ChosenContext.choose(option: nil, environment: environment).name == "c")
        environment["BATCHDECK_CONTEXT"] = "b"
        #expect(try ChosenContext.choose(option: nil, environment: environment).name == "b")
        #expect(try ChosenContext.choose(option: "a", environment: environment).name == "a")
        #expect(try ChosenContext.choose(option: "local", environment: environment) == .local)
        #expect(await run("list", "-o", "json", context: "b").output.contains("\"b\""))
    }

    @Test func whatIsWrongIsRefusedAndNothingIsWritten() async throws {
        for (arguments, part) in [
            (["--cloud", "Moon"], "AzureCloud"), (["--arm-url", "http://far.example"], "https://"),
            (["--token-fd", "x"], "token-fd"),
        ] {
            var desk = Desk()
            desk.environment = environment
            let said = await desk.run(["context", "add", "-n", "x"] + place + arguments)
            #expect(said.code == 2, "\(arguments)")
            #expect(said.talk.contains(part), "\(said.talk)")
        }
        #expect(
            await run("add", "-n", "local", "--subscription", "1", "-g", "a", "-w", "b").code == 2)
        #expect(await run("add", "-n", "x", "--subscription", "1").code == 2)
        #expect(await run("use", "nobody").talk.contains("there are: local"))
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/home/config/config.yml"))
    }

    @Test func aBrokenSettingsFileIsShownByLineAndLocalStillWorks() async throws {
        try folder.write("contexts:\n- nme: x\n", to: "home/config/config.yml")
        let said = await run("list")
        #expect(said.code == 2)
        #expect(said.talk.contains("config.yml:2: contexts[0].name is missing"), "\(said.talk)")
        #expect(try ChosenContext.choose(option: "local", environment: environment) == .local)
    }

    @Test func aLinkedSettingsFileStaysALink() async throws {
        let real = try folder.write("theme: dark\n", to: "dotfiles/config.yml")
        try FileManager.default.createDirectory(
            atPath: folder.path + "/home/config", withIntermediateDirectories: true)
        let link = folder.path + "/home/config/config.yml"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: real)
        #expect(await run("add", "-n", "x", "--subscription", "1", "-g", "a", "-w", "b").code == 0)
        #expect(try folder.read("dotfiles/config.yml").hasPrefix("theme: dark\n"))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == real)
    }

    private func found(below path: String) -> [FoundContexts.Found] {
        FoundContexts(environment: environment, folder: folder.path + path).all(besides: [])
    }

    @Test func aWorkspaceFileIsFoundHereOrAboveAndInItsFolder() throws {
        let text = """
            \u{FEFF}{"subscription_id": "0-1", "resource_group": "cellar",
             "workspace_name": "tasting"}
            """
        try folder.write(text, to: "project/.azureml/config.json")
        try folder.write("{\"other\": 1}", to: "project/src/config.json")
        let found = found(below: "/project/src")
        #expect(found.map(\.context.name) == ["tasting"])
        #expect(found.first?.source == folder.path + "/project/.azureml/config.json")
        #expect(found.first?.context.scope.resourceGroup == "cellar")
        #expect(self.found(below: "/elsewhere").isEmpty)
    }

    @Test func theCommandLinesDefaultsAreFound() throws {
        try folder.write(
            """
            [cloud]
            name = AzureUSGovernment
            # a note
            [defaults]
            group = cellar
            workspace=tasting

            """, to: "user/.azure/config")
        try folder.write(
            """
            \u{FEFF}{"subscriptions": [{"id": "0-0", "isDefault": false},
            {"id": "0-2", "isDefault": true, "tenantId": "t-1",
             "environmentName": "AzureUSGovernment"}]}
            """, to: "user/.azure/azureProfile.json")
        let context = try #require(found(below: "/").first?.context)
        #expect(context.scope.subscriptionID == "0-2")
        #expect(context.cloud == .usGovernment)
        #expect(context.credential.tenantID == "t-1")
        let moved = FoundContexts(
            environment: ["AZURE_CONFIG_DIR": folder.path + "/user/.azure"], folder: "/")
        #expect(moved.all(besides: []).map(\.context) == [context])
        #expect(moved.all(besides: [context]).isEmpty, "what is known is not found again")
        var other = context
        other.scope.subscriptionID = "else"
        #expect(moved.all(besides: [other]).first?.context.name == "tasting-2")
    }

    @Test func theProgramOffersWhatIsFoundAndUseKeepsIt() throws {
        let text = """
            {"subscription_id": "0-1", "resource_group": "cellar", "workspace_name": "tasting"}
            """
        try folder.write(text, to: "project/config.json")
        let program = try Checkout.executable()
        func run(_ arguments: String..., folder place: String) throws -> RunResult {
            try Run.program(
                program, ["context"] + arguments, environment: environment,
                folder: folder.path + place, limit: .seconds(30))
        }
        let list = try run("list", folder: "/project")
        #expect(list.output.contains("project/config.json"), "\(list.output)\(list.errors)")
        #expect(try run("use", "tasting", folder: "/project").status == 0)
        let shown = try run("show", "-o", "json", folder: "/home")
        #expect(shown.output.contains("\"tasting\""), "\(shown.output)\(shown.errors)")
        #expect(!shown.output.contains("found_in"))
    }
}
