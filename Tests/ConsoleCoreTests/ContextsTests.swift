import BatchModel
import ConsoleGrid
import Testing

@testable import ConsoleCore

/// The contexts that the tests are about: the local one, a written one in use, a found one.
enum ContextsFixture {
    static let now = Timestamp(microsecondsSinceEpoch: 1_700_000_000_000_000)
    static let prod = ContextEntry(
        AzureContext(
            name: "prod",
            scope: WorkspaceScope(
                subscriptionID: "0b1f6471-1bf0-4dda-aec3-cb9272f09590", resourceGroup: "ml-prod",
                workspace: "wine-prod"), isReadOnly: true,
            credential: CredentialChoice(.azureCLI)))
    static let found = ContextEntry(
        AzureContext(
            name: "wine-dev",
            scope: WorkspaceScope(
                subscriptionID: "0b1f6471-1bf0-4dda-aec3-cb9272f09590", resourceGroup: "ml-dev",
                workspace: "wine-dev")), foundIn: "/home/ada/wine/config.json")
    static let all = [ContextEntry.local(isDefault: true), prod, found]
    static let refused = ServiceFailure(
        kind: .rejected, operation: "read the settings", detail: "config.yml:3: no such key.",
        advice: "Mend the file.")
    static let running = Contexts.Standing(words: "running", style: .success)

    static func state(
        _ size: Size = Size(rows: 16, columns: 80), current: String = "local"
    ) -> Contexts.State {
        var state = Contexts.State(current: current)
        state.resized(to: size)
        _ = Contexts.reduce(&state, .listed(entries: all))
        return state
    }
}

extension Contexts.State {
    @discardableResult
    fileprivate mutating func press(
        _ script: String
    ) throws -> (effects: [Contexts.Effect], refusals: [String]) {
        try played(
            script, in: &self, verdict: { Contexts.keys.verdict(for: $0, in: $1) },
            take: { Contexts.reduce(&$0, $1) })
    }

    fileprivate func picture(glyphs: Glyphs = .unicode) -> String {
        var screen = Screen(size: size)
        Contexts.draw(
            self, standing: ContextsFixture.running, on: &screen, in: screen.bounds,
            context: ViewContext(glyphs: glyphs, now: ContextsFixture.now))
        return screen.plainText
    }
}

/// The list of contexts and its form.
@Suite struct ContextsTests {
    private typealias Fixture = ContextsFixture

