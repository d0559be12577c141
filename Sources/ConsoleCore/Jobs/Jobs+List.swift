import BatchModel

extension Jobs {
    /// What is known of the whole list: its rows as far as they are held, and its numbers.
    struct List: Sendable, Equatable {
        var pages = Pages()
        /// How many jobs the list has; nil while only "more than we have seen" is known.
        private(set) var total: Int?
        /// The position behind the last row that was ever seen.
        private(set) var seenEnd = 0
        /// When the first page was answered, nil before anything is known.
        private(set) var asOf: Timestamp?
        /// When the newest answer of all came.
        private var newest: Timestamp?
        /// Which of the service's lists answered.
        private(set) var source = ""

        /// True once an answer or a memory of one has come.
        var isKnown: Bool { newest != nil }
        /// Rows of the list; where its end is unknown, one more than were seen.
        var count: Int { total ?? (isKnown ? seenEnd + 1 : 0) }
        /// True when every job of the list is before this position.
        func ends(at position: Int) -> Bool { total.map { position >= $0 } ?? false }

        /// Takes an answer in.
        ///
        /// - Returns: how far the rows known before have moved back.
        mutating func take(_ answer: JobPage) -> Int {
            let page = placed(bounded(answer))
            let overlap = Overlap(of: page, with: pages)
            let shift = shift(for: page, overlap)
            if let shift { pages.shift(by: shift) } else { self = List() }
            // A job that has changed places must not be in two.
            pages.forget(overlap.positions.map { $0 + (shift ?? 0) })
            pages.put(page.jobs.map(overlap.enriched), at: page.start, asOf: page.asOf)
            count(page, shift: shift ?? 0)
            return shift ?? 0
        }

        /// Takes an answer in and finds places anew.
        ///
        /// A place follows its job: what was removed at it or below it does not move it. Where the job is gone the next one takes
        /// its place, and where it was not held the place moves as far as what is held has.
        mutating func take(_ answer: JobPage, following places: [Int?]) -> [Int?] {
            let ids = places.map { $0.flatMap { pages[$0]?.id } }
            let shift = take(answer)
            let positions = pages.positions(of: Set(ids.compactMap(\.self)))
            return zip(places, ids).map { place, id in
                guard let place else { return nil }
                guard let id else { return max(0, place + shift) }
                return positions[id] ?? place + max(0, shift)
            }
        }

        /// A page whose numbers are numbers of a list: a damaged memory must not stop the program.
        private func bounded(_ page: JobPage) -> JobPage {
            var bounded = page
            bounded.start = min(max(0, page.start), positionLimit)
            bounded.total = page.total.map { min(max(0, $0), positionLimit) }
            return bounded
        }

        /// An answer that was overtaken by a newer one does not know the newest jobs: its rows lie further back.
        private func placed(_ page: JobPage) -> JobPage {
            guard let newest, page.asOf < newest, let total, let older = page.total, older < total
            else { return page }
            var placed = page
            placed.start += total - older
            placed.total = total
            return placed
        }

        /// How far what is held has moved; nil when it has nothing to do with the list of this page.
        private func shift(for page: JobPage, _ overlap: Overlap) -> Int? {
            if let shift = overlap.shift { return shift }
            guard !pages.isEmpty else { return 0 }
            let grown = max(0, (page.total ?? 0) - (total ?? page.total ?? 0))
            let isReplaced = page.jobs.indices.contains { pages[page.start + $0] != nil }
            return isReplaced && grown == 0 ? nil : grown
        }

        private mutating func count(_ page: JobPage, shift: Int) {
            let end = page.start + page.jobs.count
            seenEnd = max(seenEnd + shift, end)
            if let known = page.total {
                total = known
            } else if !page.hasMore {
                total = end
            } else if let known = total {
                // A service that hands out links forgets its count when the list is begun anew; we do not.
                total = max(known + shift, end + 1)
            }
            if let total {
                seenEnd = min(seenEnd, total)
                pages.cut(at: total)
            }
            if page.start == 0 { asOf = page.asOf }
            newest = max(newest ?? page.asOf, page.asOf)
            source = page.source
        }
    }

    /// Jobs of a new page that were held before.
    private struct Overlap {
        /// Where they were.
        private(set) var positions: [Int] = []
        /// How far the deepest of them has moved: what lies behind has moved as far.
        private(set) var shift: Int?
        private var progress: [Job.ID: Progress] = [:]

        init(of page: JobPage, with pages: Pages) {
            let places = Dictionary(
                page.jobs.enumerated().map { ($1.id, page.start + $0) },
                uniquingKeysWith: { first, _ in first })
            var deepest = -1
            pages.forEach { position, job in
                guard let place = places[job.id] else { return }
                positions.append(position)
                progress[job.id] = job.progress
                guard position > deepest else { return }
                deepest = position
                shift = place - position
            }
        }

        /// The job with what lists do not tell and tracking has told.
        func enriched(_ job: Job) -> Job {
            guard job.progress == nil, let known = progress[job.id] else { return job }
            var job = job
            job.progress = known
            return job
        }
    }
}
