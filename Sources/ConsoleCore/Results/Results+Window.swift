import BatchModel
import ConsoleGrid

// How the loaded part of a file moves. Rows change their places in the window with every page that comes or goes, so
// what is on the screen is remembered by its place in the file and found again.

extension Results.Preview {
    /// What is on the screen, by places in the file.
    private struct Anchor {
        var top: Int64
        var selected: Int64
        /// The number of the selected row in the file, from 0.
        var number: Int?
    }

    /// Takes a piece of the file in.
    mutating func take(_ chunk: FileChunk) {
        failure = nil
        learnSize(chunk)
        guard chunk.offset == 0 || (isRead && !isReloading) else { return }
        if isReloading {
            let row = pages.start == 0 ? list.selection : 0
            restart()
            begin(chunk)
            list.select(row)
            return
        }
        guard isRead else { return begin(chunk) }
        if !shape.isBinary { counter.take(chunk, isMultiline: shape.isMultiline) }
        if chunk.offset == jump {
            land(on: chunk)
        } else if !chunk.bytes.isEmpty {
            grow(by: chunk)
        } else {
            // The end of the file is where it was not expected: its last row is whole after all.
            change { _ in }
        }
        numberFromEnd()
        layOutJSON()
    }

    /// Goes to the top: at once, for the first page is kept.
    mutating func showStart() {
        jump = nil
        if pages.start > 0 {
            let head = head
            change { pages in
                pages.start = 0
                pages.bytes = head
                pages.startsOnRow = true
            }
        }
        list.move(.first)
    }

    /// Goes to the end: at once where it is loaded, else when the last page comes.
    mutating func showEnd() {
        if isAtEnd || shape.isBinary {
            list.move(.last)
        } else if let size {
            jump = max(0, size - Int64(Self.pageLength))
        }
    }

    /// Shows the same rows in another way.
    mutating func relist(_ body: (inout Self) -> Void) {
        let anchor = isPretty ? nil : anchor
        let isAtTop = list.offset == 0
        body(&self)
        restore(isPretty ? nil : anchor)
        // A header that becomes a row stands above the first one.
        if isAtTop { list.scroll(by: -list.offset) }
    }

    private mutating func learnSize(_ chunk: FileChunk) {
        if let total = chunk.totalLength {
            size = total
        } else if chunk.bytes.count < Self.pageLength {
            size = max(size ?? 0, chunk.nextOffset)
        }
        // Whatever was said, nothing comes after nothing.
        if chunk.bytes.isEmpty, let known = size { size = min(known, chunk.offset) }
    }

    private mutating func begin(_ chunk: FileChunk) {
        isRead = true
        head = chunk.bytes
        learnShape()
        guard !shape.isBinary else { return }
        counter.take(chunk, isMultiline: shape.isMultiline)
        change { $0.bytes = chunk.bytes }
        learnColumns()
        change { _ in }
        layOutJSON()
    }

    /// Forgets what was read, as the file may be another by now; keeps view and search.
    private mutating func restart() {
        var fresh = Self(file: file, size: size)
        fresh.isRead = false
        fresh.isRaw = isRaw
        fresh.list = ListWindow(height: list.height)
        fresh.search = search
        self = fresh
    }

    private mutating func land(on chunk: FileChunk) {
        jump = nil
        change(isKeepingPlace: false) { pages in
            pages.start = chunk.offset
            pages.bytes = chunk.bytes
            pages.startsOnRow = chunk.offset == 0
        }
        list.move(.last)
    }

    private mutating func grow(by chunk: FileChunk) {
        if chunk.offset == pages.end, needsNext || hasRoom {
            change { $0.bytes += chunk.bytes }
            shrink(atStart: true)
        } else if chunk.nextOffset == pages.start, needsPrevious {
            change { pages in
                pages.bytes = chunk.bytes + pages.bytes
                pages.start = chunk.offset
                pages.startsOnRow = chunk.offset == 0
            }
            shrink(atStart: false)
        }
    }

