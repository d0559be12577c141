// One program for all targets: FUZZ_TARGET in the environment names the reader that gets the bytes.
//
// A target is more than "does not crash": where there is a way back (print and parse, whole and in pieces), both ways must
// agree, and a disagreement stops the program like a crash does.

import BatchModel
import DraftFile

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the bytes are given to.
enum FuzzTarget: String, CaseIterable {
    case reference, setting, inputs, answers, progress, logs

    /// The target the environment names.
    static let chosen: FuzzTarget = {
        let name = getenv("FUZZ_TARGET").map { String(cString: $0) } ?? ""
        guard let target = FuzzTarget(rawValue: name) else {
            let names = allCases.map(\.rawValue).joined(separator: ", ")
            print("FUZZ_TARGET must be one of \(names).")
            exit(2)
        }
        return target
    }()

    func run(_ bytes: UnsafeBufferPointer<UInt8>) {
        switch self {
        case .reference: reference(String(decoding: bytes, as: UTF8.self))
        case .setting: setting(String(decoding: bytes, as: UTF8.self))
        case .inputs: inputs(String(decoding: bytes, as: UTF8.self))
        case .answers: answers(Array(bytes))
        case .progress: progress(bytes)
        case .logs: logs(String(decoding: bytes, as: UTF8.self))
        }
    }

    /// What is understood is printed so that it is understood the same way again.
    private func reference(_ text: String) {
        guard let parsed = try? DataReference(parsing: text) else { return }
        let again = try? DataReference(parsing: parsed.text)
        precondition(again == parsed, "\(parsed.text) is read as \(String(describing: again))")
    }

    private func setting(_ text: String) {
        var draft = JobDraft(endpoint: "e")
        try? DraftSetting.apply(text.split(separator: "\n").map(String.init), to: &draft)
        _ = DraftExport.azCommand(draft)
    }

    private func inputs(_ text: String) {
        var draft = JobDraft(endpoint: "e")
        let problems = InputsFile.apply(yaml: text, file: "inputs.yml", to: &draft)
        for problem in problems { _ = problem.description }
    }

    /// Every shape an answer can have, the same bytes for all: whatever decodes must also come out as a value of ours.
    private func answers(_ bytes: [UInt8]) {
        func read<Value: Decodable>(_ type: Value.Type) -> Value? {
            try? WireJSON.decode(type, from: bytes)
        }
        _ = read(WireResource<WireEndpoint>.self).flatMap { Endpoint($0) }
        _ = read(WireResource<WireDeployment>.self).flatMap { Deployment($0, endpoint: "e") }
        _ = read(WireResource<WireJob>.self).flatMap { Job($0) }
        _ = read(WireResource<WireEndpointJob>.self).flatMap { Job($0, endpoint: "e") }
        _ = read(WireResource<WireDataVersion>.self).flatMap { DataVersion($0, asset: "a") }
        _ = read(WireResource<WireDatastore>.self).flatMap { Datastore($0) }
        _ = read(WirePage<WireRun>.self)
        _ = read(WireRunDetails.self)
        _ = read(WireRunData.Answer.self)
        _ = read(WireError.self)?.text
        if let value = read(JSONValue.self) { _ = WireInvoke(value) }
    }

    /// However the bytes arrive, they come to the same progress.
    private func progress(_ bytes: UnsafeBufferPointer<UInt8>) {
        var whole = ProgressParser()
        whole.consume(bytes)
        var pieces = ProgressParser()
        var start = 0
        while start < bytes.count {
            let length = 1 + Int(bytes[start]) % 7
            let end = min(bytes.count, start + length)
            pieces.consume(bytes[start..<end])
            start = end
        }
        // Half a line that is too long is dropped sooner when it comes in pieces: only short lines are compared.
        let isShort = bytes.split(separator: UInt8(ascii: "\n")).allSatisfy { $0.count < 4096 }
        precondition(!isShort || whole.progress == pieces.progress, "pieces make a difference")
    }

    private func logs(_ text: String) {
        let lines = text.split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
        let name = lines.first.map(String.init) ?? ""
        _ = LogLabel.text(for: name)
        _ = UsefulError.candidates(from: [name, text])
        _ = UsefulError.read(name: name, text: lines.count == 2 ? String(lines[1]) : text)
        _ = UsefulError.explanation(of: text)
    }
}

/// What libFuzzer calls.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    FuzzTarget.chosen.run(UnsafeBufferPointer(start: start, count: count))
    return 0
}
