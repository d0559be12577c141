extension Theme {
    /// Every theme that comes with the program, the default first.
    public static let all: [Theme] = [.dark, .light, .highContrast, .colourBlindSafe]

    /// The theme of this name: `dark`, `light`, `high-contrast`, `colour-blind-safe`.
    public static func named(_ name: String) -> Theme? { all.first { $0.name == name } }

    /// For a dark terminal; leaves the terminal's own ground.
    public static let dark = Theme(
        name: "dark",
        paints: [
            .text: Paint(), .dim: Paint(RGB(0x8A_8F98)), .accent: Paint(RGB(0x6C_B6FF)),
            .title: Paint(RGB(0xE6_EDF3), .bold), .heading: Paint(RGB(0x9D_A7B3), .bold),
            .border: Paint(RGB(0x5C_6370)), .focusBorder: Paint(RGB(0x6C_B6FF)),
            .selection: Paint(RGB(0xFF_FFFF), on: RGB(0x26_4F78)),
            .selectionInactive: Paint(on: RGB(0x3A_3F4B)),
            .marked: Paint(RGB(0xE5_C07B), .bold), .success: Paint(RGB(0x5F_D787)),
            .warning: Paint(RGB(0xE5_C07B)), .danger: Paint(RGB(0xFF_6B6B), .bold),
            .info: Paint(RGB(0x6C_B6FF)), .running: Paint(RGB(0x56_D4DD)),
            .queued: Paint(RGB(0xC6_92E9)), .cancelled: Paint(RGB(0x8A_8F98)),
            .key: Paint(RGB(0xE5_C07B), .bold), .match: Paint(RGB(0xFF_AF5F), .bold),
            .input: Paint(RGB(0xFF_FFFF), on: RGB(0x2D_333B)),
            .placeholder: Paint(RGB(0x7A_818C)),
            .badge: Paint(RGB(0x0D_1117), on: RGB(0x6C_B6FF)), .header: Paint(RGB(0xE6_EDF3)),
            .footer: Paint(RGB(0x9D_A7B3)), .overlay: Paint(on: RGB(0x22_272E)),
            .progress: Paint(RGB(0x5F_D787)), .progressTrack: Paint(RGB(0x5C_6370)),
            .link: Paint(RGB(0x6C_B6FF), .underline),
        ])

    /// For a light terminal; leaves the terminal's own ground.
    public static let light = Theme(
        name: "light",
        paints: [
            .text: Paint(), .dim: Paint(RGB(0x65_6D76)), .accent: Paint(RGB(0x05_50AE)),
            .title: Paint(RGB(0x1F_2328), .bold), .heading: Paint(RGB(0x42_4A53), .bold),
            .border: Paint(RGB(0x8C_959F)), .focusBorder: Paint(RGB(0x05_50AE)),
            .selection: Paint(RGB(0xFF_FFFF), on: RGB(0x05_50AE)),
            .selectionInactive: Paint(RGB(0x1F_2328), on: RGB(0xD0_D7DE)),
            .marked: Paint(RGB(0x7D_4E00), .bold), .success: Paint(RGB(0x11_6329)),
            .warning: Paint(RGB(0x7D_4E00)), .danger: Paint(RGB(0xA4_0E26), .bold),
            .info: Paint(RGB(0x05_50AE)), .running: Paint(RGB(0x0B_6E75)),
            .queued: Paint(RGB(0x66_39BA)), .cancelled: Paint(RGB(0x65_6D76)),
            .key: Paint(RGB(0x7D_4E00), .bold), .match: Paint(RGB(0x95_3800), .bold),
            .input: Paint(RGB(0x1F_2328), on: RGB(0xEA_EEF2)),
            .placeholder: Paint(RGB(0x6E_7781)),
            .badge: Paint(RGB(0xFF_FFFF), on: RGB(0x05_50AE)), .header: Paint(RGB(0x1F_2328)),
            .footer: Paint(RGB(0x42_4A53)), .overlay: Paint(RGB(0x1F_2328), on: RGB(0xF6_F8FA)),
            .progress: Paint(RGB(0x11_6329)), .progressTrack: Paint(RGB(0x8C_959F)),
            .link: Paint(RGB(0x05_50AE), .underline),
        ])

    /// Pure colours on black, for weak eyes and weak screens.
    public static let highContrast = Theme(
        name: "high-contrast",
        paints: Dictionary(
            uniqueKeysWithValues: Role.allCases.map { role in (role, contrastPaint(role)) }))

    /// Blue, orange and yellow carry what red and green carry elsewhere (Okabe and Ito's palette).
    public static let colourBlindSafe = dark.changed(
        name: "colour-blind-safe",
        paints: [
            .success: Paint(RGB(0x56_B4E9)), .progress: Paint(RGB(0x56_B4E9)),
            .warning: Paint(RGB(0xF0_E442)), .danger: Paint(RGB(0xE6_9F00), [.bold, .underline]),
            .running: Paint(RGB(0xFF_FFFF), .bold), .queued: Paint(RGB(0xCC_79A7)),
            .match: Paint(RGB(0xF0_E442), [.bold, .underline]),
        ])

    private static func contrastPaint(_ role: Role) -> Paint {
        let black = RGB(0x00_0000)
        let white = RGB(0xFF_FFFF)
        switch role {
        case .text, .dim, .border, .queued, .cancelled, .placeholder, .footer, .progressTrack:
            return Paint(white, on: black)
        case .title, .heading, .header, .running: return Paint(white, on: black, .bold)
        case .accent, .info, .focusBorder: return Paint(RGB(0x00_FFFF), on: black, .bold)
        case .selection, .badge: return Paint(black, on: RGB(0xFF_FF00), .bold)
        case .selectionInactive: return Paint(black, on: white)
        case .marked, .key, .match, .warning: return Paint(RGB(0xFF_FF00), on: black, .bold)
        case .success, .progress: return Paint(RGB(0x00_FF00), on: black, .bold)
        case .danger: return Paint(RGB(0xFF_8080), on: black, [.bold, .underline])
        case .input: return Paint(white, on: RGB(0x00_0080), .underline)
        case .overlay: return Paint(white, on: black)
        case .link: return Paint(RGB(0x00_FFFF), on: black, .underline)
        }
    }
}