    @Test func theListAtEightyBySixteen() throws {
        var state = Fixture.state()
        try state.press("jj")
        #expect(
            state.picture() == """
                ┌ Contexts 3 ──────────────────────────────────────────────────────────────────┐
                │    context             workspace           sign-in            state          │
                │ ●  local               the local engine's  not needed         running        │
                │    prod                wine-prod           azure-cli          read-only      │
                │    wine-dev            wine-dev            default            found          │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │                                                                              │
                │ subscription 0b1f6471-1bf0-4dda-aec3-cb9272f09590 · resource group ml-dev    │
                │ found in /home/ada/wine/config.json: a writes it down                        │
                │ found                                                                        │
                │                                                                              │
                └──────────────────────────────────────────────────────────────────────────────┘
                """)
    }

    @Test func everySizeIsDrawn() throws {
        for rows in [1, 2, 3, 4, 8, 16, 50] {
            for columns in [1, 2, 5, 20, 60, 84, 160] {
                var state = Fixture.state(Size(rows: rows, columns: columns))
                _ = state.picture()
                try state.press("jd")
                _ = state.picture(glyphs: .ascii)
                try state.press("<esc>n<tab>x")
                _ = state.picture()
            }
        }
    }

    @Test func enterUsesAndTheCurrentOneIsSelectedFirst() throws {
        var state = Fixture.state(current: "prod")
        #expect(state.selected == Fixture.prod)
        #expect(try state.press("<enter>j<enter>").effects == [.use("prod"), .use("wine-dev")])
    }

    @Test func aFoundOneIsWrittenDown() throws {
        var state = Fixture.state()
        #expect(try state.press("a").refusals == ["it is written down already"])
        #expect(try state.press("Ga").effects == [.keep("wine-dev")])
        #expect(state.writing == "writing it down: wine-dev")
        #expect(
            try state.press("m").refusals == [
                "the settings are being written (writing it down: wine-dev)"
            ])
        var kept = Fixture.found
        kept.foundIn = nil
        let effects = Contexts.reduce(
            &state,
            .written(words: "added wine-dev", entries: Array(Fixture.all.dropLast()) + [kept]))
        #expect(effects == [.say(text: "added wine-dev", isFailure: false)])
        #expect(state.writing == nil && state.selected == kept)
    }

    @Test func forgettingAsksAndSomeAreNotForgotten() throws {
        var state = Fixture.state()
        #expect(try state.press("d").refusals == ["the local context is always there"])
        #expect(
            try state.press("Gd").refusals == [
                "it is not written down: /home/ada/wine/config.json names it"
            ])
        #expect(try state.press("kd").effects == [])
        #expect(state.picture().contains("Forget this context?"))
        #expect(try state.press("n").effects == [] && state.question == nil)
        #expect(try state.press("dy").effects == [.remove("prod")])
        var inUse = Fixture.state(current: "prod")
        #expect(
            try inUse.press("d").refusals == ["the console is in it: use another one first"])
    }

    @Test func theFormSaysWhatIsMissingAndSendsWhatIsWhole() throws {
        var state = Fixture.state(Size(rows: 16, columns: 80))
        try state.press("ndev<ctrl-s>")
        #expect(state.form?.field == .subscription)
        #expect(state.picture().contains("It is missing."))
        #expect(
            try state.press(
                "0b1f<enter>ml<enter>wine<enter><enter><right><up><up><up><up><up><up><space>"
                    + "<ctrl-s>"
            ).effects
                == [
                    .add(
                        AzureContext(
                            name: "dev",
                            scope: WorkspaceScope(
                                subscriptionID: "0b1f", resourceGroup: "ml", workspace: "wine"),
                            isReadOnly: true, credential: CredentialChoice(.environment)))
                ])
        _ = Contexts.reduce(&state, .writeRefused(failure: Fixture.refused))
        #expect(state.form != nil, "the form is never lost")
        #expect(state.picture().contains("no such key"))
        try state.press("<esc>")
        #expect(state.form == nil)
    }

    @Test(arguments: [
        (CredentialChoice.Kind.automatic, "tenant, client id"),
        (.environment, "tenant, client id, certificate file"),
        (.workloadIdentity, "tenant, client id, token file"),
        (.managedIdentity, "client id, object id, resource id"), (.azureCLI, "tenant"),
        (.deviceCode, "tenant, client id, keep sign-in"), (.token, "token file"),
    ])
    func theFormAsksOnlyForWhatAKindOfSignInNeeds(
        kind: CredentialChoice.Kind, own: String
    ) throws {
        var state = Fixture.state(Size(rows: 28, columns: 100))
        try state.press("n<tab><tab><tab><tab><tab>")
        while state.form?.kind != kind { try state.press("<right>") }
        let fields = try #require(state.form?.fields)
        let labels = fields.dropFirst(6).dropLast(5).map(\.label).joined(separator: ", ")
        #expect(labels == own)
        let picture = state.picture()
        for field in fields { #expect(picture.contains(field.label), "\(field.label)") }
        #expect(Set(fields).isSuperset(of: [.cloud, .managementURL, .caFile, .readOnly]))
    }

    @Test func everythingOfTheFormGoesIntoTheContextAndNothingOfAnotherKind() throws {
        var state = Fixture.state(Size(rows: 28, columns: 100))
        try state.press("ndev<tab>0b1f<tab>ml<tab>wine<tab><right><tab>")
        while state.form?.kind != .environment { try state.press("<right>") }
        try state.press("<tab>T<tab>C<tab>/k/cert.pem<tab>")
        try state.press("https://arm.example/<tab>https://login.example<tab>https://ml.example")
        try state.press("<tab>/k/ca.pem")
        var context = AzureContext(
            name: "dev",
            scope: WorkspaceScope(subscriptionID: "0b1f", resourceGroup: "ml", workspace: "wine"),
            cloud: .usGovernment, armURL: "https://arm.example",
            loginURL: "https://login.example", machineLearningAudience: "https://ml.example",
            caFile: "/k/ca.pem",
            credential: CredentialChoice(
                .environment, tenantID: "T", clientID: "C", certificateFile: "/k/cert.pem"))
        #expect(state.form?.context == context)
        state.form?.kind = .token
        context.credential = CredentialChoice(.token)
        #expect(try state.press("<ctrl-s>").effects == [.add(context)])
    }

    @Test func aSecretIsRefusedAndVeiled() throws {
        var state = Fixture.state(Size(rows: 28, columns: 100))
        try state.press("ndev<tab>0b1f<tab>ml<tab>wine<tab><tab>")
        while state.form?.kind != .token { try state.press("<right>") }
        let token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl"
        try state.press("<tab>\(token)")
        #expect(!state.picture().contains("eyJ"))
        #expect(state.picture().contains("This is a secret, not a file's name."))
        #expect(try state.press("<ctrl-s>").effects == [])
        #expect(DraftSecrets.masked("Bearer \(token)!") == "Bearer ***!")
        #expect(DraftSecrets.masked("eyJ.a.b and eyJust") == "eyJ.a.b and eyJust")
    }

    @Test func lettersGoIntoTheFormAndEscapeClosesIt() throws {
        var state = Fixture.state()
        try state.press("nqd")
        #expect(Contexts.keys.isTyping(in: state))
        #expect(state.form?.texts[.name]?.value == "qd")
        try state.press("<esc>")
        #expect(!Contexts.keys.isTyping(in: state))
    }

    @Test func whatWasTypedIsKeptUntilItIsWrittenDown() throws {
        var state = Fixture.state()
        try state.press("nqd<tab>0b1f<esc>")
        #expect(state.form == nil)
        try state.press("n")
        #expect(state.form?.texts[.name]?.value == "qd")
        #expect(state.form?.texts[.subscription]?.value == "0b1f")
        _ = Contexts.reduce(&state, .written(words: "qd is added", entries: Fixture.all))
        try state.press("n")
        #expect(state.form == Contexts.Form())
    }

    @Test func settingsThatCannotBeReadAreSaidInWords() {
        var state = Contexts.State(current: "local")
        state.resized(to: Size(rows: 16, columns: 80))
        _ = Contexts.reduce(&state, .listRefused(failure: Fixture.refused))
        #expect(state.picture().contains("config.yml:3: no such key."))
    }
}

