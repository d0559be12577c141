// swift-tools-version: 6.2

import PackageDescription

/// How a release is compiled. `assets/release.json` says the same for the packages, which a manifest cannot do.
///
/// A concrete generic type is asked for by its accessor, which has the conformances at hand: by its mangled name the runtime
/// looks for each of them among all there are, a quarter of the way to the first screen. And every function has a section and
/// a name of its own, so that the linker can put those that are called side by side.
let release = [
    "-Xfrontend", "-disable-concrete-type-metadata-mangled-name-accessors",
    "-Xfrontend", "-function-sections",
    "-Xfrontend", "-disable-llvm-merge-functions-pass",
]

// Every wall between two targets keeps something out; README.md says what. The same settings hold in every room.
let house: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(release, .when(configuration: .release)),
]

// One third-party package, one room (hashes excepted: both ends of an upload compute them).
let argumentParser = Target.Dependency.product(
    name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
// RSA signatures for client certificates: the same package, and the HTTP server's dependencies build it already.
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
// Clients of the cloud refuse to sign in over plain HTTP. It brings in swift-nio-ssl, which the HTTP client needs anyway.
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

/// How a release is linked on Linux.
///
/// `--static-swift-stdlib` has the linker export every symbol of ours, for plug-ins that do not exist: 58,000 names, which
/// `dladdr` walks at every start, and code that could be left out.
///
/// A program that may lie anywhere has 168,000 of its own addresses to correct before it begins: a fifth of the time to the
/// first screen, and 5 MiB. Ours lies where it is linked to, as Go's programs do; its heap, stacks and libraries lie anywhere.
///
/// A page of memory holds a dozen functions and comes with those around it: where the few thousand that a console calls lie
/// among a hundred thousand others, it holds 9 MiB of code that it never runs. `assets/order.txt` names them, `assets/order.py`
/// writes it anew. A list that is old does no harm: names that are gone are passed over, new functions lie where they fall.
let lean: [LinkerSetting] = [
    .unsafeFlags(
        [
            "-Xlinker", "--no-export-dynamic", "-Xclang-linker", "-no-pie", "-use-ld=lld",
            "-Xlinker", "--symbol-ordering-file=\(Context.packageDirectory)/assets/order.txt",
            "-Xlinker", "--no-warn-symbol-ordering",
        ],
        .when(platforms: [.linux], configuration: .release))
]

func room(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: house)
}

func tests(
    of name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
    .testTarget(
        name: name + "Tests", dependencies: [.byName(name: name), "TestSupport"] + dependencies,
        exclude: exclude, swiftSettings: house)
}

let package = Package(
    name: "batchdeck",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "batchdeck", targets: ["batchdeck"]),
        // For the fuzz targets, a package of their own below Tests/Fuzz.
        .library(name: "BatchdeckRules", targets: ["BatchModel", "DraftFile"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0",
            traits: []),
        .package(url: "https://github.com/jpsim/Yams.git", from: "6.2.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
    ],
    targets: [
        room("BatchModel"),
        room("DraftFile", ["BatchModel", yams]),
        room("BatchClient", ["BatchModel", crypto, cryptoExtras, grdb, logging]),
        room("HTTPTransport", ["BatchModel", "BatchClient", httpClient]),
        room("BatchEngine", ["BatchModel", "DraftFile", crypto, grdb, logging]),
        room(
            "EngineServer",
            [
                "BatchModel", "BatchEngine", hummingbird, hummingbirdCore, hummingbirdTLS, logging,
            ]),
        room("ConsoleGrid"),
        room("ConsoleCore", ["BatchModel", "ConsoleGrid"]),
        room("ConsoleRuntime", ["BatchModel", "ConsoleGrid", "ConsoleCore", "BatchClient"]),
        .target(
            name: "CNcurses",
            cSettings: [.define("_XOPEN_SOURCE_EXTENDED"), .define("NCURSES_WIDECHAR", to: "1")],
            linkerSettings: [.linkedLibrary("ncursesw")]),
        room("ConsoleNcurses", ["ConsoleGrid", "CNcurses"]),
        room(
            "Commands",
            [
                "BatchModel", "DraftFile", "BatchClient", "HTTPTransport", "BatchEngine",
                "EngineServer", "ConsoleGrid", "ConsoleCore", argumentParser, logging,
            ]),
        .executableTarget(
            name: "batchdeck",
            dependencies: [
                "BatchModel", "BatchClient", "Commands", "ConsoleGrid", "ConsoleCore",
                "ConsoleRuntime", "ConsoleNcurses",
            ],
            swiftSettings: house, linkerSettings: lean),

        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: house),
        tests(of: "BatchModel"),
        tests(of: "DraftFile", ["BatchModel"]),
        tests(of: "BatchClient", ["BatchModel"]),
        tests(of: "HTTPTransport", ["BatchModel", "BatchClient"]),
        tests(of: "BatchEngine", ["BatchModel", "DraftFile", grdb]),
        tests(of: "EngineServer", ["BatchModel", "BatchEngine", "BatchClient", "HTTPTransport"]),
        tests(of: "ConsoleGrid"),
        tests(of: "ConsoleCore", ["BatchModel", "ConsoleGrid"], exclude: ["Goldens"]),
        tests(
            of: "ConsoleRuntime",
            ["BatchModel", "ConsoleGrid", "ConsoleCore", "BatchClient", "BatchEngine", "Commands"]),
        tests(of: "ConsoleNcurses", ["ConsoleGrid"]),
        tests(
            of: "Commands",
            ["BatchModel", "BatchClient", "ConsoleCore", "ConsoleGrid", "DraftFile", yams],
            exclude: ["Verbs/shapes.txt"]),
        .testTarget(
            name: "EndToEndTests", dependencies: ["TestSupport", "batchdeck"],
            exclude: ["Clients"],
            swiftSettings: house),
        .testTarget(name: "HouseTests", dependencies: ["TestSupport"], swiftSettings: house),
    ]
)
