import BatchModel
import Testing

/// Lists and ranges of values, and the jobs they come to.
@Suite struct SweepTests {
    @Test(arguments: [
        ("0.1, 0.3, 0.7", ["0.1", "0.3", "0.7"]), ("1..5", ["1", "2", "3", "4", "5"]),
        ("0.1..0.9 step 0.2", ["0.1", "0.3", "0.5", "0.7", "0.9"]),
        ("5..1 step 2", ["5", "3", "1"]), ("-1..1", ["-1", "0", "1"]),
        ("1..3, 10", ["1", "2", "3", "10"]), ("\"a,b\", c", ["a,b", "c"]), ("a", ["a"]),
        ("0.05..0.2 step 0.05", ["0.05", "0.1", "0.15", "0.2"]), ("1..4 step 2", ["1", "3"]),
        ("-0.2..0.2 step 0.2", ["-0.2", "0", "0.2"]),
        ("../data, ./b", ["../data", "./b"]), ("a..b", ["a..b"]), ("./a\n./b", ["./a", "./b"]),
        ("\"1..3\"", ["1..3"]), (" x ,  y ", ["x", "y"]),
    ])
    func valuesAreReadAsTheyAreMeant(text: String, values: [String]) throws {
        #expect(try Sweep.values(of: text) == values)
    }

    @Test(arguments: [
        ("", "A value is empty."), ("1,", "A value is empty."), ("1,,2", "A value is empty."),
        ("\"a", "A quote is not closed."), ("\"a\" b", "Something stands behind a quoted value."),
        ("1, 1", "1 is there twice."), ("0.1..0.9", "\"0.1..0.9\" has no step."),
        ("1..9 by 2", "\"1..9 by 2\" is no range."),
        ("1..9 step 0", "The step of \"1..9 step 0\" is no number above 0."),
        ("1..9 step x", "The step of \"1..9 step x\" is no number above 0."),
        ("1..999", "\"1..999\" has more than 200 values."),
        ("1..150, 200..300", "There are more than 200 values."),
        (
            "-8000000000000000..8000000000000000 step 0.001",
            "The numbers of \"-8000000000000000..8000000000000000 step 0.001\" have too many digits."
        ),
        (
            "0..999999999999999 step 0.00000000000001",
            "The numbers of \"0..999999999999999 step 0.00000000000001\" have too many digits."
        ),
    ])
    func whatIsNoListIsSaid(text: String, detail: String) {
        do throws(SweepError) {
            _ = try Sweep.values(of: text)
            Issue.record("\(text) was taken")
        } catch {
            #expect(error.detail == detail)
            #expect(!error.advice.isEmpty)
        }
    }

    @Test(arguments: [["a", "b"], ["a,b"], ["1..3"], [" x"], ["0.1", "0.3"], ["a\"b", "c"]])
    func aListAsTextIsReadBack(values: [String]) throws {
        #expect(try Sweep.values(of: Sweep.text(of: values)) == values)
    }

    @Test func everyCombinationIsAPointTheLastAxisFastest() throws {
        let sweep = Sweep(axes: [
            .init(name: "mode", values: ["a", "b"]), .init(name: "n", values: ["1", "2"]),
        ])
        #expect(try sweep.points() == [["a", "1"], ["a", "2"], ["b", "1"], ["b", "2"]])
        #expect(sweep.label(of: ["b", "2"]) == "mode=b n=2")
        #expect(
            Sweep(axes: [.init(name: "data", values: [])]).label(of: ["azureml:x/heart@latest"])
                == "data=heart@latest")
        #expect(
            Sweep(axes: [.init(name: "data", values: [])])
                .label(of: ["https://h/c/x.csv?sv=1&sig=canary-label"]) == "data=x.csv?sv=1&sig=***"
        )
    }

    @Test func theProductIsLimitedAndNeverOverflows() {
        let axis = Sweep.Axis(name: "n", values: (0..<200).map { String($0) })
        let sweep = Sweep(axes: Array(repeating: axis, count: 20))
        #expect(sweep.count == .max)
        #expect(throws: SweepError.self) { try sweep.points() }
        let sixteen = Sweep(axes: [axis, .init(name: "m", values: ["1"])])
        #expect((try? sixteen.points())?.count == 200)
    }

    @Test func aJobIsToldByItsNameAndItsSweepByTheTag() {
        let draft = JobDraft(endpoint: "e", tags: ["old": "1"])
        let job = Sweep.job(draft, label: "n=1", of: "sweep-a")
        #expect(job.jobName == "n=1" && job.tags == ["batchdeck_sweep": "sweep-a"])
        let named = JobDraft(endpoint: "e", jobName: "trial")
        #expect(Sweep.job(named, label: "n=1", of: "sweep-a").jobName == "trial n=1")
    }

    @Test func severalJobsCannotShareAPlace() {
        var draft = JobDraft(endpoint: "e")
        let two = Sweep(axes: [.init(name: "n", values: ["1", "2"])])
        #expect(two.sharedProblem(of: draft) == nil)
        let place = DataReference.datastorePath(datastore: "store", path: "out")
        draft.outputs = [.init(name: "score", reference: place)]
        #expect(
            two.sharedProblem(of: draft)?.message
                == "output score: Every job of the sweep would write to this one place. "
                + "Leave it out: each job then gets a place of its own.")
        let one = Sweep(axes: [.init(name: "n", values: ["1"])])
        #expect(one.sharedProblem(of: draft) == nil)
    }

    @Test func aDraftWithoutTagsIsReadAsBefore() throws {
        let old = #"{"endpoint":"e","inputs":[],"outputs":[],"overrides":{}}"#
        #expect(
            try WireJSON.decode(JobDraft.self, from: Array(old.utf8)) == JobDraft(endpoint: "e"))
    }
}
