import ArgumentParser
import BatchClient
import BatchModel
import Testing

@testable import Commands

/// Sizes and ages as people write them.
@Suite struct AmountTests {
    @Test(arguments: [
        ("0K", 0), ("1k", 1024), ("100M", 100 << 20), ("10G", 10 << 30), ("10GiB", 10 << 30),
        ("10GB", 10 << 30), ("2T", 2 << 40),
    ]) func aSizeIsRead(text: String, bytes: Int64) throws {
        #expect(try SizeText.parse(text, option: "--max-size") == bytes)
    }

    @Test(arguments: ["", "10", "G", "-1G", "1.5G", "10X", "99999999999T", "GB"])
    func aSizeThatIsNoneIsRefusedByName(text: String) {
        let refusal = #expect(throws: ValidationError.self) {
            try SizeText.parse(text, option: "--max-size")
        }
        #expect(refusal?.message.hasPrefix("--max-size takes a size such as") == true)
    }

    @Test(arguments: [("0d", 0), ("30d", 2_592_000), ("12h", 43_200), ("90m", 5_400)])
    func anAgeIsRead(text: String, seconds: Int64) throws {
        #expect(try AgeText.parse(text, option: "--older-than") == seconds)
    }

    @Test(arguments: ["", "d", "30", "-1d", "1w", "99999999999d", "1.5h"])
    func anAgeThatIsNoneIsRefused(text: String) {
        #expect(throws: ValidationError.self) {
            try AgeText.parse(text, option: "--older-than")
        }
    }

    @Test func sizesArePrintedForPeople() {
        #expect(
            [0, 1023, 1024, 1_600_000, 5 << 30].map(SizeText.print) == [
                "0 B", "1023 B", "1.0 KiB", "1.5 MiB", "5.0 GiB",
            ])
    }

    @Test func theListOfDataIsAskedForArchivedOnes() async throws {
        let asked = Box<[ListView]>([])
        let desk = Desk { client in
            client.dataAssets = { [Samples.asset] }
            client.control.dataAssets = { view in
                asked.change { $0.append(view) }
                var asset = Samples.asset
                asset.isArchived = true
                return [asset]
            }
            client.control.dataVersions = { name, view in
                asked.change { $0.append(view) }
                return name == Samples.asset.name ? [Samples.version] : []
            }
        }
        let active = try await desk.run("data", "list", "-o", "json").json()
        #expect(active == .array([Shapes.asset(Samples.asset)]), "the shape it always had")
        let all = await desk.run(
            "data", "list", "--include-archived", "-o", "tsv", "--query", "[].[name, is_archived]")
        #expect(all.output == "wine-data\ttrue\n", "\(all)")
        let versions = await desk.run(
            "data", "list", "-n", "wine-data", "--archived-only", "-o", "tsv", "--query",
            "[].[version, is_archived]")
        #expect(versions.output == "2\tfalse\n", "\(versions)")
        #expect(asked.current == [.all, .archived])
        let both = await desk.run("data", "list", "--include-archived", "--archived-only")
        #expect(both.code == ExitCodes.usage)
    }

    @Test func theNewestVersionIsArchivedByItsLabel() async {
        let asked = Box<[String]>([])
        let desk = Desk { client in
            client.dataVersion = { _, _ in Samples.version }
            client.control.archiveData = { name, version, isArchived in
                asked.change { $0.append("\(name) \(version ?? "all") \(isArchived)") }
            }
        }
        let said = await desk.run("data", "archive", "-n", "wine-data", "--label", "latest")
        #expect(said.code == ExitCodes.ok && said.talk == "archived version 2 of wine-data\n")
        #expect(asked.current == ["wine-data 2 true"])
    }

    @Test func theListIsAskedForArchivedJobs() async throws {
        let asked = Box<[ListView]>([])
        let page = JobPage(
            start: 0, jobs: [], total: 0, hasMore: false, asOf: Samples.morning, source: "test")
        let desk = Desk { client in
            client.jobs = { query in
                asked.change { $0.append(query.view) }
                return page
            }
        }
        for flags in [[], ["--include-archived"], ["--archived-only"]] {
            #expect(await desk.run(["job", "list"] + flags).code == 0)
        }
        #expect(asked.current == [.active, .all, .archived])
        let both = await desk.run("job", "list", "--include-archived", "--archived-only")
        #expect(both.code == 2)
    }

    @Test func archivingTalksAndPrintsJSONWhenAsked() async throws {
        let asked = Box<[String]>([])
        let desk = Desk { client in
            client.setArchived = { id, isArchived in
                asked.change { $0.append("\(id) \(isArchived)") }
            }
        }
        let said = await desk.run("job", "archive", "-n", "batchjob-1")
        #expect(said.code == 0 && said.output.isEmpty && said.talk.contains("archived"))
        let json = await desk.run("job", "restore", "-n", "batchjob-1", "-o", "json")
        #expect(
            try json.json()
                == .object(["name": .string("batchjob-1"), "is_archived": .boolean(false)]))
        #expect(asked.current == ["batchjob-1 true", "batchjob-1 false"])
    }
}
