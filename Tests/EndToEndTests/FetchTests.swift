import Foundation
import TestSupport
import Testing

/// Inputs on another host, through the real program: a host that is named is fetched from, another is not.
@Suite(.serialized) struct FetchTests {
    /// Serves a container `box` with six blobs below `in/`, answers its list in pages of two, and keeps the last blob's
    /// second half until a file called `gate` lies beside it.
    private static let handler = """
        import time, urllib.parse

        BLOBS = {"in/f%d.txt" % n: ("content %d\\n" % n) * 1000 for n in range(6)}

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                url = urllib.parse.urlsplit(self.path)
                query = urllib.parse.parse_qs(url.query)
                with open("seen.txt", "a") as seen:
                    seen.write(self.path + "\\n")
                if query.get("sig") != ["s+1"]:
                    return self.answer(403, b"")
                if url.path == "/box" and query.get("comp") == ["list"]:
                    return self.answer(200, self.page(query))
                body = BLOBS.get(urllib.parse.unquote(url.path)[len("/box/"):])
                if body is None:
                    return self.answer(404, b"")
                self.answer(200, body.encode(), url.path.endswith("f5.txt"))

            def page(self, query):
                prefix = query.get("prefix", [""])[0]
                start = int(query.get("marker", ["0"])[0])
                names = sorted(name for name in BLOBS if name.startswith(prefix))
                blobs = "".join(
                    "<Blob><Name>%s</Name><Properties><Content-Length>%d</Content-Length>"
                    "</Properties></Blob>" % (name, len(BLOBS[name]))
                    for name in names[start:start + 2])
                more = str(start + 2) if start + 2 < len(names) else ""
                return ("<EnumerationResults><Blobs>%s</Blobs><NextMarker>%s</NextMarker>"
                        "</EnumerationResults>" % (blobs, more)).encode()

            def answer(self, status, body, is_gated=False):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                half = len(body) // 2 if is_gated else 0
                self.wfile.write(body[:half])
                while is_gated and not os.path.exists("gate"):
                    time.sleep(0.01)
                self.wfile.write(body[half:])
        """

    private static let script = """
        def init():
            pass

        def run(mini_batch):
            return [open(path).read().count("content") for path in mini_batch]
        """

    @Test func aFolderOfANamedHostIsFetchedThroughAKillAndItsSignatureIsNowhere() throws {
        let folder = try TemporaryFolder("fetch")
        let deck = try Deck(workspace: TinyWorkspace.write(script: Self.script, in: folder))
        let server = try PythonServer(Self.handler, in: folder)
        defer { server.stop() }
        let address = "http://\(server.host)/box/in?sig=s%2B1"
        let refused = try deck.run("invoke", "-n", "tiny", "--input", address)
        #expect(refused.status == 2, "\(refused.errors)")
        #expect(refused.errors.contains("--allow-input-host \(server.host)"))

        let option = server.host
        let twice = try deck.run("engine", "start", "--allow-input-host", option)
        #expect(twice.status == 7, "\(twice.errors)")
        #expect(try deck.run("engine", "stop").status == 0)
        #expect(try deck.run("engine", "start", "--allow-input-host", option).status == 0)
        let submitted = try deck.run("invoke", "-n", "tiny", "--input", address)
        #expect(submitted.status == 0, "\(submitted.errors)")
        let job = submitted.output.trimmingCharacters(in: .whitespacesAndNewlines)
        let inputs = "\(deck.home)/state/jobs/\(job)/inputs/0"
        try Eventually.get("five files") {
            let names = try? FileManager.default.contentsOfDirectory(atPath: inputs)
            return names?.count == 5 ? true : nil
        }
        let shown = try #require(try deck.json("job", "show", "-n", job) as? [String: Any])
        #expect(shown["status"] as? String == "Preparing")
        #expect(kill(try deck.enginePID(), SIGKILL) == 0)

        try folder.write("", to: "served/gate")
        #expect(try deck.run("engine", "start", "--allow-input-host", option).status == 0)
        let watched = try deck.run("job", "watch", "-n", job)
        #expect(watched.status == 0, "\(watched.errors)")
        let results = deck.folder.path + "/results"
        #expect(try deck.run("job", "download", "-n", job, "-p", results).status == 0)
        let rows = try deck.folder.read("results/predictions.csv").split(separator: "\n")
        #expect(rows == Array(repeating: "1000", count: 6))
        let seen = try folder.read("served/seen.txt").split(separator: "\n")
        #expect(seen.filter { $0.contains("f0.txt") }.count == 1, "what was there was kept")
        #expect(
            seen.filter { $0.contains("f5.txt") }.count == 2, "what was not whole was begun again")

        // The client's own journal has the draft as it was sent, to be able to send it again.
        let everything = try deck.json("job", "show", "-n", job)
        #expect(!"\(everything)".contains("s%2B1"))
        #expect(try deck.run("engine", "stop").status == 0)
        let holding = files(below: deck.home + "/state", holding: "s%2B1")
        #expect(holding.filter { !$0.hasPrefix("submissions") } == [])
    }

    private func files(below root: String, holding text: String) -> [String] {
        let walk = FileManager.default.enumerator(atPath: root)
        return (walk?.compactMap { $0 as? String } ?? []).filter { name in
            FileManager.default.contents(atPath: root + "/" + name)?
                .range(of: Data(text.utf8)) != nil
        }
    }

    @Test func aHostThatIsNoHostIsRefusedBeforeAnythingStarts() throws {
        let deck = try Deck()
        let result = try deck.run("engine", "start", "--allow-input-host", "http://x/y")
        #expect(result.status != 0)
        #expect(result.errors.contains("HOST or HOST:PORT"), "\(result.errors)")
        #expect(try deck.run("engine", "status").output.contains("stopped"))
    }
}
