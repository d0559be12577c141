import Testing

@testable import BatchClient

/// Which file of an input a name in the runner's report means.
@Suite struct RetrierTests {
    private let files: Set<String> = ["a.csv", "x/a.csv", "x/y/b.csv"]

    @Test(arguments: [
        ("a.csv", "a.csv"), ("x/a.csv", "x/a.csv"), ("/mnt/azureml/in/x/a.csv", "x/a.csv"),
        ("/mnt/azureml/in/a.csv", "a.csv"), ("/mnt/x/y/b.csv", "x/y/b.csv"),
    ])
    func theLongestNameThatAPathEndsWithIsItsFile(name: String, file: String) {
        #expect(Retrier.listed(name) { files.contains($0) } == file)
    }

    @Test(arguments: ["b.csv", "za.csv", "", "/", "x/a.csv/"])
    func aNameOfNoFileIsNone(name: String) {
        #expect(Retrier.listed(name) { files.contains($0) } == nil)
    }
}
