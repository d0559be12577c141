import Commands
import ConsoleCore
import ConsoleGrid

extension KeyPage {
    /// The console's keys, every place's own table; arrows as words, for terminals and files alike.
    static var all: [KeyPage] {
        [
            sheet("Everywhere", App.keys), sheet("Endpoints", Endpoints.keys),
            sheet("New job", JobForm.keys), sheet("Choosing data", DataPicker.keys),
            sheet("Sweep", JobForm.sweepKeys), sheet("Presets", Presets.keys),
            sheet("Jobs", Jobs.keys), sheet("Job", JobDetail.keys), sheet("Once more", Retry.keys),
            sheet("Two jobs", Compare.keys), sheet("Results", Results.keys),
            sheet("Undecided submissions", Undecided.keys), sheet("Transfers", Transfers.keys),
            sheet("Contexts", Contexts.keys), sheet("Signing in", SignIn.keys),
            sheet("Doctor", Doctor.keys), sheet("Notices", Notices.keys),
            sheet("Commands", CommandPalette.keys), sheet("Help", Help.keys),
        ]
    }

    private static func sheet<State, Action>(
        _ screen: String, _ table: KeyTable<State, Action>
    ) -> KeyPage {
        KeyPage(
            screen: screen,
            rows: table.helpRows.map { row in
                Row(keys: row.keys.map { $0.label(arrows: false) }, help: row.help)
            })
    }
}
