import BatchModel
public import ConsoleGrid

extension DataPicker {
    /// Everything the picker remembers.
    public struct State: Sendable, Equatable {
        /// The row's name.
        let label: String
        let purpose: Purpose
        var source: Source
        /// The way into each source that was opened, its first place first.
        var levels: [Source: [Level]] = [:]
        /// The address being typed.
        var url = TextField()
        /// What looking brought to light, newest last.
        var findings: [DataReference: ReferenceFinding] = [:]
        /// What was last looked at.
        var looked: DataReference?
        /// The data asset that is being made.
        var asset: NewAsset?
        /// What was typed into one that was left without being sent.
        var keptAsset: NewAsset?
        /// What the newest key or answer came to.
        var notice: String?
        var size = Size.zero
        /// The keys in force: sentences name them.
        var keymap = Keymap.standard

        /// A picker that has not asked for anything.
        ///
        /// - Parameter label: the row's name.
        public init(label: String, purpose: Purpose) {
            self.label = label
            self.purpose = purpose
            source = purpose.sources[0]
        }

        /// Takes the size of the place the picker is drawn in.
        public mutating func resized(to newSize: Size) {
            size = newSize
            let height = listRows
            for source in levels.keys {
                guard let count = levels[source]?.count else { continue }
                for index in 0..<count { levels[source]?[index].window.setHeight(height) }
            }
        }
    }

    /// One place on the way into a source.
    struct Level: Sendable, Equatable {
        var spot: Spot
        /// What was found; nil before an answer.
        var listing: Listing?
        var isLoading = true
        var failure: ServiceFailure?
        var filter = TextField()
        /// One row for everything that was found.
        var rows: [Row] = []
        /// Numbers of the rows that pass the filter, best first.
        var shown: [Int] = []
        var window = ListWindow()

        init(spot: Spot, height: Int) {
            self.spot = spot
            window.setHeight(height)
        }

        var selected: Row? {
            window.selected.flatMap { $0 < shown.count ? rows[shown[$0]] : nil }
        }
    }
}

extension DataPicker.State {
    /// From this width on the preview stands beside the list.
    static let wideColumns = 84
    /// Findings kept; the picker forgets all when there are more.
    static let findingLimit = 200

    /// The place in front; nil for the address that is typed.
    var level: DataPicker.Level? {
        get { levels[source]?.last }
        set {
            guard let newValue, let count = levels[source]?.count, count > 0 else { return }
            levels[source]?[count - 1] = newValue
        }
    }

    /// What enter or the whole-folder key would choose, and what the preview is about.
    var reference: DataReference? {
        guard source != .url else { return try? DataReference(parsing: url.value) }
        return level?.selected?.takes
    }

    /// True while an asset is being made: the answer is for this picker.
    var isSending: Bool { asset?.isSending == true }

    /// Rows of the list at the picker's size.
    var listRows: Int { max(1, DataPicker.layout(of: size).list.rows) }
}
