// swift-tools-version: 6.2

import PackageDescription

// A package of its own: coverage instrumentation is for the whole build, and nobody who builds batchdeck should pay for it.
let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(name: "batchdeck", path: "../..")
    ],
    targets: [
        .executableTarget(
            name: "Fuzz",
            dependencies: [.product(name: "BatchdeckRules", package: "batchdeck")],
            // libFuzzer brings `main`.
            swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    ]
)
