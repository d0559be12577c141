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

extension Jobs.State: NamingKeys {
    static var table: KeyTable<Jobs.State, Jobs.Action> { Jobs.keys }
}
extension JobDetail.State: NamingKeys {
    static var table: KeyTable<JobDetail.State, JobDetail.Action> { JobDetail.keys }
}
extension Results.State: NamingKeys {
    static var table: KeyTable<Results.State, Results.Action> { Results.keys }
}
extension Compare.State: NamingKeys {
    static var table: KeyTable<Compare.State, Compare.Action> { Compare.keys }
}
extension Undecided.State: NamingKeys {
    static var table: KeyTable<Undecided.State, Undecided.Action> { Undecided.keys }
}
extension Notices.State: NamingKeys {
    static var table: KeyTable<Notices.State, Notices.Action> { Notices.keys }
}
extension Contexts.State: NamingKeys {
    static var table: KeyTable<Contexts.State, Contexts.Action> { Contexts.keys }
}
extension Transfers.State: NamingKeys {
    static var table: KeyTable<Transfers.State, Transfers.Action> { Transfers.keys }
}
extension Doctor.State: NamingKeys {
    static var table: KeyTable<Doctor.State, Doctor.Action> { Doctor.keys }
}
extension Endpoints.State: NamingKeys {
    static var table: KeyTable<Endpoints.State, Endpoints.Action> { Endpoints.keys }
}
extension JobForm.State: NamingKeys {
    static var table: KeyTable<JobForm.State, JobForm.Action> { JobForm.keys }
}
extension DataPicker.State: NamingKeys {
    static var table: KeyTable<DataPicker.State, DataPicker.Action> { DataPicker.keys }
}
extension Presets.State: NamingKeys {
    static var table: KeyTable<Presets.State, Presets.Action> { Presets.keys }
}
