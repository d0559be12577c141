import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// A signature is not drawn, and the cursor stands where it stood.
@Suite struct VeilTests {
    @Test func aSecretIsDrawnAsStarsOfTheSameLength() {
        var field = TextField("https://h/x?sig=canary&se=1")
        for _ in 0..<5 { _ = field.handle(.left) }
        let veiled = field.veiled
        #expect(veiled.value == "https://h/x?sig=******&se=1")
        #expect(veiled.cursor == field.cursor)
        #expect(TextField("azureml:wine@latest").veiled == TextField("azureml:wine@latest"))
    }

    private static let address = "https://h/x?sig=canary&se=1"

    @Test func thePickerDrawsNoSignature() throws {
        var state = DataPicker.State(label: "input", purpose: .input(type: nil))
        state.resized(to: Size(rows: 24, columns: 100))
        _ = DataPicker.opened(&state)
        state.source = .url
        try state.press("<paste:\(Self.address)>")
        let typed = state.picture()
        #expect(typed.contains("sig=******") && !typed.contains("canary"), "\(typed)")
        try state.press("<ctrl-n>")
        let asset = state.picture()
        #expect(asset.contains("sig=******") && !asset.contains("canary"), "\(asset)")
    }

    @Test func neitherCandidatesNorTheSweepsQuestionNorANoticeShowASignature() throws {
        var used = JobDraft(endpoint: "digits-batch", deployment: "nearest")
        used.inputs = [
            JobDraft.Input(name: "input", value: .data(type: nil, reference: .url(Self.address)))
        ]
        var state = FormFixture.digits()
        state.take(.recentFound(drafts: [used]))
        try state.press("<ctrl-u><alt-r>")
        #expect(state.completion?.shown == [Self.address])
        #expect(!state.picture().plainText.contains("canary"))
        #expect(state.picture().plainText.contains("sig=******"))
        var swept = FormFixture.digits()
        try swept.press("<alt-s><ctrl-u>")
        swept.take(.textEdited(key: .paste("./a, \(Self.address)")))
        swept.isSweepAsked = true
        #expect(swept.picture().plainText.contains("Submit 2 jobs"))
        #expect(!swept.picture().plainText.contains("canary"))
        try state.press("<esc><ctrl-o>")
        state.focus = .experimentName
        state.picker?.source = .url
        state.take(.picker(.textEdited(key: .paste(Self.address))))
        state.take(.picker(.openPressed))
        #expect(state.notice?.hasSuffix("It was https://h/x?sig=***&se=1.") == true)
    }
}
