import BatchModel
import Testing

@testable import BatchEngine

/// The graph  a ─▶ c ─▶ d,  b ─▶ c  and  e  beside, as a pure value.
@Suite struct PipelineMachineTests {
    private static func machine(continues: Bool = true) -> PipelineMachine {
        PipelineMachine(
            names: ["a", "b", "c", "d", "e"], dependencies: [[], [], [0, 1], [2], []],
            continuesOnFailure: continues)
    }

    private static func running(continues: Bool = true) -> PipelineMachine {
        var machine = machine(continues: continues)
        _ = machine.accepted()
        return machine
    }

    private func queued(_ step: Int) -> PipelineMachine.Order {
        .enterStep(step, .queued, message: nil)
    }

    @Test func aNewJobQueuesWhatNeedsNothing() {
        var machine = Self.machine()
        #expect(
            machine.accepted() == [
                .enter([.provisioning, .queued]), queued(0), queued(1), queued(4),
            ])
        #expect(machine.hasQueued)
        #expect(machine.phase == .queued)
    }

    @Test func slotsGoToStepsInTheOrderOfTheFile() {
        var machine = Self.running()
        let first = machine.granted()
        #expect(first?.step == 0)
        #expect(first?.orders == [.enter([.running])])
        #expect(machine.granted()?.step == 1)
        let third = machine.granted()
        #expect(third?.step == 4)
        #expect(third?.orders.isEmpty == true)
        #expect(machine.granted() == nil)
        #expect(!machine.hasQueued)
    }

    @Test func aStepIsReadyOnceTheEndOfAllItNeedsIsStored() {
        var machine = Self.running()
        for _ in 0..<3 { _ = machine.granted() }
        #expect(machine.exited(0, .completed) == [.storeStep(0, .completed, message: nil)])
        #expect(machine.stored(0).isEmpty)
        #expect(machine.exited(1, .completed) == [.storeStep(1, .completed, message: nil)])
        #expect(!machine.hasQueued)
        #expect(machine.stored(1) == [queued(2)])
        #expect(machine.granted()?.step == 2)
    }

    @Test func aStepThatSomebodyElseKilledRunsAgainAFewTimes() {
        var machine = Self.running()
        for _ in 0..<JobLimits().killsForgiven {
            #expect(machine.granted()?.step == 0)
            #expect(machine.exited(0, .killed("why")) == [queued(0)])
            #expect(machine.hasQueued)
        }
        #expect(machine.granted()?.step == 0)
        #expect(machine.exited(0, .killed("why")) == [.storeStep(0, .failed, message: "why")])
    }

    @Test func aStepKilledBecauseTheJobStopsDoesNotRunAgain() {
        var machine = Self.running()
        _ = machine.granted()
        _ = machine.cancelRequested()
        let orders = machine.exited(0, .killed("why"))
        #expect(
            orders == [.storeStep(0, .canceled, message: "The job was canceled.")])
        #expect(!machine.hasQueued)
    }

    @Test func allStepsDoneIsTheEnd() {
        var machine = PipelineMachine(
            names: ["only"], dependencies: [[]], continuesOnFailure: true)
        _ = machine.accepted()
        _ = machine.granted()
        _ = machine.exited(0, .completed)
        #expect(machine.stored(0) == [.enter([.finalizing]), .end(.completed, message: nil)])
        #expect(machine.phase == .ended)
        #expect(machine.stored(0).isEmpty)
        #expect(machine.cancelRequested() == nil)
    }

    @Test func aFailureCancelsWhatNeedsItAndNothingElse() {
        var machine = Self.running()
        for _ in 0..<3 { _ = machine.granted() }
        #expect(machine.exited(1, .failed("why")) == [.storeStep(1, .failed, message: "why")])
        let orders = machine.stored(1)
        #expect(orders.count == 2)
        #expect(
            machine.steps == [
                .running, .ended(.failed), .ended(.canceled), .ended(.canceled), .running,
            ])
        _ = machine.exited(0, .completed)
        #expect(machine.stored(0).isEmpty)
        _ = machine.exited(4, .completed)
        #expect(
            machine.stored(4) == [
                .end(.failed, message: "Pipeline has failed child jobs. Failed nodes: /b. why")
            ])
    }

    @Test func theFirstFailureIsTheOneThatIsNamed() {
        var machine = Self.running()
        for _ in 0..<3 { _ = machine.granted() }
        _ = machine.exited(4, .failed("first"))
        _ = machine.exited(0, .failed("second"))
        _ = machine.stored(4)
        _ = machine.stored(0)
        #expect(machine.firstFailure == .init(step: 4, reason: "first"))
        _ = machine.exited(1, .completed)
        guard case .end(.failed, let message?)? = machine.stored(1).last else {
            Issue.record("the job has not ended")
            return
        }
        #expect(message.contains("/e. first"))
    }

    @Test func aFailureStopsEverythingWhenTheJobDoesNotContinue() {
        var machine = Self.running(continues: false)
        _ = machine.granted()
        _ = machine.granted()
        _ = machine.exited(0, .failed("why"))
        let orders = machine.stored(0)
        #expect(orders.last == .killSteps)
        #expect(machine.steps[4] == .ended(.canceled))
        #expect(!machine.hasQueued)
        guard
            case .storeStep(1, .canceled, let reason?)? = machine.exited(1, .failed("killed")).first
        else {
            Issue.record("the killed step is not canceled")
            return
        }
        #expect(reason.contains("the step a failed"))
        #expect(
            machine.stored(1) == [
                .end(.failed, message: "Pipeline has failed child jobs. Failed nodes: /a. why")
            ])
    }

    @Test func aStepThatCompletesWhileTheJobStopsStaysCompleted() {
        var machine = Self.running()
        _ = machine.granted()
        _ = machine.cancelRequested()
        #expect(machine.exited(0, .completed) == [.storeStep(0, .completed, message: nil)])
        #expect(machine.stored(0) == [.end(.canceled, message: nil)])
    }

    @Test func aCancelBeforeAnyStepEndsTheJobAtOnce() {
        var machine = Self.running()
        let orders = machine.cancelRequested()
        #expect(orders?.first == .enter([.cancelRequested]))
        #expect(orders?.last == .end(.canceled, message: nil))
        #expect(orders?.count == 7)
        #expect(machine.granted() == nil)
    }

    @Test func aSecondCancelGivesNoOrders() {
        var machine = Self.running()
        _ = machine.granted()
        #expect(machine.cancelRequested()?.last == .killSteps)
        #expect(machine.cancelRequested() == [])
    }

    @Test func aCancelComesTooLateForAJobThatFails() {
        var machine = Self.running()
        _ = machine.granted()
        #expect(machine.broke("disk").last == .killSteps)
        #expect(machine.cancelRequested() == nil)
        #expect(machine.broke("again").isEmpty)
    }

    @Test func aContinuedJobRunsOnlyWhatHadNotEnded() {
        var machine = Self.machine()
        let orders = machine.resumed(
            as: .running,
            steps: [
                (.completed, nil), (.running, nil), (.notStarted, nil), (.notStarted, nil),
                (.completed, nil),
            ])
        #expect(orders == [queued(1)])
        #expect(machine.phase == .running)
        #expect(machine.granted()?.step == 1)
    }

    @Test func aContinuedJobThatHadFailedStopsIfItDoesNotContinue() {
        var machine = Self.machine(continues: false)
        let orders = machine.resumed(
            as: .running,
            steps: [
                (.failed, "why"), (.running, nil), (.notStarted, nil), (.notStarted, nil),
                (.completed, nil),
            ])
        guard case .end(.failed, let message?)? = orders.last else {
            Issue.record("the job has not ended")
            return
        }
        #expect(message.contains("/a. why"))
        #expect(machine.steps[1] == .ended(.canceled))
    }

    @Test func aContinuedJobWhoseStepsHadAllEndedEnds() {
        var machine = Self.machine()
        let orders = machine.resumed(
            as: .finalizing, steps: Array(repeating: (.completed, nil), count: 5))
        #expect(orders == [.enter([.finalizing]), .end(.completed, message: nil)])
    }

    @Test func aJobStoredButNeverBegunBegins() {
        var machine = Self.machine()
        let orders = machine.resumed(
            as: .preparing, steps: Array(repeating: (.notStarted, nil), count: 5))
        #expect(orders.first == .enter([.provisioning, .queued]))
        #expect(orders.count == 4)
    }

    @Test func eventsThatComeLateGiveNoOrders() {
        var machine = Self.running()
        #expect(machine.exited(0, .completed).isEmpty)
        #expect(machine.stored(0).isEmpty)
        _ = machine.granted()
        _ = machine.exited(0, .completed)
        #expect(machine.exited(0, .failed("again")).isEmpty)
    }
}
