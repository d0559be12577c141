import BatchModel
import Testing

@Suite struct UsefulErrorTests {
    @Test func theUsersOwnFrameIsFoundInTheRunnersTraceback() throws {
        let text = """
            Traceback (most recent call last):
              File "/mnt/driver/amlbi_main.py", line 275, in <module>
                main()
              File "/home/code/score.py", line 31, in run
                rows.append(classify(path))
              File "/home/code/score.py", line 12, in classify
                return int(text)
              File "/usr/lib/python3.11/json/decoder.py", line 2, in decode
                raise
            ValueError: invalid literal for int() with base 10: 'x'
            """
        let error = try #require(UsefulError.read(name: "logs/user/error.txt", text: text))
        #expect(error.headline == "ValueError: invalid literal for int() with base 10: 'x'")
        #expect(error.userFrame == "score.py:12 in classify")
        #expect(error.text.hasPrefix("Traceback"))
        #expect(error.file == "logs/user/error.txt")
    }

    @Test func theNextEntryOfTheLogIsNotPartOfTheTraceback() throws {
        let text = """
            2026-11-25T17:13:33.410433Z process001 mini-batch 0 try 1 of 3:
            Traceback (most recent call last):
              File "/home/me/score.py", line 6, in explode
                raise ValueError("first line\\nsecond line")
            ValueError: first line
            second line
            2026-11-25T17:13:33.510433Z process001 mini-batch 0 try 2 of 3:
            """
        let error = try #require(UsefulError.read(name: "logs/user/error/0/a.txt", text: text))
        #expect(error.text.hasSuffix("ValueError: first line\nsecond line"))
    }

    @Test func wrappingIsNeverTheAnswer() {
        let wrapper = """
            Execution failed. User process '/x/python' exited with status code 42. Please check log file \
            'user_logs/std_log_0.txt' for error details.
            Traceback (most recent call last):
              File "/mnt/driver/amlbi_main.py", line 275, in <module>
                main()
            Exception: User program failed with Exception: Run failed. Please check logs for details.
            """
        #expect(UsefulError.read(name: "user_logs/std_log_0.txt", text: wrapper) == nil)
    }

    @Test func aVerdictWithoutATracebackIsTaken() {
        let error = UsefulError.read(
            name: "logs/job_error.2026112308.txt", text: "\nExceeded error threshold: 3 > 2\n")
        #expect(error?.headline == "Exceeded error threshold: 3 > 2")
        #expect(error?.userFrame == nil)
    }

    @Test func whatTheServiceSaysIsExplainedByWhatTheScriptDid() {
        let text = "No succeeded mini batch item returned from run(). Please check 'x'."
        let raised = JobError(headline: "E", text: "E", userFrame: "score.py:3 in run")
        let silent = JobError(headline: text, text: text)
        #expect(
            UsefulError.explanation(of: text, beneath: raised)
                == "run() raised for every file; the first is above.")
        #expect(
            UsefulError.explanation(of: text, beneath: silent)
                == "run() returned nothing for every mini-batch: it must return a row for each file."
        )
        #expect(UsefulError.explanation(of: text)?.contains("raised for every file, or") == true)
        for error in [raised, silent] {
            #expect(
                UsefulError.explanation(of: "Exceeded error threshold", beneath: error)
                    == UsefulError.explanation(of: "Exceeded error threshold"))
            #expect(UsefulError.explanation(of: "whatever", beneath: error) == nil)
        }
    }

    @Test func filesAreReadInTheOrderOfUse() {
        let names = [
            "user_logs/std_log_0.txt", "logs/user/stdout/0/process000.stdout.txt",
            "logs/job_result.2026112308.txt", "logs/job_error.2026112308.txt",
            "logs/user/error/0/process000.txt", "logs/user/error.txt", "logs/sys/master_role.x.txt",
        ]
        #expect(
            UsefulError.candidates(from: names) == [
                "logs/user/error.txt", "logs/user/error/0/process000.txt",
                "logs/job_error.2026112308.txt", "logs/job_result.2026112308.txt",
                "logs/user/stdout/0/process000.stdout.txt", "user_logs/std_log_0.txt",
            ])
    }

    @Test(arguments: [
        ("logs/user/stdout/0/process003.stdout.txt", "what your script printed (worker 3)"),
        (
            "logs/sys/job_report/processed_mini-batches.csv", "report: processed_mini-batches.csv"
        ),
        ("logs/job_progress_overview.2026112308.txt", "progress"), ("whatever.txt", "other"),
    ]) func logsHavePlainLabels(name: String, label: String) {
        #expect(LogLabel.text(for: name) == label)
    }
}
