import BatchModel

/// How fast counted work goes on, and how long it still takes.
enum Pace {
    /// `29.4/s`, `3.2/min`: mini-batches.
    static func words(rate: Double) -> String {
        let (amount, unit) = amount(rate: rate)
        return "\(amount)/\(unit)"
    }

    /// `29.4 mini-batches/s`.
    static func longWords(rate: Double) -> String {
        let (amount, unit) = amount(rate: rate)
        return "\(amount) mini-batches/\(unit)"
    }

    private static func amount(rate: Double) -> (amount: String, unit: String) {
        rate >= 0.1
            ? (Words.tenths(min(rate, 1e9)), "s") : (Words.tenths(rate * 60), "min")
    }

    /// How long running work still takes: the runner's estimate, else what the rate so far comes to; nil when neither says
    /// anything any more.
    static func remaining(_ progress: Progress, at now: Timestamp) -> Duration? {
        guard let total = progress.totalMiniBatches, total > progress.processedMiniBatches else {
            return nil
        }
        let open = Double(total - progress.processedMiniBatches)
        let computed = progress.ratePerSecond.map { rate in
            Duration.microseconds(Int64(min(open / rate, 1e9) * 1_000_000))
        }
        guard let whole = progress.estimatedRemaining ?? computed else { return nil }
        // The estimate is as old as the progress; meanwhile work has gone on.
        let age = progress.asOf.map { max(.zero, now - $0) } ?? .zero
        // What should be over by now and is not says nothing any more.
        return whole - age >= .seconds(1) ? whole - age : nil
    }
}