    /// Gives back what lies far from the screen.
    private mutating func shrink(atStart: Bool) {
        guard pages.bytes.count > Self.windowLimit else { return }
        let excess = pages.bytes.count - Self.windowLimit
        let margin = 2 * list.height
        if atStart {
            let spared = max(0, list.offset + hiddenRows - margin)
            let wanted = pages.row(at: pages.start + Int64(excess))
            change { $0.drop(before: min(spared, wanted)) }
        } else {
            let spared = min(pages.rows.count - 1, list.visible.upperBound + hiddenRows + margin)
            let wanted = pages.row(at: pages.end - Int64(excess))
            change { $0.drop(after: max(spared, wanted)) }
        }
    }

    private mutating func change(
        isKeepingPlace: Bool = true, _ body: (inout Results.Pages) -> Void
    ) {
        let anchor = isKeepingPlace ? anchor : nil
        body(&pages)
        pages.rows = RowRecords.ranges(
            in: pages.bytes, startsOnRow: pages.startsOnRow, endsFile: isAtEnd,
            isMultiline: shape.isMultiline)
        pages.firstRow = pages.start == 0 ? 0 : nil
        if pages.start > 0, let anchor, let number = anchor.number {
            pages.firstRow = number - pages.row(at: anchor.selected)
        }
        restore(anchor)
    }

    private var anchor: Anchor? {
        let selected = list.selection + hiddenRows
        let top = list.offset + hiddenRows
        guard !isPretty, pages.rows.indices.contains(selected), pages.rows.indices.contains(top)
        else { return nil }
        func place(_ row: Int) -> Int64 { pages.start + Int64(pages.rows[row].lowerBound) }
        return Anchor(
            top: place(top), selected: place(selected), number: pages.firstRow.map { $0 + selected }
        )
    }

    private mutating func restore(_ anchor: Anchor?) {
        list = ListWindow(count: rowCount, height: list.height)
        guard let anchor, !isPretty else { return }
        list.scroll(by: pages.row(at: anchor.top) - hiddenRows)
        list.select(pages.row(at: anchor.selected) - hiddenRows)
    }

    /// Once the file is counted, its last rows have numbers too.
    private mutating func numberFromEnd() {
        guard pages.firstRow == nil, isCounted, isAtEnd else { return }
        pages.firstRow = counter.rows - pages.rows.count
    }

    private mutating func layOutJSON() {
        guard shape == .json, pretty == nil, isWhole else { return }
        pretty = JSONText.pretty(pages.bytes)
        restore(nil)
    }
}

// MARK: - What is missing

extension Results.Preview {
    private var hasRoom: Bool { pages.bytes.count < Self.windowLimit }

    /// Whether the screen comes near the end of the window.
    var needsNext: Bool {
        let isNear = list.offset + 3 * list.height >= rowCount
        let canGrow = hasRoom || list.offset + hiddenRows > 2 * list.height
        return isRead && !shape.isBinary && !isAtEnd && isNear && canGrow
    }

    /// Whether the screen comes near the start of the window.
    var needsPrevious: Bool {
        let canGrow = hasRoom || list.visible.upperBound + 2 * list.height < rowCount
        return isRead && pages.start > 0 && list.offset < 2 * list.height && canGrow
    }

    /// The pieces that should be read now, the most urgent first.
    var wantedRanges: [(offset: Int64, limit: Int)] {
        let page = Self.pageLength
        guard failure == nil else { return [] }
        if !isRead || isReloading { return [(0, page)] }
        guard !shape.isBinary else { return [] }
        if let jump { return [(jump, page)] }
        var ranges: [(offset: Int64, limit: Int)] = []
        if needsNext { ranges.append((pages.end, page)) }
        if needsPrevious {
            let length = Int(min(Int64(page), pages.start))
            ranges.append((pages.start - Int64(length), length))
        }
        if let size, size <= Self.countLimit, !isCounted { ranges.append((counter.offset, page)) }
        return ranges
    }
}
