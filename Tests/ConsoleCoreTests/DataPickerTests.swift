import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// Choosing data: sources, levels, filters, what is chosen, what goes wrong.
@Suite struct DataPickerTests {
    private static let refused = ServiceFailure(
        kind: .unreachable, operation: "list the datastores", detail: "no answer came")

    @Test func openingAsksForTheFirstSourceAloneAndLooksAtItsFirstRow() {
        var state = DataPicker.State(label: "input", purpose: .input(type: nil))
        #expect(DataPicker.opened(&state) == [.list(.assets, start: 0)])
        let effects = state.take(
            .listed(spot: .assets, start: 0, listing: .assets(PickerFixture.assets)))
        #expect(effects == [.look(PickerFixture.latest)])
    }

    @Test func enterOpensAnAssetAndChoosesOneOfItsVersionsLatestFirst() throws {
        var state = PickerFixture.opened()
        let asked = try state.press("<enter>").effects
        #expect(asked == [.list(.versions("digits-data"), start: 0)])
        state.take(
            .listed(
                spot: .versions("digits-data"), start: 0,
                listing: .versions(PickerFixture.versions)))
        #expect(state.labels == ["@latest", "2", "1"])
        var other = state
        #expect(
            try other.press("<enter>").effects == [.choose(text: "azureml:digits-data@latest")])
        let effects = try state.press("<down><down><enter>").effects
        #expect(effects.last == .choose(text: "azureml:digits-data:1"))
    }

    @Test func aWholeAssetOrFolderIsTakenWithoutOpeningIt() throws {
        var state = PickerFixture.opened()
        let effects = try state.press("<down><ctrl-space>").effects
        #expect(effects.last == .choose(text: "azureml:heart@latest"))
    }

    @Test func lettersFilterAndEscapeEndsTheFilterBeforeThePicker() throws {
        var state = PickerFixture.opened()
        try state.press("wine")
        #expect(state.labels == ["wine-data"])
        #expect(try state.press("<esc>").effects.contains(.close) == false)
        #expect(state.labels.count == 3)
        #expect(try state.press("<esc>").effects == [.close])
    }

    @Test func goingUpComesBackToTheSameRowWithTheSameFilter() throws {
        var state = PickerFixture.opened()
        try state.press("wi<enter>")
        #expect(state.level?.spot == .versions("wine-data"))
        try state.press("<left>")
        #expect(state.level?.spot == .assets)
        #expect(state.labels == ["wine-data"])
        try state.press("<backspace><backspace>")
        #expect(state.labels.count == 3)
        let refusals = try state.press("<backspace>").refusals
        #expect(refusals == ["this is the top; tab shows the next source"])
    }

    @Test func datastoresAreWalkedLevelByLevel() throws {
        var state = PickerFixture.opened()
        #expect(try state.press("<tab>").effects == [.list(.datastores, start: 0)])
        state.take(
            .listed(spot: .datastores, start: 0, listing: .datastores(PickerFixture.stores)))
        let store = DataPicker.Spot.folder("workspaceblobstore", path: "")
        #expect(try state.press("<enter>").effects == [.list(store, start: 0)])
        state.take(.listed(spot: store, start: 0, listing: .blobs(PickerFixture.blobs)))
        #expect(state.labels == ["this folder", "digits/", "readme.txt"])
        let effects = try state.press("<down><enter>").effects
        #expect(
            effects.last == .list(.folder("workspaceblobstore", path: "digits/"), start: 0))
        try state.press("<left>")
        #expect(
            try state.press("<down><enter>").effects.last
                == .choose(text: "azureml://datastores/workspaceblobstore/paths/readme.txt"))
    }

    @Test func localFoldersGoUpBeyondTheCurrentOne() throws {
        var state = PickerFixture.opened()
        let asked = try state.press("<tab><tab>").effects
        #expect(asked.last == .list(.localFolder(path: "./"), start: 0))
        state.take(
            .listed(
                spot: .localFolder(path: "./"), start: 0,
                listing: .local(
                    [
                        DataPicker.LocalEntry(name: "data", isFolder: true),
                        DataPicker.LocalEntry(name: "a.csv", isFolder: false, size: 3),
                    ], isCut: false)))
        #expect(state.labels == ["this folder", "~/", "data/", "a.csv"])
        var other = state
        #expect(
            try other.press("<left>").effects == [.list(.localFolder(path: "../"), start: 0)])
        let effects = try state.press("<down><down><down><enter>").effects
        #expect(effects.last == .choose(text: "./a.csv"))
    }

    @Test(arguments: [
        ("./", "../"), ("../", "../../"), ("./data/", "./"), ("./a/b/", "./a/"), ("/a/b/", "/a/"),
        ("/a/", "/"), ("/", nil), ("~/", "~/../"), ("~/x/", "~/"),
    ])
    func theFolderAbove(path: String, above: String?) {
        #expect(DataPicker.parent(ofLocal: path) == above)
    }

    @Test func outputsOfEarlierJobsComeInPagesAndTheirFilesByLevel() throws {
        var state = PickerFixture.opened()
        try state.press("<tab><tab><tab>")
        let first = (1...3).map(PickerFixture.job)
        state.take(.listed(spot: .jobs, start: 0, listing: .jobs(first, hasMore: true)))
        #expect(state.labels.last == "more jobs")
        let effects = try state.press("<end>").effects
        #expect(effects.contains(.list(.jobs, start: 3)))
        state.take(
            .listed(
                spot: .jobs, start: 3,
                listing: .jobs([PickerFixture.job(3), PickerFixture.job(4)], hasMore: false)))
        #expect(state.labels.count == 4, "a job that moved to the next page is there once")
        try state.press("<home><enter>")
        state.take(
            .listed(
                spot: .outputs("batchjob-1"), start: 0,
                listing: .outputs([JobOutput(name: "score", type: .uriFile, uri: "azureml://x")])))
        try state.press("<enter>")
        let top = DataPicker.Spot.outputFolder("batchjob-1", output: "score", path: "")
        state.take(
            .listed(
                spot: top, start: 0,
                listing: .outputFiles([
                    BlobEntry(path: "parts/1.csv", size: 1), BlobEntry(path: "rows.csv", size: 2),
                ])))
        #expect(state.labels == ["the whole output", "parts/", "rows.csv"])
        let opened = try state.press("<down><enter>").effects
        #expect(!opened.contains { if case .list = $0 { true } else { false } })
        #expect(state.labels == ["this folder", "1.csv"])
        #expect(
            try state.press("<down><enter>").effects.last
                == .choose(text: "azureml://jobs/batchjob-1/outputs/score/paths/parts/1.csv"))
    }

    @Test func whatWasUsedBeforeIsThereOnceNewestFirst() throws {
        var state = PickerFixture.opened()
        try state.press("<backtab><backtab>")
        #expect(state.source == .recent)
        func draft(_ path: String) -> JobDraft {
            JobDraft(
                endpoint: "digits-batch",
                inputs: [
                    .init(name: "input", value: .data(type: nil, reference: .local(path: path)))
                ])
        }
        state.take(
            .listed(
                spot: .recent, start: 0,
                listing: .recent([draft("./b"), draft("./a"), draft("./b")])))
        #expect(state.labels == ["./b", "./a"])
    }

    @Test func anAddressIsTypedAndASlipIsSaid() throws {
        var state = PickerFixture.opened()
        try state.press("<backtab>")
        #expect(state.source == .url)
        #expect(try state.press("<enter>").refusals == ["no address is typed yet"])
        try state.press("ftp://x<enter>")
        #expect(state.notice?.hasPrefix("ftp:// is not an address of data.") == true)
        try state.press("<ctrl-u>https://h/c<enter>")
        let effects = try state.press("<enter>").effects
        #expect(effects == [.choose(text: "https://h/c")])
    }

    @Test func aSourceThatCannotBeAskedSaysSoAndTheOthersGoOn() throws {
        var state = PickerFixture.opened()
        try state.press("<tab>")
        state.take(.listRefused(spot: .datastores, failure: Self.refused))
        #expect(state.picture().contains("could not list the datastores"))
        #expect(try state.press("<f5>").effects == [.list(.datastores, start: 0)])
        try state.press("<backtab>")
        #expect(state.labels.count == 3)
    }

    @Test func answersOfPlacesThatWereLeftAreDropped() throws {
        var state = PickerFixture.opened()
        try state.press("<enter><left>")
        let before = state
        state.take(
            .listed(
                spot: .versions("digits-data"), start: 0,
                listing: .versions(PickerFixture.versions)))
        #expect(state == before)
    }

    @Test func aNewAssetIsAskedForAndItsVersionsAreShownOnceItIsMade() throws {
        var state = PickerFixture.opened()
        try state.press("<ctrl-n>")
        #expect(
            try state.press("<ctrl-s>").refusals
                == ["Give a name, or a YAML file that has one."])
        let effects = try state.press("heart<down>9<down><space><space><down>./heart.csv<ctrl-s>")
            .effects
        let order = DataOrder(name: "heart", version: "9", type: .uriFile, path: "./heart.csv")
        #expect(effects == [.makeAsset(order)])
        #expect(try state.press("<ctrl-s>").refusals == ["the asset is being made"])
        var made = PickerFixture.version("9")
        made.asset = "heart"
        #expect(
            state.take(.assetMade(version: made)) == [
                .list(.assets, start: 0), .list(.versions("heart"), start: 0),
            ])
        #expect(state.notice == "registered heart:9")
        #expect(state.level?.spot == .versions("heart"))
    }

    @Test func anAssetThatWasLeftIsThereAgain() throws {
        var state = PickerFixture.opened()
        try state.press("<ctrl-n>heart<down>9<esc>")
        #expect(state.asset == nil)
        try state.press("<ctrl-n>")
        #expect(state.asset?.text(.name) == "heart")
        #expect(state.asset?.text(.version) == "9")
    }

    @Test func theSelectedJobStaysSelectedWhenAnotherComesBeforeIt() throws {
        var state = PickerFixture.opened()
        state.take(.sourceClicked(source: .jobs))
        let jobs = (1...3).map { PickerFixture.job($0) }
        func listed(_ jobs: [Job]) -> DataPicker.Action {
            .listed(spot: .jobs, start: 0, listing: .jobs(jobs, hasMore: false))
        }
        state.take(listed(jobs))
        try state.press("<down>")
        let selected = state.level?.selected
        #expect(selected != nil)
        state.take(listed([PickerFixture.job(9)] + jobs))
        #expect(state.level?.selected == selected)
    }

    @Test func aRefusedAssetKeepsWhatWasTyped() throws {
        var state = PickerFixture.opened()
        try state.press("<ctrl-n>heart<down><down><down>./heart.csv<ctrl-s>")
        state.take(.assetRefused(failure: Self.refused))
        #expect(state.asset?.text(.name) == "heart")
        #expect(state.picture().contains("no answer came"))
        #expect(DataPicker.isMutating(.assetSent))
    }

    @Test func outputsGoToDatastoresOnly() {
        var state = DataPicker.State(label: "score", purpose: .output)
        #expect(DataPicker.opened(&state) == [.list(.datastores, start: 0)])
    }

    @Test func noSizeAndNoAnswerBreaksThePicture() throws {
        var state = PickerFixture.opened()
        state.take(.looked(reference: PickerFixture.latest, finding: PickerFixture.found))
        for key in ["", "<tab>", "<tab>", "<ctrl-n>"] {
            try state.press(key)
            for rows in 0...14 {
                for columns in stride(from: 0, through: 120, by: 7) {
                    state.resized(to: Size(rows: rows, columns: columns))
                    _ = state.picture()
                }
            }
        }
    }
}

