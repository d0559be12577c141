public import BatchModel
public import ConsoleGrid

extension Results {
    /// What can happen to the screen.
    public enum Action: Sendable, Equatable, Codable {
        /// A step in the pane that has the focus.
        case rowMoved(step: ListMove)
        /// The wheel turned over a pane.
        case wheelTurned(pane: Pane, isForward: Bool)
        /// A click on a row of a pane, counted from its first visible one.
        case rowClicked(pane: Pane, row: Int)
        case columnMoved(isForward: Bool)
        case paneSwitched
        /// Into what is selected in the tree: a file's preview, or open and shut.
        case rowOpened
        case branchClosed
        case previewLeft
        case viewSwitched
        case headerSwitched
        case reloadPressed
        case addressCopied
        case rowCopied
        case jobPressed

        /// The tree's filter or the preview's search, whichever pane has the focus.
        case searchOpened
        /// A key meant for the line being typed: search, filter or folder.
        case textEdited(key: KeyPress)
        case searchKept
        case searchClosed
        case matchMoved(isForward: Bool)

        case downloadOpened
        case downloadConfirmed
        case downloadClosed
        /// Shows the folder of the newest download in the desktop's own way.
        case folderPressed
        case folderRefused(failure: ServiceFailure)

        /// Statistics and repeated rows, in the place of the file's rows.
        case look(Look.Action)
        /// The way of a table into a CSV file.
        case export(Export.Action)

        /// The job went on; what it wrote last is asked for when it ends.
        case statusChanged(status: JobStatus)
        case outputsLoaded(outputs: [JobOutput])
        case outputsRefused(failure: ServiceFailure)
        case filesLoaded(output: String, files: [BlobEntry])
        case filesRefused(output: String, failure: ServiceFailure)
        case read(output: String, path: String, chunk: FileChunk)
        case readRefused(output: String, path: String, failure: ServiceFailure)
        case downloadAdvanced(progress: TransferProgress)
        case downloadFinished(report: DownloadReport)
        case downloadRefused(failure: ServiceFailure)
    }

    /// What the screen wants done.
    public enum Effect: Sendable, Equatable {
        case loadOutputs(Job.ID)
        case loadFiles(Job.ID, output: String)
        /// At most `limit` bytes from `offset` on; the same range is never asked for while it is under way.
        case read(Job.ID, output: String, path: String, offset: Int64, limit: Int)
        /// Everything the job wrote; the folder as typed, relative to the current directory. `overwrites` replaces files there
        /// that are not the job's own.
        case download(Job.ID, folder: String, overwrites: Bool)
        /// Shows a folder of this machine on its desktop.
        case openFolder(Job.ID, path: String)
        /// Counts the columns of a table, from its start to its end.
        case count(ResultFile, form: TableForm)
        /// Looks for rows that are there more than once; `key` is the column that makes two the same, nil all of the row.
        case compare(ResultFile, form: TableForm, key: Int?)
        case stopLook
        /// Writes a table as a proper CSV; the path as typed, relative to the current directory.
        case export(ResultFile, form: TableForm, path: String, order: ExportOrder)
        case stopExport(Job.ID)
        case open(Place)
        case copy(text: String)
    }
}
