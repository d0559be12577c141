import BatchModel
import Testing

@testable import DraftFile

/// `config.yml`: read with file and line, changed without touching what is not ours.
@Suite struct ContextsFileTests {
    private let text = """
        # mine
        theme: dark   # and this
        current_context: one

        contexts:
        - name: one
          subscription_id: 0000
          resource_group: cellar
          workspace_name: tasting
          cloud: azureusgovernment
          read_only: true
          credential: managed-identity
          client_id: 1-2
        # the second
        - name: two
          subscription_id: "0001"
          resource_group: cellar
          workspace_name: other
          arm_url: https://arm.example/
          token_fd: 3
        keys: {a: b}
        """

    private func read(_ yaml: String) throws -> ContextsFile {
        let parsed = ContextsFile.parse(yaml: yaml, file: "config.yml")
        return try #require(parsed.value, "\(parsed.problems)")
    }

    private let three = AzureContext(
        name: "three",
        scope: WorkspaceScope(subscriptionID: "3", resourceGroup: "my-group(1)", workspace: "ws"),
        armURL: "https://arm.test:8443", isReadOnly: true,
        credential: CredentialChoice(.deviceCode, tenantID: "t", isCached: true))

    @Test func everySettingIsRead() throws {
        let file = try read(text)
        #expect(file.current == "one")
        let one = try #require(file.context("one"))
        #expect(one.scope.subscriptionID == "0000")
        #expect(one.cloud == .usGovernment)
        #expect(one.isReadOnly)
        #expect(one.credential == CredentialChoice(.managedIdentity, clientID: "1-2"))
        let two = try #require(file.context("two"))
        #expect(two.managementURL == "https://arm.example")
        #expect(two.credential.tokenDescriptor == 3)
        #expect(try read("# nothing\n\n") == ContextsFile())
    }

    @Test func mistakesCarryFileAndLine() {
        let broken = """
            contexts:
            - name: local
              subscription_id: 1
              resource_group: g
              workspace_name: w
              credential: password
              arm_url: http://far.example
            - name: two
              cloud: Moon
            - just text
            """
        let problems = ContextsFile.parse(yaml: broken, file: "c.yml").errors.map(\.message)
        #expect(problems.contains { $0.hasPrefix("c.yml:2: 'local' cannot be") })
        #expect(problems.contains { $0.hasPrefix("c.yml:6: contexts[0].credential is password") })
        #expect(problems.contains { $0.hasPrefix("c.yml:7: arm_url is http://far.example") })
        #expect(problems.contains { $0.hasPrefix("c.yml:9: cloud is Moon") })
        #expect(problems.contains { $0.contains("contexts[1].subscription_id is missing") })
        #expect(problems.contains { $0.hasPrefix("c.yml:10: contexts[2] must hold") })
        let twice = text.replacing("name: two", with: "name: one")
        #expect(ContextsFile.parse(yaml: twice, file: "c.yml").value == nil)
    }

    @Test func aContextIsAddedBehindTheOthersAndAllElseStays() throws {
        let added = try ContextsFile.adding(three, to: text, file: "config.yml")
        #expect(try read(added).contexts == read(text).contexts + [three])
        for kept in ["# mine", "theme: dark   # and this", "# the second", "keys: {a: b}"] {
            #expect(added.contains(kept), "\(kept)")
        }
        let fresh = try ContextsFile.adding(three, to: "", file: "config.yml")
        #expect(try read(fresh).contexts == [three])
    }

    @Test func aContextIsRemovedWithItsLinesAlone() throws {
        let rest = try ContextsFile.removing("one", from: text, file: "config.yml")
        #expect(try read(rest).contexts.map(\.name) == ["two"])
        #expect(!rest.contains("tasting"))
        #expect(rest.contains("keys: {a: b}"))
        let none = try ContextsFile.removing("two", from: rest, file: "config.yml")
        #expect(try read(none).contexts.isEmpty)
        #expect(try ContextsFile.removing("x", from: text, file: "config.yml") == text)
    }

    @Test func theCurrentContextIsChangedInItsLine() throws {
        let used = try ContextsFile.using("two", in: text, file: "config.yml")
        #expect(used == text.replacing("current_context: one", with: "current_context: two") + "\n")
        let none = try ContextsFile.using(nil, in: text, file: "config.yml")
        #expect(try read(none).current == nil)
        #expect(try read(ContextsFile.using("a", in: "", file: "config.yml")).current == "a")
    }

    @Test func aFileInFlowStyleIsChangedToo() throws {
        let flow = """
            {theme: dark, contexts: [{name: one, subscription_id: 1, resource_group: g,
              workspace_name: w}]}
            """
        let added = try ContextsFile.adding(three, to: flow, file: "config.yml")
        #expect(try read(added).contexts.map(\.name) == ["one", "three"])
        #expect(added.contains("theme"))
        let used = try ContextsFile.using("one", in: flow, file: "config.yml")
        #expect(try read(used).current == "one")
        let gone = try ContextsFile.removing("one", from: flow, file: "config.yml")
        #expect(try read(gone).contexts.isEmpty)
    }
}
