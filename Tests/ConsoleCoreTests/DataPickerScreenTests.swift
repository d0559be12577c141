import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The picker's pictures, as a person sees them.
@Suite struct DataPickerScreenTests {
    @Test func assetsWithTheirPreviewBesideThemAtHundredColumns() {
        var state = PickerFixture.opened(Size(rows: 14, columns: 100))
        state.take(.looked(reference: PickerFixture.latest, finding: PickerFixture.found))
        #expect(
            state.picture() == """
                ┌ Data for input ──────────────────────────────────────────────────────────────────────────────────┐
                │ ▸ assets   datastores   local   jobs   recent   URL                                              │
                │ all data assets  type to filter                                                                  │
                │ ▸ digits-data                   uri_folder · latest 2 │ azureml:digits-data@latest               │
                │   heart                           uri_file · latest 7 │ data asset · version 2 · uri_folder ·    │
                │   wine-data                     uri_folder · latest 1 │ 597 files · 93.0 KiB                     │
                │                                                       │ Images.                                  │
                │                                                       │                                          │
                │                                                       │ image-000.csv                            │
                │                                                       │ image-001.csv                            │
                │                                                       │ and 595 more                             │
                │                                                       │                                          │
                │                                                       │                                          │
                └──────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func versionsWithTheirPreviewBelowAtSixtyColumnsInASCII() throws {
        var state = PickerFixture.opened(Size(rows: 14, columns: 60))
        try state.press("<enter>")
        state.take(
            .listed(
                spot: .versions("digits-data"), start: 0,
                listing: .versions(PickerFixture.versions)))
        state.take(.looked(reference: PickerFixture.latest, finding: PickerFixture.found))
        #expect(
            state.picture(glyphs: .ascii) == """
                + Data for input ------------------------------------------+
                | > assets   datastores   local   jobs   recent   URL      |
                | versions of digits-data  type to filter                  |
                | > @latest                     now version 2 - uri_folder |
                |   2                                           uri_folder |
                |   1                                           uri_folder |
                |                                                          |
                |                                                          |
                | -------------------------------------------------------- |
                | azureml:digits-data@latest                               |
                | data asset - version 2 - uri_folder - 597 files - 93.0   |
                | KiB                                                      |
                | registered 2023-11-14T22:13:20.000000Z                   |
                +----------------------------------------------------------+
                """)
    }

    @Test func aFilteredFolderAtHundredSixtyColumns() throws {
        var state = PickerFixture.opened(Size(rows: 12, columns: 160))
        try state.press("<tab>")
        state.take(
            .listed(spot: .datastores, start: 0, listing: .datastores(PickerFixture.stores)))
        try state.press("<enter>")
        state.take(
            .listed(
                spot: .folder("workspaceblobstore", path: ""), start: 0,
                listing: .blobs(PickerFixture.blobs)))
        try state.press("read")
        #expect(
            state.picture() == """
                ┌ Data for input ──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┐
                │   assets ▸ datastores   local   jobs   recent   URL                                                                                                          │
                │ workspaceblobstore/  read                                                                                                                                    │
                │ ▸ readme.txt                                                                      812 B │ azureml://datastores/workspaceblobstore/paths/readme.txt           │
                │                                                                                         │ datastore path, being looked at                                    │
                │                                                                                         │                                                                    │
                │                                                                                         │                                                                    │
                │                                                                                         │                                                                    │
                │                                                                                         │                                                                    │
                │                                                                                         │                                                                    │
                │                                                                                         │                                                                    │
                └──────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func aNewAssetAtSixtyColumns() throws {
        var state = PickerFixture.opened(Size(rows: 12, columns: 60))
        try state.press("<ctrl-n>heart")
        #expect(
            state.picture() == """
                ┌ New data asset ──────────────────────────────────────────┐
                │ ▸ name          heart                                    │
                │   version       the next one                             │
                │   type          ← as the file says, else uri_folder →    │
                │   path          a file or folder here, a datastore path  │
                │   description   what it is, in a sentence                │
                │   YAML file     instead of the above, or changed by it   │
                │   [ Create ]                                             │
                │                                                          │
                │ Give a path: a file or folder here, a datastore path or  │
                │ a URL.                                                   │
                └──────────────────────────────────────────────────────────┘
                """)
    }
}