/// Moving the console, and signing in.
@Suite struct AppContextsTests {
    private typealias Fixture = ContextsFixture
    private static let question = SignInQuestion(
        page: "https://microsoft.com/devicelogin", code: "K7QPX2MRD",
        expiresAt: AppTests.now + .seconds(900))

    private static func begun() -> App.State {
        var state = AppTests.begun()
        _ = App.reduce(&state, .contexts(.listed(entries: Fixture.all)))
        return state
    }

    @Test func choosingAContextEmptiesTheConsoleAndKeepsWhatIsThePersons() throws {
        var state = Self.begun()
        try state.press("n<esc>C")
        #expect(state.place == .contexts)
        #expect(!state.forms.isEmpty)
        let effects = try state.press("j<enter>")
        #expect(effects == [.useContext(name: "prod")])
        #expect(state.contextName == "prod")
        #expect(state.path == [.endpoints])
        #expect(state.endpoints.knownEndpoints.isEmpty && state.tracked.isEmpty)
        #expect(state.forms.isEmpty && state.isReadOnly, "prod is read-only")
        #expect(state.connection.value == nil)
        #expect(state.notices.first?.text == "in prod now")
        let picture = App.view(state).plainText
        #expect(picture.contains("prod ▸ endpoints") && !picture.contains("digits-batch"))
        try state.press("Ck<enter>")
        #expect(state.contextName == "local" && !state.isReadOnly)
        #expect(!state.forms.isEmpty, "a form that was not sent is found again")
    }

    @Test func aContextThatIsBeingMadeUpIsFoundAgainOnTheWayBack() throws {
        var state = Self.begun()
        try state.press("Cnqd<esc><esc>")
        #expect(state.contextList == nil)
        try state.press("Cn")
        #expect(state.contextList?.form?.texts[.name]?.value == "qd")
    }

    @Test func theDoctorOfAnotherContextLooksWithoutMovingThere() throws {
        var state = Self.begun()
        #expect(try state.press("Cj").isEmpty == false)
        #expect(try state.press("D") == [.doctor(.examineOther(context: "prod"))])
        #expect(state.path == [.endpoints, .contexts, .doctor] && state.contextName == "local")
        #expect(App.view(state).plainText.contains("Doctor: prod"))
        let check = DoctorCheck("sign-in", .problem, "nobody is signed in")
        _ = App.reduce(&state, .doctor(.found(check: check)))
        #expect(App.view(state).plainText.contains("nobody is signed in"))
        #expect(try state.press("r") == [.doctor(.examineOther(context: "prod"))])
        #expect(try state.press("<esc>") == [.doctor(.stopExamining)])
        #expect(try state.press("kD") == [.doctor(.examine)])
        #expect(App.view(state).plainText.contains("Doctor: local"))
    }

