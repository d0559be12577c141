import BatchModel

extension Jobs {
    /// The rows that are held of a long list: pages by the position of their first row, with holes where rows are unknown.
    struct Pages: Sendable, Equatable {
        /// One page.
        private struct Page: Sendable, Equatable {
            /// Always `length` slots.
            private(set) var slots: [Job?] = Array(repeating: nil, count: Pages.length)
            /// How many of them are empty: asked at every key, and looking through them all would cost most of it.
            private(set) var holes = Pages.length
            /// Which of them hold active jobs: asked at every key as well.
            private(set) var active: Set<Int> = []
            /// When the oldest answer that filled it came.
            var asOf: Timestamp

            init(asOf: Timestamp) { self.asOf = asOf }

            subscript(index: Int) -> Job? {
                get { slots[index] }
                set {
                    if slots[index] == nil { holes -= 1 }
                    if newValue == nil { holes += 1 }
                    if newValue?.status.isActive == true {
                        active.insert(index)
                    } else {
                        active.remove(index)
                    }
                    slots[index] = newValue
                }
            }
        }

        /// Rows in a page.
        static let length = 100

        private var pages: [Int: Page] = [:]

        /// The start of the page a position lies in.
        static func start(of position: Int) -> Int { position / length * length }

        /// True without pages.
        var isEmpty: Bool { pages.isEmpty }

        /// The job at a position, nil when it is not held.
        subscript(position: Int) -> Job? {
            guard position >= 0, let page = pages[Pages.start(of: position)] else { return nil }
            return page[position % Pages.length]
        }

        /// The active jobs of a page.
        func active(ofPageAt start: Int) -> [Job] {
            guard let page = pages[start] else { return [] }
            return page.active.sorted().compactMap { page[$0] }
        }

        /// Whether the job at a position is held and active.
        func isActive(_ position: Int) -> Bool {
            pages[Pages.start(of: position)]?.active.contains(position % Pages.length) ?? false
        }

        /// When the page of a position was answered.
        func asOf(_ position: Int) -> Timestamp? { pages[Pages.start(of: position)]?.asOf }

        /// Where the run of rows from the newest on first breaks.
        ///
        /// Holes at its very front do not count: they are jobs that just came in, and their page is on its way.
        var unbrokenEnd: Int {
            guard let first = pages[0]?.slots.firstIndex(where: { $0 != nil }) else { return 0 }
            var start = 0
            while let page = pages[start] {
                defer { start += Pages.length }
                guard page.holes > 0 else { continue }
                let part = start == 0 ? page.slots[first...] : page.slots[...]
                if let hole = part.firstIndex(where: { $0 == nil }) { return start + hole }
            }
            return start
        }

        /// Starts of the pages that lack a row of a range, ascending.
        func missing(in range: Range<Int>) -> [Int] {
            guard let first = range.first else { return [] }
            return stride(
                from: Pages.start(of: first), to: range.upperBound, by: Pages.length
            ).filter { start in
                guard let page = pages[start] else { return true }
                guard page.holes > 0 else { return false }
                let part = range.clamped(to: start..<start + Pages.length)
                return part.contains { page.slots[$0 - start] == nil }
            }
        }

        /// Where these jobs are, as far as they are held.
        func positions(of ids: Set<Job.ID>) -> [Job.ID: Int] {
            var positions: [Job.ID: Int] = [:]
            forEach { position, job in if ids.contains(job.id) { positions[job.id] = position } }
            return positions
        }

        /// Calls the body with every held row, in no order.
        func forEach(_ body: (Int, Job) -> Void) {
            for (start, page) in pages {
                for (index, job) in page.slots.enumerated() {
                    if let job { body(start + index, job) }
                }
            }
        }
    }
}

// MARK: - Changing

extension Jobs.Pages {
    /// Fills rows from a position on.
    mutating func put(_ jobs: [Job], at start: Int, asOf: Timestamp) {
        for (index, job) in jobs.enumerated() {
            let position = start + index
            let page = Jobs.Pages.start(of: position)
            if index == 0 || page == position {
                pages[page, default: Page(asOf: asOf)].asOf = asOf
            }
            pages[page]?[position - page] = job
        }
    }

    /// Moves every row by so many positions; rows before the first are gone.
    mutating func shift(by distance: Int) {
        guard distance != 0 else { return }
        let old = pages
        pages = [:]
        for (oldStart, page) in old {
            for (index, job) in page.slots.enumerated() {
                let position = oldStart + index + distance
                guard let job, position >= 0 else { continue }
                let start = Jobs.Pages.start(of: position)
                pages[start, default: Page(asOf: page.asOf)][position - start] = job
                if let other = pages[start]?.asOf, page.asOf < other {
                    pages[start]?.asOf = page.asOf
                }
            }
        }
    }

    /// Makes holes of the rows of these jobs.
    mutating func forget(_ positions: [Int]) {
        for position in positions where position >= 0 {
            let start = Jobs.Pages.start(of: position)
            pages[start]?[position - start] = nil
        }
    }

    /// Drops the rows from a position on.
    mutating func cut(at end: Int) {
        for start in Array(pages.keys) where start + Jobs.Pages.length > end {
            if start >= end {
                pages[start] = nil
            } else {
                for index in end - start..<Jobs.Pages.length { pages[start]?[index] = nil }
            }
        }
    }

    /// Replaces held rows.
    ///
    /// - Parameter change: the new row, nil where nothing changes.
    mutating func update(_ change: (Job) -> Job?) {
        for start in Array(pages.keys) {
            for index in 0..<Jobs.Pages.length {
                guard let job = pages[start]?[index], let new = change(job) else { continue }
                pages[start]?[index] = new
            }
        }
    }

    /// Keeps the first page and, up to a number, the pages nearest to a position.
    mutating func keep(_ limit: Int, near position: Int) {
        guard pages.count > limit else { return }
        let centre = Jobs.Pages.start(of: position)
        let others = pages.keys.filter { $0 != 0 }.sorted {
            (abs($0 - centre), $0) < (abs($1 - centre), $1)
        }
        for start in others.dropFirst(limit - 1) { pages[start] = nil }
    }
}
