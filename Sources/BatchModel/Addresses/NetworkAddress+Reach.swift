/// Which addresses may be asked by a program that others tell what to ask.
extension NetworkAddress {
    /// A stretch of addresses that are not the public network, and what it is for a person.
    private struct Range4 {
        var first: UInt32
        var bits: Int
        var label: String

        init(_ a: UInt32, _ b: UInt32, _ c: UInt32, _ d: UInt32, _ bits: Int, _ label: String) {
            first = a << 24 | b << 16 | c << 8 | d
            self.bits = bits
            self.label = label
        }

        func contains(_ number: UInt32) -> Bool { (number ^ first) >> UInt32(32 - bits) == 0 }
    }

    /// The special-purpose registry of IPv4 (IANA, RFC 6890), and two addresses at which clouds answer questions about
    /// the machine itself: they come first, so that they are called by their name.
    private static let ranges4: [Range4] = [
        Range4(169, 254, 169, 254, 32, "the cloud's metadata address"),
        Range4(168, 63, 129, 16, 32, "the cloud's metadata address"),
        Range4(100, 100, 100, 200, 32, "the cloud's metadata address"),
        Range4(0, 0, 0, 0, 8, "an unspecified address"),
        Range4(10, 0, 0, 0, 8, "a private address"),
        Range4(100, 64, 0, 0, 10, "a carrier's private address"),
        Range4(127, 0, 0, 0, 8, "a loopback address"),
        Range4(169, 254, 0, 0, 16, "a link-local address"),
        Range4(172, 16, 0, 0, 12, "a private address"),
        Range4(192, 0, 0, 0, 24, "a reserved address"),
        Range4(192, 0, 2, 0, 24, "a documentation address"),
        Range4(192, 88, 99, 0, 24, "a relay address"),
        Range4(192, 168, 0, 0, 16, "a private address"),
        Range4(198, 18, 0, 0, 15, "a benchmarking address"),
        Range4(198, 51, 100, 0, 24, "a documentation address"),
        Range4(203, 0, 113, 0, 24, "a documentation address"),
        Range4(224, 0, 0, 0, 4, "a multicast address"),
        Range4(240, 0, 0, 0, 4, "a reserved address"),
    ]

    /// What keeps the address from being asked, as words after "is"; nil for an address of the public network.
    public var barrier: String? {
        switch self {
        case .v4(let number): Self.ranges4.first { $0.contains(number) }?.label
        case .v6(let high, let low): Self.barrier(high, low)
        }
    }

    /// IPv6 is asked the other way round: only global unicast is public, and of that not all.
    private static func barrier(_ high: UInt64, _ low: UInt64) -> String? {
        if let inner = embedded(high, low) { return NetworkAddress.v4(inner).barrier }
        func starts(_ prefix: UInt64, _ bits: UInt64) -> Bool {
            (high ^ prefix) >> (64 - bits) == 0
        }
        if high == 0, low <= 1 { return low == 1 ? "a loopback address" : "an unspecified address" }
        if high == 0xFD00_0EC2_0000_0000, low == 0x254 { return "the cloud's metadata address" }
        if starts(0xFC00 << 48, 7) { return "a private address" }
        if starts(0xFE80 << 48, 10) { return "a link-local address" }
        if starts(0xFEC0 << 48, 10) { return "a private address" }
        if starts(0xFF00 << 48, 8) { return "a multicast address" }
        guard starts(0x2000 << 48, 3) else { return "a reserved address" }
        // 2001::/23 is for protocols (Teredo, benchmarking, ORCHID); 2002::/16 hides an IPv4 address behind a relay.
        if starts(0x2001 << 48, 23) { return "a reserved address" }
        if starts(0x2002 << 48, 16) { return "a relay address" }
        if starts(0x2001_0DB8 << 32, 32) || starts(0x3FFF << 48, 20) {
            return "a documentation address"
        }
        return nil
    }

    /// The IPv4 address that is meant by an IPv6 one: mapped (`::ffff:0:0/96`), translated (`::ffff:0:0:0/96`,
    /// `64:ff9b::/96`), compatible (`::/96`).
    private static func embedded(_ high: UInt64, _ low: UInt64) -> UInt32? {
        let number = UInt32(truncatingIfNeeded: low)
        switch (high, low >> 32) {
        case (0, 0xFFFF), (0, 0xFFFF_0000), (0x0064_FF9B_0000_0000, 0): return number
        case (0, 0): return number > 1 ? number : nil
        default: return nil
        }
    }
}
