import Commands
import ConsoleCore
import ConsoleGrid

extension KeyPage {
    /// The console's keys, every place's own table; arrows as words, for terminals and files alike.
    static var all: [KeyPage] {
        App.keySheets.map { sheet in
            KeyPage(
                screen: sheet.title,
                rows: sheet.help.map { row in
                    Row(keys: row.keys.map { $0.label(arrows: false) }, help: row.help)
                })
        }
    }
}
