import Foundation
import TestSupport
import Testing

/// A line of a table of the document's rows: what a person types, and what the real engine must make of it.
struct SeedLine {
    /// What is typed after `invoke`.
    let words: [String]
    /// Standard input, for `--file -`.
    var input = ""
    /// How the job ends.
    var status = "Completed"
    /// The lines of every file that it writes, each file's in the order of the alphabet; empty where the test looks itself.
    var writes: [String: [String]] = [:]
    /// Texts that members of `job show` hold.
    var shows: [String: String] = [:]
}

/// The document's rows, typed at the program and run by its engine.
extension Deck {
    /// Runs what is typed to its end.
    func typed(_ words: [String], input: String = "") throws -> RunResult {
        try Run.program(
            executable, words, environment: environment, folder: folder.path, input: input)
    }

    /// What a verb that must succeed shows of one thing.
    func shown(_ words: [String]) throws -> [String: Any] {
        let said = try typed(words + ["-o", "json"])
        try #require(said.status == 0, "\(words): \(said.errors)")
        let value = try JSONSerialization.jsonObject(with: Data(said.output.utf8))
        return try #require(value as? [String: Any], "\(words): \(said.output)")
    }

    /// One text of what a verb shows: `… | jq -r .id` of the document.
    func member(_ name: String, of words: [String]) throws -> String {
        let object = try shown(words)
        return try #require(object[name] as? String, "\(words) shows no \(name)")
    }

    /// Submits a job for every line, waits for the ends of all, and compares what became of each.
    ///
    /// - Returns: the jobs' names, in the order of the lines.
    @discardableResult
    func runToTheEnd(_ lines: [SeedLine]) throws -> [String] {
        let jobs = try lines.map { line -> String in
            let said = try typed(["invoke"] + line.words, input: line.input)
            try #require(said.status == 0, "\(line.words): \(said.errors)")
            return said.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        let statuses = try ended(jobs)
        for (index, line) in lines.enumerated() {
            let status = statuses[index]
            #expect(status == line.status, "\(line.words)")
            if !line.writes.isEmpty, status == "Completed" {
                let files = try written(by: jobs[index])
                #expect(files == line.writes, "\(line.words)")
            }
            guard !line.shows.isEmpty else { continue }
            let job = try shown(["job", "show", "-n", jobs[index]])
            for (name, text) in line.shows {
                let value = job[name] as? String ?? ""
                #expect(value.contains(text), "\(line.words): \(name) is \(value)")
            }
        }
        return jobs
    }

    /// Waits until every job has ended.
    func ended(_ jobs: [String]) throws -> [String] {
        try Eventually.get("the jobs' end") {
            let said = try typed(["job", "list", "-o", "json"])
            let list = try JSONSerialization.jsonObject(with: Data(said.output.utf8))
            var found: [String: String] = [:]
            for job in list as? [[String: Any]] ?? [] {
                found[job["name"] as? String ?? ""] = job["status"] as? String
            }
            let all = jobs.map { found[$0] ?? "" }
            return all.allSatisfy { ["Completed", "Failed", "Canceled"].contains($0) } ? all : nil
        }
    }

    /// The lines of every file that a job wrote, each file's in the order of the alphabet.
    func written(by job: String) throws -> [String: [String]] {
        let place = "results/" + job
        let said = try shown(["job", "download", "-n", job, "-p", folder.path + "/" + place])
        let names = try #require(said["files"] as? [String])
        var files: [String: [String]] = [:]
        for name in names {
            let text = try folder.read(place + "/" + name)
            files[name] = text.split(separator: "\n").map(String.init).sorted()
        }
        return files
    }

    /// Types what must be refused as a mistake of the person's.
    ///
    /// - Parameter reason: what the refusal says among other things.
    func expectRefused(_ words: [String], input: String = "", saying reason: String) throws {
        let said = try typed(words, input: input)
        #expect(said.status == 2, "\(words): \(said.output)\(said.errors)")
        #expect(said.errors.contains(reason), "\(words): \(said.errors)")
    }

    /// How many jobs there are: a refusal makes none.
    func jobCount() throws -> Int {
        let jobs = try #require(try json("job", "list") as? [Any])
        return jobs.count
    }
}
