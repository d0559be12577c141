import Foundation
import TestSupport
import Testing

/// Data on other hosts, on the engine's own storage account, and in assets that a person creates; and what is refused.
///
/// The local engine has one storage account, reached by `https`, `http` and `wasbs`. It refuses what it cannot reach: hosts that
/// nobody named, Gen1, registries.
@Suite(.serialized) struct SeedRowDataEngineTests {
    /// Serves a container `box` with three blobs, two of them below `in/`.
    private static let handler = """
        import urllib.parse

        BLOBS = {"in/far-0.txt": b"zero", "in/far-1.txt": b"one", "out/far-2.txt": b"two"}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                query = urllib.parse.parse_qs(url.query)
                if url.path == "/box" and query.get("comp") == ["list"]:
                    return self.answer(self.listing(query.get("prefix", [""])[0]))
                self.answer(BLOBS.get(url.path[len("/box/"):]))

            def listing(self, prefix):
                names = sorted(name for name in BLOBS if name.startswith(prefix))
                blobs = "".join("<Blob><Name>%s</Name></Blob>" % name for name in names)
                return ("<EnumerationResults>%s</EnumerationResults>" % blobs).encode()

            def answer(self, body):
                self.send_response(404 if body is None else 200)
                self.send_header("Content-Length", str(len(body or b"")))
                self.end_headers()
                self.wfile.write(body or b"")
        """

    private static let script = """
        import os

        def init():
            pass

        def run(mini_batch):
            return [os.path.basename(path) + "=" + open(path).read().strip() for path in mini_batch]
        """

    private let folder: TemporaryFolder
    private let deck: Deck

    init() throws {
        folder = try TemporaryFolder("data")
        let workspace = try TinyWorkspace.write(script: Self.script, files: 2, in: folder)
        try folder.write("name: table\ntype: mltable\npath: items\n", to: "ws/data/table.yml")
        deck = try Deck(workspace: workspace)
    }

    /// A job on data at an address; `rows` are what it writes of the files it was given.
    private func line(_ address: String, _ type: String? = nil, rows: [String]) -> SeedLine {
        var words = ["-n", "tiny", "--input", address]
        if let type { words += ["--input-type", type] }
        return SeedLine(words: words, writes: ["predictions.csv": rows])
    }

    @Test func everyAddressLeadsToItsDataOrIsRefused() throws {
        let server = try PythonServer(Self.handler, in: folder)
        defer { server.stop() }
        let started = try deck.typed(["engine", "start", "--allow-input-host", server.host])
        #expect(started.status == 0, "\(started.errors)")
        let lines =
            try linesOfHost("http://\(server.host)/box/in") + linesOfStorage() + linesOfAssets()
        let jobs = try deck.runToTheEnd(lines)
        try expectRefusals()
        #expect(try deck.jobCount() == jobs.count)
    }

    private func linesOfHost(_ address: String) -> [SeedLine] {
        let file = address + "/far-1.txt"
        let yaml = "inputs:\n  heart_dataset:\n    type: uri_folder\n    path: \(address)\n"
        let rows = ["far-0.txt=zero", "far-1.txt=one"]
        return [
            line(address, rows: rows), line(address, "uri_folder", rows: rows),
            line(file, "uri_file", rows: ["far-1.txt=one"]),
            SeedLine(
                words: ["-n", "tiny", "--file", "-"], input: yaml,
                writes: ["predictions.csv": rows]),
        ]
    }

    private func linesOfStorage() throws -> [SeedLine] {
        let store = ["datastore", "show", "-n", "workspaceblobstore"]
        let container = try deck.member("container_name", of: store)
        let long = try deck.member("path", of: ["data", "show", "-n", "items", "-v", "1"])
        let path = try #require(long.components(separatedBy: "/paths/").last)
        let host = "batchdeck.blob.core.localhost"
        let rows = ["item-100.txt=0", "item-101.txt=1"]
        return [
            line("https://\(host)/\(container)/\(path)", "uri_folder", rows: rows),
            line("http://\(host)/\(container)/\(path)item-101.txt", "uri_file", rows: [rows[1]]),
            line("wasbs://\(container)@\(host)/\(path)", "uri_folder", rows: rows),
            line("wasbs://\(container)@\(host)/\(path)item-100.txt", "uri_file", rows: [rows[0]]),
        ]
    }

