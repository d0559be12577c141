import BatchModel
import ConsoleGrid

@testable import ConsoleCore

/// A console in a telling state, reached as a person reaches it.
struct Scene: Sendable {
    /// How a scene is seen.
    struct View: Sendable {
        var name: String
        var size: Size
        var glyphs: Glyphs
    }

    static let views = [
        View(name: "80×24", size: Size(rows: 24, columns: 80), glyphs: .unicode),
        View(name: "80×24, ASCII", size: Size(rows: 24, columns: 80), glyphs: .ascii),
        View(name: "60×16", size: Size(rows: 16, columns: 60), glyphs: .unicode),
        View(name: "160×50", size: Size(rows: 50, columns: 160), glyphs: .unicode),
    ]

    /// All scenes, screen by screen.
    static let all = lists + forms + jobs + results + places

    /// The name of its file.
    let name: String
    /// What is to be seen, a clause.
    let shows: String
    let world: SceneWorld
    let play: @Sendable (inout Stage) throws -> Void

    /// Goes to a place, has something happen there and presses keys, in this order; each may be left out.
    init(
        _ name: String, _ shows: String, in world: SceneWorld = SceneWorld(),
        at place: Place? = nil, keys: String = "",
        _ play: @escaping @Sendable (inout Stage) throws -> Void = { _ in }
    ) {
        self.name = name
        self.shows = shows
        self.world = world
        self.play = { stage in
            if let place { stage.open(place) }
            try play(&stage)
            try stage.press(keys)
        }
    }

    /// The console of the scene in a terminal of this size.
    func state(_ size: Size, _ glyphs: Glyphs) throws -> App.State {
        var stage = Stage(size, glyphs, world)
        try play(&stage)
        return stage.state
    }
}

/// A scene drawn in each of its views.
struct ScenePictures: Sendable {
    let scene: Scene
    let screens: [Screen]

    init(_ scene: Scene) throws {
        self.scene = scene
        screens = try Scene.views.map { App.view(try scene.state($0.size, $0.glyphs)) }
    }
}

/// A console whose orders are answered by a workspace, at once.
struct Stage {
    private(set) var state: App.State
    private let world: SceneWorld

    /// A console that has begun, with all it asked for.
    init(_ size: Size, _ glyphs: Glyphs, _ world: SceneWorld) {
        self.world = world
        state = App.initial(
            size: size, glyphs: glyphs, isReadOnly: world.isReadOnly, hasTour: world.hasTour)
        take(.started(lastSeen: nil, at: world.now))
    }

    /// Lets something happen.
    mutating func take(_ action: App.Action) { serve(App.reduce(&state, action)) }

    /// Presses keys as in a key script.
    mutating func press(_ script: String) throws {
        for key in try KeyScript.parse(script) { take(.keyPressed(key)) }
    }

    /// Goes to a place.
    mutating func open(_ place: Place) { serve(App.open(place, in: &state)) }

    /// More orders than any scene brings: answers that ask for ever would not end.
    private static let orderLimit = 400

    private mutating func serve(_ effects: [App.Effect]) {
        var open = effects
        var served = 0
        while !open.isEmpty, served < Self.orderLimit {
            served += 1
            for action in world.answers(to: open.removeFirst()) {
                open += App.reduce(&state, action)
            }
        }
    }
}
