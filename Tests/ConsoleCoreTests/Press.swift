import ConsoleGrid

@testable import ConsoleCore

/// Plays a key script into one screen: its effects in order, and the texts of what was refused.
func played<State, Action, Effect>(
    _ script: String, in state: inout State,
    verdict: (KeyPress, State) -> Verdict<Action>?,
    take: (inout State, Action) -> [Effect]
) throws -> (effects: [Effect], refusals: [String]) {
    var effects: [Effect] = []
    var refusals: [String] = []
    for key in try KeyScript.parse(script) {
        switch verdict(key, state) {
        case .send(let action): effects += take(&state, action)
        case .refuse(let reason): refusals.append(reason)
        case .pass, nil: break
        }
    }
    return (effects, refusals)
}
