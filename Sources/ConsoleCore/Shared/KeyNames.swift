// Sentences that name a key name the one that does it now: a person may have given the action another.

/// A screen whose sentences name keys.
protocol NamingKeys {
    associatedtype TableState: Sendable
    associatedtype TableAction: Sendable
    /// The keys of the screen.
    static var table: KeyTable<TableState, TableAction> { get }
    /// The keys in force.
    var keymap: Keymap { get }
}

extension NamingKeys {
    /// The key that does something on this screen, for a sentence about it.
    func key(_ action: String) -> String { Self.table.keyName(action, by: keymap) }

    /// The key that does something everywhere.
    func everywhereKey(_ action: String) -> String { App.keys.keyName(action, by: keymap) }

    /// The key that goes back.
    var backKey: String { everywhereKey("back") }
}

extension Jobs.State: NamingKeys { static let table = Jobs.keys }
extension JobDetail.State: NamingKeys { static let table = JobDetail.keys }
extension Results.State: NamingKeys { static let table = Results.keys }
extension Compare.State: NamingKeys { static let table = Compare.keys }
extension Undecided.State: NamingKeys { static let table = Undecided.keys }
extension Notices.State: NamingKeys { static let table = Notices.keys }
extension Contexts.State: NamingKeys { static let table = Contexts.keys }
extension Transfers.State: NamingKeys { static let table = Transfers.keys }
extension Doctor.State: NamingKeys { static let table = Doctor.keys }
extension Endpoints.State: NamingKeys { static let table = Endpoints.keys }
extension JobForm.State: NamingKeys { static let table = JobForm.keys }
extension DataPicker.State: NamingKeys { static let table = DataPicker.keys }
extension Presets.State: NamingKeys { static let table = Presets.keys }