    /// The document's way to make assets, a YAML file each: a folder, the same folder with one file more, a file.
    private func linesOfAssets() throws -> [SeedLine] {
        try deck.folder.write(
            "name: mine\ntype: uri_folder\npath: ./mine\ndescription: Of the test.\n",
            to: "local/mine.yml")
        try deck.folder.write("two\n", to: "local/mine/item-2.txt")
        let first = try deck.shown(["data", "create", "-f", "local/mine.yml"])
        try deck.folder.write("three\n", to: "local/mine/item-3.txt")
        let second = try deck.shown(["data", "create", "--file", "local/mine.yml"])
        try deck.folder.write(
            "name: one\nversion: \"7\"\ntype: uri_file\npath: one.txt\n", to: "local/one.yml")
        try deck.folder.write("single\n", to: "local/one.txt")
        let file = try deck.shown(["data", "create", "-f", "local/one.yml"])
        #expect(first["version"] as? String == "1")
        #expect(second["version"] as? String == "2")
        #expect(file["version"] as? String == "7")
        #expect(file["type"] as? String == "uri_file")
        let newest = try deck.member("id", of: ["data", "show", "-n", "mine", "--label", "latest"])
        #expect(second["id"] as? String == newest)
        let both = ["item-2.txt=two", "item-3.txt=three"]
        return [
            line("azureml:mine:1", rows: ["item-2.txt=two"]),
            line("azureml:mine@latest", rows: both), line(newest, "uri_folder", rows: both),
            line("azureml:one:7", rows: ["one.txt=single"]),
            line("azureml:one@latest", "uri_file", rows: ["one.txt=single"]),
        ]
    }

    // MARK: - Refusals

    private static let unreached = "a name of this machine or its network"
    private static let unsupported =
        "Value passed to input is not a supported data. Please use an Azure Machine Learning "
        + "registered V2 data asset (with the type of either `uri_file` or `uri_folder`)."

    private static let refusals: [(address: String, type: String, reason: String)] = [
        // A file system's host is read as the host of the blobs beside it.
        (
            "abfss://data@account.dfs.core.windows.test/heart", "uri_folder",
            "is on account.blob.core.windows.test, " + unreached
        ),
        (
            "wasbs://data@account.blob.core.windows.test/heart/a.csv", "uri_file",
            "is on account.blob.core.windows.test, " + unreached
        ),
        (
            "https://account.blob.core.windows.test/data/heart", "uri_folder",
            "is on account.blob.core.windows.test, " + unreached
        ),
        ("http://account.blob.core.windows.net/data/heart", "uri_folder", "is plain http"),
        (
            "adl://account.azuredatalakestore.net/heart", "uri_folder",
            "is of Azure Data Lake Storage Gen1, which was retired"
        ),
        (
            "azureml://registries/azureml/data/heart/versions/1", "uri_folder",
            "is not an address this workspace knows"
        ),
        ("azureml:items:1", "mltable", unsupported),
        ("azureml:items:1", "FileDataset", unsupported),
        ("azureml:items:1", "TabularDataset", unsupported),
        ("azureml:items:1", "uri_file", "The data is a uri_folder, not a uri_file."),
    ]

    private func expectRefusals() throws {
        let invoke = ["invoke", "-n", "tiny", "--input"]
        for (address, type, reason) in Self.refusals {
            try deck.expectRefused(invoke + [address, "--input-type", type], saying: reason)
        }
        try deck.expectRefused(invoke + ["azureml:table:1"], saying: Self.unsupported)
        let asset = try deck.member("id", of: ["data", "show", "-n", "items", "-v", "1"])
        let old = asset.replacingOccurrences(of: "/data/items/", with: "/datasets/old/")
        try deck.expectRefused(invoke + [old], saying: Self.unsupported)
        try deck.expectRefused(invoke + ["azureml:" + old], saying: Self.unsupported)
        try deck.expectRefused(
            [
                "data", "create", "-n", "sheet", "-t", "mltable", "-p",
                "azureml://datastores/workspaceblobstore/paths/sheets/",
            ], saying: "The data type mltable is not served by this engine")
    }
}
