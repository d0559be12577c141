import BatchClient
import BatchModel
import ConsoleCore

// Transfers, and what the doctor finds.

extension EffectRunner {
    /// Tells of every change of the list of transfers, until the console ends or connects anew.
    func watchTransfers() {
        named("transfers") { [answer] client in
            for await records in client.transfers.watch() {
                answer(.transfers(.listed(records: records)))
            }
        }
    }

    func perform(_ effect: Transfers.Effect) {
        switch effect {
        case .giveUp(let id):
            order { client async throws(ServiceFailure) in
                try await client.transfers.giveUp(id)
            }
        case .forget(let ids):
            order { client async throws(ServiceFailure) in
                for id in ids { try await client.transfers.forget(id) }
            }
        case .register(let plan):
            ask {
                client async throws(ServiceFailure) in
                try await client.control.putData(plan) { _ in }
            } then: {
                .transfers(.assetMade(version: $0))
            } or: {
                .transfers(.refused(failure: $0))
            }
        case .download, .fillForm, .open, .copy, .say: break
        }
    }

    /// What is done shows in the list that is watched; only a refusal is an answer.
    private func order(
        _ body: @escaping @Sendable (BatchClient) async throws(ServiceFailure) -> Void
    ) {
        loose { [answer] client async throws(ServiceFailure) in
            do throws(ServiceFailure) {
                try await body(client)
            } catch {
                answer(.transfers(.refused(failure: error)))
            }
        }
    }

    func perform(_ effect: Doctor.Effect) {
        switch effect {
        case .examine: examine { [self] () throws(ServiceFailure) in try client() }
        case .examineOther: preconditionFailure("the session knows how to make that client")
        case .stopExamining: named("doctor", nil)
        case .copy: break
        }
    }

    /// A client that cannot be made is a finding like any other.
    func examine(_ makeClient: @escaping MakeClient) {
        keep("doctor") { [self] in
            let checks: AsyncStream<DoctorCheck>
            do throws(ServiceFailure) {
                checks = try makeClient().doctor()
            } catch {
                checks = DoctorRound.told([DoctorCheck("settings", error)])
            }
            for await check in checks {
                guard !Task.isCancelled else { return }
                answer(.doctor(.found(check: check)))
            }
            if !Task.isCancelled { answer(.doctor(.ended)) }
        }
    }
}
