import BatchClient
import BatchModel
import Testing

@testable import Commands

/// Who only uses verbs learns of submissions without a known outcome, and can settle them.
@Suite struct UndecidedVerbTests {
    private static func submission(_ id: String) -> Submission {
        Submission(
            id: id,
            draft: JobDraft(
                endpoint: "wine", deployment: "red",
                inputs: [
                    JobDraft.Input(
                        name: "data", value: .data(type: nil, reference: .url("https://x.test/a")))
                ]), at: Samples.morning, note: "no clear answer: cut")
    }

    private func desk(_ ids: String..., change: (inout BatchClient) -> Void = { _ in }) -> Desk {
        Desk { client in
            let open = ids.map(Self.submission)
            client.undecided = { () throws(ServiceFailure) in open }
            client.jobs = { query throws(ServiceFailure) in
                JobPage(
                    start: 0, jobs: [], total: 0, hasMore: false, asOf: Samples.morning, source: "s"
                )
            }
            change(&client)
        }
    }

    @Test func aListOfJobsSaysInOneLineThatSubmissionsAreOpen() async {
        let none = await desk().run("job", "list")
        #expect(none.talk == "")
        let one = await desk("1").run("job", "list", "-o", "json")
        #expect(one.code == 0)
        #expect(
            one.talk
                == "warning: 1 submission has no known outcome; "
                + "`batchdeck job undecided` shows it\n")
        let two = await desk("1", "2").run("job", "list")
        #expect(two.talk.hasPrefix("warning: 2 submissions have no known outcome"))
    }

    @Test func anAcceptedAndARefusedJobSayItToo() async {
        for isAccepted in [true, false] {
            let desk = desk("1") { client in
                client.submit = { _, _ throws(ServiceFailure) in
                    guard isAccepted else {
                        throw ServiceFailure(kind: .rejected, operation: "submit", detail: "no")
                    }
                    return Job(id: "job-1", status: .running)
                }
            }
            let said = await desk.run("invoke", "-n", "wine", "--input", "https://x.test/a")
            #expect(said.code == (isAccepted ? 0 : 2))
            #expect(said.talk.contains("warning: 1 submission has no known outcome"))
        }
    }

    @Test func aJournalThatCannotBeReadIsSaid() async {
        let desk = desk { client in
            client.undecided = { () throws(ServiceFailure) in
                throw ServiceFailure(kind: .unexpected, operation: "keep", detail: "it is no file")
            }
        }
        let said = await desk.run("job", "list")
        #expect(said.code == 0)
        #expect(said.talk.contains("cannot be said: it is no file"))
        #expect(await desk.run("job", "undecided").code == ExitCodes.failed)
    }

    @Test func theyAreListedWithWhatIsKnown() async throws {
        let table = await desk("abc-1").run("job", "undecided")
        #expect(table.code == 0)
        #expect(table.lines.first?.hasPrefix("ID     SUBMITTED") == true)
        #expect(table.lines.last?.contains("wine") == true)
        #expect(table.lines.last?.contains("no clear answer: cut") == true)
        let rows = try await desk("abc-1").run("job", "undecided", "list", "-o", "json").json()
        guard case .array(let items) = rows else { return #expect(Bool(false)) }
        #expect(items.first?["id"]?.string == "abc-1")
        #expect(items.first?["inputs"]?["data"]?.string == "https://x.test/a")
    }

    @Test func lookingAgainNamesTheJobOrEndsWithSeven() async throws {
        let found = desk("abc-1", "xyz-2") { client in
            client.lookAgain = { id throws(ServiceFailure) in
                id == "abc-1" ? Job(id: "job-1", status: .running) : nil
            }
        }
        let one = await found.run("job", "undecided", "look", "--id", "abc")
        #expect(one.code == 0 && one.output == "job-1\n")
        let other = await found.run("job", "undecided", "look", "-i", "xyz-2", "-o", "json")
        #expect(other.code == ExitCodes.conflict)
        #expect(other.talk.contains("no job of it is to be found so far"))
        #expect(try other.json()["outcome"]?.string == "unknown")
    }

    @Test func anIdThatIsNoneOrSeveralIsRefused() async {
        let desk = desk("abc-1", "abc-2")
        let none = await desk.run("job", "undecided", "forget", "--id", "x")
        #expect(none.code == ExitCodes.notFound)
        #expect(none.talk.contains("`batchdeck job undecided` lists"))
        let several = await desk.run("job", "undecided", "forget", "--id", "abc")
        #expect(several.code == ExitCodes.usage)
        #expect(several.talk.contains("2 undecided submissions begin with abc"))
    }

    @Test func forgettingAndSendingAgainAreDone() async throws {
        let done = Box<[String]>([])
        let desk = desk("abc-1") { client in
            client.forget = { id throws(ServiceFailure) in done.change { $0.append("f" + id) } }
            client.sendAgain = { id, phase throws(ServiceFailure) in
                done.change { $0.append("s" + id) }
                phase(.lookingForJob)
                return Job(id: "job-9", status: .running)
            }
        }
        let sent = await desk.run("job", "undecided", "send-again", "--id", "abc")
        #expect(sent.code == 0 && sent.output == "job-9\n")
        #expect(sent.talk.contains("looking for the job"))
        let forgotten = await desk.run(
            "job", "undecided", "forget", "--id", "abc", "-o", "json")
        #expect(try forgotten.json()["outcome"]?.string == "forgotten")
        #expect(done.current == ["sabc-1", "fabc-1"])
    }
}
