import BatchModel

@testable import BatchClient

/// One course of things: what the service is like, what goes wrong when, what others do, what the person does in the end.
///
/// Everything comes from the seed and the number.
struct Schedule: Sendable, CustomStringConvertible {
    /// What the job reads.
    enum Data: CaseIterable, Sendable { case url, signedURL, newestAsset, folder }

    /// What somebody else submits, with equal inputs.
    struct Other: Sendable {
        /// Before our client starts; else while our request is under way.
        var isBefore: Bool
        /// They use batchdeck too.
        var hasTag: Bool
    }

    /// What the person does about what stays open.
    enum Choice: CaseIterable, Sendable { case leave, forget, sendAgain }

    let seed: UInt64
    let number: Int
    var habits = ModelService.Habits()
    var data = Data.url
    var others: [Other] = []
    /// Jobs this person has submitted before without trouble: with equal inputs, or with others.
    var earlier: [Bool] = []
    /// True when the data asset gets a newer version before anybody looks again.
    var hasNewVersion = false
    var rates = (post: 75, other: 0)
    var laterRates = (post: 0, other: 0)
    var kill: Line.Kill?
    var laterKill: Line.Kill?
    var looks = 1
    var choice = Choice.leave

    init(seed: UInt64, number: Int) {
        self.seed = seed
        self.number = number
        var chance = Chance(seed, "schedule \(number)")
        habits = Self.habits(&chance)
        data = chance.pick(Data.allCases)
        for _ in 0..<chance.pick([0, 0, 0, 1, 1, 2]) {
            others.append(Other(isBefore: chance.percent(50), hasTag: chance.percent(40)))
        }
        if chance.percent(40) { earlier.append(chance.percent(50)) }
        hasNewVersion = chance.percent(50)
        rates = (chance.pick([0, 80, 80, 80, 100]), chance.pick([0, 5, 15, 35]))
        laterRates = (0, chance.pick([0, 0, 20, 50]))
        if chance.percent(45) { kill = Self.kill(&chance) }
        if chance.percent(20) {
            laterKill = Self.kill(&chance, among: [.tag, .list, .all, .taken, .job])
        }
        looks = chance.number(0...3)
        choice = chance.pick(Choice.allCases)
    }

    /// The seed of one client's faults.
    var faultSeed: UInt64 {
        var chance = Chance(seed, "faults \(number)")
        return chance.next()
    }

    var description: String {
        "schedule \(number) of seed \(seed): \(habits), data \(data), others \(others), "
            + "earlier \(earlier), newer version \(hasNewVersion), rates \(rates) \(laterRates), "
            + "kill \(kill?.description ?? "-") \(laterKill?.description ?? "-"), looks \(looks), "
            + "choice \(choice)"
    }

    private static func habits(_ chance: inout Chance) -> ModelService.Habits {
        var habits = ModelService.Habits()
        habits.keepsTags = chance.percent(65)
        habits.honoursIDs = chance.percent(40)
        habits.tagQuery = chance.percent(60) ? .answers : chance.pick([.ignores, .refuses])
        habits.isListBroken = chance.percent(40)
        habits.skew = .seconds(chance.number(-90...90))
        habits.lag = chance.pick([0, 0, 0, 1, 3, 5, 20])
        return habits
    }

    private static func kill(
        _ chance: inout Chance, among kinds: [ModelService.Kind]? = nil
    ) -> Line.Kill {
        // The request for the job is where most can be lost, so most kills fall there.
        let all: [ModelService.Kind?] =
            kinds ?? [
                .post, .post, .post, .post, .endpoint, .deployment, .secrets, .head, .put, .put,
                .confirm, .tag, .tag, .list, .all, .taken, nil,
            ]
        let isRequest = chance.percent(80)
        return Line.Kill(
            kind: chance.pick(all), number: isRequest ? 0 : chance.number(1...3),
            isAfter: chance.percent(50))
    }
}