    @Test func nothingIsBrokenOffByMoving() throws {
        var state = Self.begun()
        try state.press("n")
        state.forms[App.FormKey(endpoint: "digits-batch", deployment: nil)]?.phase = .sending
        try state.press("<ctrl-p>context prod<enter>")
        #expect(state.contextName == "local")
        #expect(App.view(state).plainText.contains("a job is being submitted here"))
    }

    @Test func aReadOnlyContextSaysSo() throws {
        var state = Self.begun()
        try state.press("Cj<enter>")
        _ = App.reduce(&state, .started(lastSeen: AppTests.lastSeen, at: AppTests.now))
        try state.press("<tab>jd")
        #expect(App.view(state).plainText.contains("the context prod is read-only"))
    }

    @Test func thePaletteLearnsOfContextsWhileItIsOpen() throws {
        var state = AppTests.begun()
        #expect(try state.press(":context pr") == [.contexts(.load)])
        #expect(state.palette?.found.contains { $0.command.text == "context prod" } == false)
        _ = App.reduce(&state, .contexts(.listed(entries: Fixture.all)))
        #expect(state.palette?.selected?.text == "context prod")
        #expect(try state.press("<enter>").contains(.useContext(name: "prod")))
    }

    @Test func aPersonIsToldWhatToDoAndMayCopyIt() throws {
        var state = Self.begun()
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        let picture = App.view(state).plainText
        #expect(picture.contains("https://microsoft.com/devicelogin"))
        #expect(picture.contains("K7QPX2MRD") && picture.contains("good for 15:00"))
        #expect(try state.press("y") == [.copy(text: "K7QPX2MRD")])
        #expect(try state.press("p") == [.copy(text: "https://microsoft.com/devicelogin")])
        try state.press("<esc>J")
        #expect(state.place == .jobs(nil), "the box is hidden and gives nothing up")
        #expect(App.view(state).plainText(row: 0).contains("sign-in (C)"))
        let info = try #require(AppTests.lastSeen.connection)
        _ = App.reduce(&state, .connected(info: info, at: AppTests.now))
        #expect(state.signIn == nil)
        #expect(state.notices.first?.text == "signed in to local")
    }

    @Test func givingUpAsksNobodyUntilTheContextIsChosenAgain() throws {
        var state = Self.begun()
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        let effects = try state.press("<ctrl-x>")
        let failure = try #require(state.connection.failure)
        #expect(effects == [.stopAsking(because: failure)])
        #expect(failure.kind == .unauthorized)
        #expect(state.signIn == nil)
        try state.press("C")
        #expect(App.view(state).plainText.contains("sign-in needed"))
        #expect(try state.press("<enter>").contains(.useContext(name: "local")))
    }

    @Test func aCodeThatExpiresEndsTheSignInByItself() {
        var state = Self.begun()
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        #expect(App.tickInterval(state) == .seconds(1))
        let effects = App.reduce(&state, .ticked(at: Self.question.expiresAt))
        #expect(effects.contains { if case .stopAsking = $0 { true } else { false } })
        #expect(App.view(state).plainText.contains("the code expired"))
    }

    @Test func theCodeIsInNoRecording() throws {
        let action = App.Action.signInAsked(question: Self.question)
        let text = String(decoding: try WireJSON.encode(action), as: UTF8.self)
        #expect(!text.contains("K7QPX2MRD") && text.contains("devicelogin"))
        let read = try WireJSON.decode(App.Action.self, from: Array(text.utf8))
        #expect(read != action)
    }

    @Test func everySizeShowsTheSignIn() {
        var state = Self.begun()
        _ = App.reduce(&state, .signInAsked(question: Self.question))
        for rows in [1, 2, 3, 4, 8, 16, 50] {
            for columns in [1, 2, 5, 20, 60, 84, 160] {
                _ = App.reduce(&state, .resized(size: Size(rows: rows, columns: columns)))
                #expect(App.view(state).size == Size(rows: rows, columns: columns))
            }
        }
        _ = App.reduce(&state, .resized(size: Size(rows: 16, columns: 60)))
        let picture = App.view(state).plainText
        #expect(picture.contains("K7QPX2MRD") && picture.contains("devicelogin"))
    }
}
