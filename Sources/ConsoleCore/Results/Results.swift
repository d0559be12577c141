// What a job wrote: its outputs as a tree, a preview of one file, and the way to the local disk.
//
// A file may be of any size, so the preview holds a window of its bytes and never the file. The window grows by reads of
// 64 KiB at the end one moves towards and gives bytes back at the other; the first page is kept, so that going back to
// the top asks nobody. A jump to the end replaces the window by the last page, whose rows have no numbers until somebody
// has counted the file. Small files are counted by reading on in the background.
//
//     first page ─▶ shape (table, JSON lines, JSON, text, binary), column names, widths
//     every page ─▶ window ─▶ rows ─▶ picture          (rows are byte ranges, cells are cut when drawn)
//          └──────▶ counter ─▶ "597 rows"
//
// What must be read follows from the state alone: `settle` compares after every action what is wanted with what is there
// and what is already being asked for, so no range is ever asked for twice at once. Answers say which file and offset they
// belong to; one for a file that is no longer shown is dropped.
//
// The shape is decided once, from the first page. The batch service writes rows without a header and apart by blanks, so
// nothing but the content can tell; where the guess is wrong, `v` shows the text itself and `H` turns the header around.

/// The outputs of one job.
public enum Results {
    /// One of the two halves of the screen.
    public enum Pane: String, Sendable, Hashable, Codable, CaseIterable {
        /// Outputs and files.
        case tree
        /// The selected file's content.
        case preview
    }

    /// A file or folder of an output.
    struct FileID: Sendable, Hashable {
        var output: String
        /// Relative to the output; a folder ends in `/`, the output itself is empty.
        var path: String
    }

    /// A piece of a file that is being asked for.
    struct Read: Sendable, Hashable {
        var file: FileID
        var offset: Int64
        var limit: Int
    }

    /// Its breadcrumb.
    public static func title(of state: State) -> String { "results of \(state.job)" }
}