/// The picker over the form.
@Suite struct JobFormPickerTests {
    @Test func anAssetThatWasLeftOutlivesThePicker() throws {
        var state = FormFixture.digits()
        try state.press("<ctrl-o><ctrl-n>heart<esc>")
        while state.picker != nil { try state.press("<esc>") }
        try state.press("<ctrl-o><ctrl-n>")
        #expect(state.picker?.asset?.text(.name) == "heart")
    }

    @Test func whatIsChosenIsInTheFormAndUndoBringsBackWhatStoodThere() throws {
        var state = FormFixture.digits()
        let effects = try state.press("<ctrl-o>").effects
        #expect(effects == [.picker(.list(.assets, start: 0))])
        state.take(
            .picker(.listed(spot: .assets, start: 0, listing: .assets(PickerFixture.assets))))
        let chosen = try state.press("wine<ctrl-space>").effects
        #expect(state.picker == nil)
        #expect(state.text(of: .input(name: "input")) == "azureml:wine-data@latest")
        #expect(
            chosen.last
                == .look(.asset(name: "wine-data", version: .latest), for: .input(name: "input")))
        try state.press("<ctrl-z>")
        #expect(state.text(of: .input(name: "input")) == "azureml:digits-data@latest")
    }

    @Test func escapeLeavesTheFormAsItWas() throws {
        var state = FormFixture.digits()
        let before = state
        try state.press("<ctrl-o>")
        #expect(JobForm.front(of: state).isTyping)
        #expect(JobForm.front(of: state).title == "Choosing data")
        try state.press("<esc>")
        #expect(state == before)
    }

    @Test func aRowWithoutDataHasNoPicker() throws {
        var state = FormFixture.digits()
        try state.press("<down><down><ctrl-o>")
        #expect(state.picker == nil)
    }
}

/// The form beside its request.
@Suite struct JobFormWideTests {
    @Test func aFormThatBecomesWideAsksForItsRequest() throws {
        var state = AppTests.begun()
        _ = App.open(.jobForm("digits-batch", "nearest"), in: &state)
        _ = App.reduce(
            &state,
            .form(.completionsFound(for: "", candidates: ["azureml:digits-data@latest"])))
        let effects = App.reduce(&state, .resized(size: Size(rows: 50, columns: 160)))
        #expect(
            effects.contains { if case .form(.preview) = $0 { true } else { false } },
            "\(effects)")
        #expect(App.reduce(&state, .resized(size: Size(rows: 50, columns: 170))).isEmpty)
    }
}
