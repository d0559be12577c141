/// How many colours the terminal has.
public enum ColourDepth: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// None: roles speak through attributes.
    case mono
    /// The 16 named colours.
    case ansi16
    /// The 256-colour palette: 16 named, a cube of 6 × 6 × 6, 24 greys.
    case indexed256
    /// 24 bits.
    case trueColour

    /// Fewer colours come first.
    public static func < (left: ColourDepth, right: ColourDepth) -> Bool {
        left.rank < right.rank
    }

    private var rank: Int {
        switch self {
        case .mono: 0
        case .ansi16: 1
        case .indexed256: 2
        case .trueColour: 3
        }
    }

    /// The nearest colour at this depth; nil is the terminal's own.
    public func reduce(_ colour: RGB?) -> TerminalColour {
        guard let colour else { return .standard }
        switch self {
        case .mono: return .standard
        case .ansi16: return .indexed(Palette.nearest16(to: colour))
        case .indexed256: return .indexed(Palette.nearest256(to: colour))
        case .trueColour: return .direct(colour)
        }
    }
}

/// The palettes terminals agree on.
public enum Palette {
    /// The first 16 colours as xterm has them; terminals differ, their order does not.
    static let named16: [RGB] = [
        RGB(0x00_0000), RGB(0xCD_0000), RGB(0x00_CD00), RGB(0xCD_CD00), RGB(0x00_00EE),
        RGB(0xCD_00CD), RGB(0x00_CDCD), RGB(0xE5_E5E5), RGB(0x7F_7F7F), RGB(0xFF_0000),
        RGB(0x00_FF00), RGB(0xFF_FF00), RGB(0x5C_5CFF), RGB(0xFF_00FF), RGB(0x00_FFFF),
        RGB(0xFF_FFFF),
    ]

    /// The six steps of each axis of the cube.
    static let steps: [Int] = [0, 95, 135, 175, 215, 255]

    /// The nearest of the 16 named colours, 0...15.
    ///
    /// A bright colour with a hue becomes the nearest of its own hue: by distance alone every pale red would be the same
    /// grey as what is unimportant. A dark one, as for letters on a light ground, goes by distance alone, since the
    /// palette's colours are too bright to be read there.
    public static func nearest16(to colour: RGB) -> UInt8 {
        var all = Array(named16.indices)
        if let hue = colour.hue, colour.brightest >= brightFrom {
            let alike = all.filter { index in
                named16[index].hue.map { hueDistance($0, hue) <= hueTolerance } ?? false
            }
            if !alike.isEmpty { all = alike }
        }
        let best = all.min {
            distance(named16[$0], colour) < distance(named16[$1], colour)
        }
        return UInt8(best ?? 0)
    }

    /// Themes for a dark ground paint in colours from here on; those for a light ground stay below.
    private static let brightFrom: UInt8 = 0xC0
    /// The named hues lie 60 degrees apart; a little more than half of that lets a colour between two go by distance.
    private static let hueTolerance = 35.0

    private static func hueDistance(_ left: Double, _ right: Double) -> Double {
        let distance = abs(left - right)
        return min(distance, 360 - distance)
    }

    /// The nearest colour of the cube or the greys, 16...255.
    ///
    /// The 16 named colours are left out: users change them.
    public static func nearest256(to colour: RGB) -> UInt8 {
        let red = nearestStep(colour.red)
        let green = nearestStep(colour.green)
        let blue = nearestStep(colour.blue)
        let cube = RGB(
            red: UInt8(steps[red]), green: UInt8(steps[green]), blue: UInt8(steps[blue]))
        let mean = (Int(colour.red) + Int(colour.green) + Int(colour.blue)) / 3
        let greyIndex = min(23, max(0, (mean - 3) / 10))
        let level = UInt8(8 + 10 * greyIndex)
        let grey = RGB(red: level, green: level, blue: level)
        if distance(grey, colour) < distance(cube, colour) { return UInt8(232 + greyIndex) }
        return UInt8(16 + 36 * red + 6 * green + blue)
    }

    private static func nearestStep(_ value: UInt8) -> Int {
        var best = 0
        for index in steps.indices
        where abs(steps[index] - Int(value)) < abs(steps[best] - Int(value)) {
            best = index
        }
        return best
    }

    /// Squared distance weighted by how much the eye sees of each part.
    static func distance(_ left: RGB, _ right: RGB) -> Int {
        let red = Int(left.red) - Int(right.red)
        let green = Int(left.green) - Int(right.green)
        let blue = Int(left.blue) - Int(right.blue)
        return 3 * red * red + 4 * green * green + 2 * blue * blue
    }
}

extension RGB {
    /// The largest of its parts.
    fileprivate var brightest: UInt8 { max(red, max(green, blue)) }

    /// Degrees on the circle of colours, red at 0 and green at 120; nil for a grey, and for what is nearly one.
    fileprivate var hue: Double? {
        let low = min(red, min(green, blue))
        let spread = Double(brightest) - Double(low)
        guard spread >= 64 else { return nil }
        let (red, green, blue) = (Double(red), Double(green), Double(blue))
        let degrees =
            switch brightest {
            case self.red: 60 * (green - blue) / spread
            case self.green: 120 + 60 * (blue - red) / spread
            default: 240 + 60 * (red - green) / spread
            }
        return degrees < 0 ? degrees + 360 : degrees
    }
}
