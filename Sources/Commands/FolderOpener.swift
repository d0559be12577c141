import BatchClient
import BatchModel

/// Shows folders in the file manager of the desktop this program runs on.
enum FolderOpener {
    /// Longer than this no desktop needs to take an order; what it opens then is its own.
    private static let limit: Duration = .seconds(5)

    /// Shows a folder.
    ///
    /// - Throws: `.rejected` where there is no desktop, or nothing that speaks to it.
    static func open(
        _ path: String, environment: [String: String]
    ) async throws(ServiceFailure) {
        guard let program = program(in: environment) else {
            throw refusal(path, "there is no desktop here to show it on")
        }
        guard let found = ProgramRunner.find(program, environment: environment) else {
            throw refusal(path, "the program \(program) is not installed")
        }
        // Behind a shell that ends at once: the file manager lives on, and nobody waits for it.
        let order = ProgramOrder(
            name: "sh",
            arguments: ["-c", "\"$0\" \"$1\" </dev/null >/dev/null 2>&1 &", found, path],
            limit: limit)
        guard
            case .ended(status: 0, _, _) = await ProgramRunner.run(order, environment: environment)
        else { throw refusal(path, "\(program) could not be started") }
    }

    /// Over SSH a window would open on a screen where nobody sits.
    private static func program(in environment: [String: String]) -> String? {
        guard environment["SSH_CONNECTION"] == nil else { return nil }
        #if canImport(Darwin)
            return "open"
        #else
            let hasDesktop = ["DISPLAY", "WAYLAND_DISPLAY"].contains {
                environment[$0]?.isEmpty == false
            }
            return hasDesktop ? "xdg-open" : nil
        #endif
    }

    private static func refusal(_ path: String, _ detail: String) -> ServiceFailure {
        ServiceFailure(
            kind: .rejected, operation: "open the folder", detail: detail,
            advice: "Its path can be copied.")
    }
}
