import BatchModel
import Testing

@Suite struct TimestampTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-11-23T08:14:03.5Z", 1_795_421_643_500_000),
            ("2000-02-29T23:59:59.999999Z", 951_868_799_999_999),
            ("2023-02-22T20:30:17.7397264+00:00", 1_677_097_817_739_726),
            ("2023-02-22T22:30:17.739726+02:00", 1_677_097_817_739_726),
            ("1969-12-31T23:59:59Z", -1_000_000), ("2026-01-01 00:00:00", 1_767_225_600_000_000),
        ] as [(String, Int64)]) func isoTextsAreRead(text: String, microseconds: Int64) throws
    {
        let time = try #require(Timestamp(iso8601: text))
        #expect(time.microsecondsSinceEpoch == microseconds)
        #expect(Timestamp(iso8601: time.iso8601) == time)
    }

    @Test(arguments: [
        "", "2026", "2026-13-01T00:00:00Z", "2026-01-01", "2026-01-01T25:00:00Z",
        "2026-01-01T00:00:00Zx",
    ]) func whatIsNoTimeIsRefused(text: String) {
        #expect(Timestamp(iso8601: text) == nil)
    }

    @Test func everyDayOfFourCenturiesComesBack() throws {
        for day in stride(from: -80_000, to: 80_000, by: 7) {
            let time = Timestamp(microsecondsSinceEpoch: Int64(day) * 86_400_000_000 + 1)
            #expect(Timestamp(iso8601: time.iso8601) == time)
        }
    }

    /// A token's `exp`, a service's `expires_in`: any number may come.
    @Test(arguments: [1e300, -1e300, .infinity, Double(Int.max), .nan])
    func secondsFromOutsideBecomeATime(seconds: Double) {
        let time = Timestamp(secondsSinceEpoch: seconds)
        let later = time + .seconds(Int.max)
        #expect(later >= time)
        #expect(time - .seconds(Int.max) <= time)
        let now = Timestamp(secondsSinceEpoch: 1_795_000_000)
        #expect((time > now) == ((time - now) > .zero))
        #expect(!time.iso8601.isEmpty)
    }
}
