import Foundation
import TestSupport

/// A web server of this machine that answers as a test says, until it is stopped.
final class PythonServer {
    /// Where it listens, as `127.0.0.1:PORT`.
    let host: String
    private let child: Child

    private static let start = """


        class Quiet(Handler):
            def log_message(self, *words):
                pass

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
        with open("port.part", "w") as file:
            file.write(str(server.server_address[1]))
        os.rename("port.part", "port")
        server.serve_forever()
        """

    /// - Parameters:
    ///   - handler: Python that defines `Handler`, an `http.server.BaseHTTPRequestHandler`; `http.server` and `os` are imported.
    ///   - folder: below which it runs, in `served`: files that it names lie there.
    init(_ handler: String, in folder: TemporaryFolder) throws {
        let source = "import http.server, os\n" + handler + Self.start
        try folder.write(source, to: "served/server.py")
        child = try Child(
            Tool.find("python3"), ["server.py"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
            folder: folder.path + "/served")
        let port = try Eventually.get("the server's port") {
            (try? folder.read("served/port")).flatMap { Int($0) }
        }
        host = "127.0.0.1:\(port)"
    }

    func stop() {
        child.kill()
        _ = child.wait(until: .now + .seconds(10))
    }
}
