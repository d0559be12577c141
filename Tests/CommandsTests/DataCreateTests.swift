import BatchClient
import BatchModel
import TestSupport
import Testing

@testable import Commands

/// `data create` and `datastore create`: what file and flags come to, whatever form the file has.
@Suite struct DataCreateTests {
    private let plans = Box<[DataPlan]>([])

    private func run(_ words: [String], input: String = "") async -> Said {
        let plans = self.plans
        var desk = Desk { client in
            client.control.putData = { plan, _ in
                plans.change { $0.append(plan) }
                return Samples.version
            }
        }
        desk.input = input
        return await desk.run(["data", "create"] + words)
    }

    private static let address = "azureml://datastores/w/paths/x"

    @Test(arguments: [
        #"{"type": "uri_file", "description": "rows"}"#,
        "{\n  type: uri_file,\n  description: rows\n}\n", "type: uri_file\ndescription: rows",
        "---\ntype: uri_file\ndescription: rows\n...\n",
        "name: other\npath: ./not-there\ntype: uri_file\ndescription: rows\n",
    ]) func flagsStandInForWhatTheFileLeavesOutOrSaysOtherwise(file: String) async {
        let said = await run(["-f", "-", "-n", "rows", "-p", Self.address], input: file)
        #expect(said.code == 0, "\(said.talk)")
        #expect(
            plans.current == [
                DataPlan(name: "rows", type: .uriFile, path: Self.address, summary: "rows")
            ])
    }

    @Test func propertiesAreCarriedWithTheTags() async {
        let said = await run(
            ["-f", "-", "-n", "rows", "-p", Self.address],
            input: "{tags: {team: a}, properties: {source: lab}}")
        #expect(said.code == 0, "\(said.talk)")
        #expect(plans.current.map(\.tags) == [["team": "a"]])
        #expect(plans.current.map(\.properties) == [["source": "lab"]])
    }

    @Test func settingsAndADatastoreStandBesideFlags() async {
        let said = await run([
            "-n", "rows", "-p", Self.address, "-t", "uri_file", "--datastore", "pond", "--set",
            "tags.team=a", "properties.source=lab", "--set", "description=of the lab", "version=7",
        ])
        #expect(said.code == 0, "\(said.talk)")
        var wanted = DataPlan(
            name: "rows", version: "7", type: .uriFile, path: Self.address, summary: "of the lab",
            tags: ["team": "a"], properties: ["source": "lab"])
        wanted.datastore = "pond"
        #expect(plans.current == [wanted])
    }

    @Test(arguments: [("path=x", "path cannot be set"), ("tags", "=")])
    func aSettingThatIsNoneIsRefused(setting: String, reason: String) async {
        let said = await run(["-n", "rows", "-p", Self.address, "--set", setting])
        #expect(said.code == 2 && said.talk.contains(reason), "\(said.talk)")
        #expect(plans.current.isEmpty)
    }

    @Test func aPathOfTheCommandLineIsNotRelativeToTheFile() async throws {
        let folder = try TemporaryFolder("data")
        let rows = try folder.write("1\n", to: "rows/a.csv")
        let file = try folder.write("name: rows\ntype: uri_file\n", to: "assets/rows.yml")
        let relative = String(repeating: "../", count: 64) + rows.dropFirst()
        let said = await run(["-f", file, "-p", relative])
        #expect(said.code == 0, "\(said.talk)")
        #expect(plans.current.map(\.path) == [Home.absolute(rows, environment: [:])])
    }

    @Test(arguments: [
        (["-p", "./not-there"], "register the data asset: path: there is nothing at "),
        (["-p", address, "-n", "a b"], "could not register the data asset: \"a b\" is not a name"),
    ])
    func whatIsWrongWithAFlagIsNotSaidOfTheFile(words: [String], reason: String) async {
        let file = ["-f", "-"] + words
        let said = await run(file, input: "name: rows\ntype: uri_file\npath: x\n")
        #expect(said.code == 2 && said.talk.contains(reason), "\(said.talk)")
        #expect(!said.talk.contains("stdin") && !said.talk.contains("YAML"), "\(said.talk)")
        let alone = await run(["-n", "rows"] + words)
        #expect(alone.code == 2 && alone.talk.contains(reason), "\(alone.talk)")
        #expect(plans.current.isEmpty, "nothing is uploaded for it")
    }

    @Test(arguments: [(["-n", "rows"], "path is missing"), (["-p", address], "name is missing")])
    func whatNeitherSaysIsAsFarFromTheServiceAsEver(words: [String], reason: String) async {
        let said = await run(["-f", "-"] + words, input: "{type: uri_file}")
        #expect(said.code == 2 && said.talk.contains(reason), "\(said.talk)")
        #expect(plans.current.isEmpty)
    }

    @Test func aDatastoresNameStandsBesideAFileOfAnyForm() async throws {
        let made = Box<[Datastore]>([])
        var desk = Desk { client in
            client.control.putDatastore = { plan in
                made.change { $0.append(plan.datastore) }
                return plan.datastore
            }
            client.connect = {
                ConnectionInfo(context: "local", scope: Samples.scope, latency: nil, isLocal: true)
            }
        }
        desk.input = #"{"type": "azure_blob", "account_name": "cellar", "container_name": "box"}"#
        let said = await desk.run("datastore", "create", "-f", "-", "-n", "pond")
        #expect(said.code == 0, "\(said.talk)")
        #expect(made.current.map(\.name) == ["pond"])
        #expect(made.current.map(\.containerName) == ["box"])
    }
}
