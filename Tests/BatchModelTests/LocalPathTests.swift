import BatchModel
import Testing

/// Paths as they are typed.
@Suite struct LocalPathTests {
    @Test(arguments: [
        ("~", "/home/me"), ("~/", "/home/me/"), ("~/a/b", "/home/me/a/b"), ("~you/a", "~you/a"),
        ("./~/a", "./~/a"), ("/a", "/a"), ("", ""),
    ])
    func aTildeAloneOrBeforeASlashIsTheHomeFolder(path: String, expanded: String) {
        #expect(LocalPath.expanded(path, home: "/home/me") == expanded)
        #expect(LocalPath.expanded(path, home: nil) == path)
    }

    @Test(arguments: [
        ("../a/./b/", "/x/a/b"), ("/a//b", "/a/b"), ("../../../..", "/"), ("", "/x/y"),
        (".", "/x/y"), ("..a", "/x/y/..a"),
    ])
    func dotsAndDoubledSlashesAreTakenOut(path: String, resolved: String) {
        #expect(LocalPath.resolved(path, from: "/x/y") == resolved)
    }

    @Test func theFolderIsAskedForByRelativePathsOnly() {
        var asked = 0
        func here() -> String {
            asked += 1
            return "/x"
        }
        #expect(LocalPath.resolved("/a", from: here()) == "/a")
        #expect(asked == 0)
        #expect(LocalPath.resolved("a", from: here()) == "/x/a")
        #expect(asked == 1)
    }
}
