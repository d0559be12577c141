import CNcurses
import ConsoleGrid

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Terminal {
    /// How long an ESC may wait to become a sequence: the time between the bytes of one key on a
    /// slow line, too short for two keys of a human.
    private static let escapeDelay = Duration.milliseconds(25)
    /// How long a paste may pause before it is taken as ended.
    private static let pasteDelay = Duration.seconds(1)
    /// Two clicks on one cell within this time are a double click.
    private static let doubleClickTime = Duration.milliseconds(400)
    /// Reads of 4 KiB before a picture may be drawn again: one MiB of keys.
    private static let readLimit = 256

    /// Delivers keys and shows pictures until the terminal is closed, asked to end, or gone.
    ///
    /// Blocks the calling thread, which must be the one that opened the terminal. On return the
    /// terminal is restored.
    public func run(_ events: Events) -> End {
        defer { close() }
        while true {
            if let end = work(events) {
                close()
                if case .terminated(let signal) = end { events.onTerminate(signal) }
                return end
            }
        }
    }

    /// One turn: sleep, then signals, keys, what tasks make of them, orders, picture.
    private func work(_ events: Events) -> End? {
        var waits = [
            pollfd(fd: input, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&waits, nfds_t(waits.count), port.maySleep() ? timeoutMilliseconds : 0)
        port.wake()
        if waits[1].revents != 0 { pipe.drain() }
        if let end = takeSignals(events) { return end }
        if waits[0].revents != 0 {
            guard readKeys(events) else {
                // What was typed before the end is still taken.
                port.runJobs()
                return .gone
            }
        } else if decoder.isWaiting, timeLeft <= .zero {
            decoder.flush { deliver($0, events) }
        }
        port.runJobs()
        return takeInbox()
    }

    /// How long what was begun is still waited for.
    private var timeLeft: Duration {
        lastInput + (decoder.isPasting ? Terminal.pasteDelay : Terminal.escapeDelay) - .now
    }

    private var timeoutMilliseconds: Int32 {
        guard decoder.isWaiting else { return -1 }
        return Int32(max(0, (timeLeft / .milliseconds(1)).rounded(.up)))
    }

    /// Reads until nothing waits; false when the terminal is gone.
    private func readKeys(_ events: Events) -> Bool {
        var buffer: [UInt8] = Array(repeating: 0, count: 4_096)
        for _ in 0..<Terminal.readLimit {
            let count = read(input, &buffer, buffer.count)
            if count < 0 { return errno == EINTR || errno == EAGAIN }
            if count == 0 { return false }
            lastInput = .now
            decoder.feed(buffer[..<count]) { deliver($0, events) }
            var wait = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
            if poll(&wait, 1, 0) <= 0 { return true }
        }
        return true
    }

    private func deliver(_ key: KeyPress, _ events: Events) {
        guard case .mouse(var mouse) = key, mouse.kind == .left else {
            events.onKey(key)
            return
        }
        let now = ContinuousClock.now
        if let last = lastClick, last.place == mouse.position,
            now - last.instant < Terminal.doubleClickTime
        {
            mouse.kind = .double
            lastClick = nil
        } else {
            lastClick = (mouse.position, now)
        }
        events.onKey(.mouse(mouse))
    }

    private func takeSignals(_ events: Events) -> End? {
        let signals = Int(bdSignalsTake())
        if signals == 0 { return nil }
        if signals & Int(BDSignalTerminate) != 0 { return .terminated(signal: SIGTERM) }
        if signals & Int(BDSignalHangup) != 0 { return .terminated(signal: SIGHUP) }
        if signals & Int(BDSignalInterrupt) != 0 { return .terminated(signal: SIGINT) }
        if signals & Int(BDSignalStop) != 0 {
            suspend()
        } else if signals & Int(BDSignalContinue) != 0 {
            resume()
        }
        followSize(events)
        return nil
    }

    private func followSize(_ events: Events) {
        let newSize = Terminal.currentSize(of: output)
        guard newSize != size else { return }
        painter.resize(to: newSize)
        events.onResize(newSize)
    }

    private func takeInbox() -> End? {
        let inbox = port.take()
        let picture = inbox.isClosing ? nil : inbox.picture
        if picture != nil || !inbox.orders.isEmpty {
            port.writing {
                for order in inbox.orders { carryOut(order) }
                if let picture { painter.draw(picture) }
            }
        }
        return inbox.isClosing ? .closed : nil
    }

    private func carryOut(_ order: TerminalOrder) {
        switch order {
        case .mouse(let isOn): setMouse(isOn)
        case .theme(let theme): painter.setTheme(theme)
        case .copy(let text): Sequences.copy(text).map(send)
        case .notify(let text): send(Sequences.notify(text))
        case .bell: send(Sequences.bell)
        case .redraw: painter.redraw()
        case .suspend: suspend()
        }
    }
}
