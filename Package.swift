// swift-tools-version: 6.2

import PackageDescription

// Every wall between two targets keeps something out; README.md says what. The same settings hold in every room.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]


func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        swiftSettings: house)
}

let package = Package(
    name: "batchdeck",
    platforms: [.macOS(.v15)],
    dependencies: [
    ],
    targets: [
        room("BatchModel"),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house),
        tests(of: "BatchModel"),
    ]
)
