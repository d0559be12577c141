import BatchModel

/// What the row of an accepted job of either kind holds, written out.
///
/// Made before the committer is asked. Its one thread stores the jobs of all requests in turn; the writing out, which takes
/// longer, is done by as many at once as there are cores.
struct JobEntry: Sendable {
    /// The job as it is read back.
    let job: Job
    /// Its one step; a pipeline job's own name.
    let step: JobStep.ID
    let isPipeline: Bool
    let repeatabilityID: String?
    /// The order, as JSON.
    let plan: String
    /// Tags and properties of the job, as JSON.
    let tags: String, properties: String

    init(_ order: JobOrder, at now: Timestamp) throws {
        job = Job(
            id: order.id, displayName: order.displayName, endpoint: order.endpoint,
            deployment: order.deployment, experimentName: order.experimentName,
            status: .preparing, createdAt: now,
            timeline: [StatusChange(status: .preparing, at: now)], tags: order.tags,
            properties: order.properties, inputs: order.inputs, outputs: order.outputs)
        step = order.step
        isPipeline = false
        repeatabilityID = order.repeatabilityID
        plan = try JobTable.planText(order)
        (tags, properties) = (JSONText.print(job.tags), JSONText.print(job.properties))
    }

    init(_ order: PipelineOrder, at now: Timestamp) throws {
        job = Job(
            id: order.id, displayName: order.displayName, endpoint: order.endpoint,
            deployment: order.deployment, experimentName: order.experimentName,
            status: .preparing, createdAt: now,
            timeline: [StatusChange(status: .preparing, at: now)], tags: order.tags,
            properties: order.properties, inputs: order.inputs, outputs: order.outputs)
        step = JobStep.ID(order.id.rawValue)
        isPipeline = true
        repeatabilityID = order.repeatabilityID
        plan = try JobTable.planText(order)
        (tags, properties) = (JSONText.print(job.tags), JSONText.print(job.properties))
    }
}
