import BatchModel
import Testing

@testable import BatchClient

@Suite struct FailureTranslationTests {
    struct Case: Sendable {
        var status: Int
        var headers: [(name: String, value: String)] = []
        var body: String
        var kind: ServiceFailure.Kind
        var code: String?
        var text: String
        var advice = ""
    }

    private static let envelope = Case(
        status: 404,
        body: """
            {"error":{"code":"NotFound","message":"The specified resource was not found.",
            "details":[{"code":"NoSuchEndpoint","message":"There is no endpoint with name: x"}]}}
            """, kind: .notFound, code: "NoSuchEndpoint",
        text: "The specified resource was not found. There is no endpoint with name: x")
    private static let nested = Case(
        status: 400,
        body: """
            {"error":{"code":"UserError","message":"Bad.","details":[{"code":"x",
            "message":"{\\"error\\":{\\"code\\":\\"Deep\\",\\"message\\":\\"The real reason.\\"}}"}]}}
            """, kind: .rejected, code: "x", text: "The real reason.")
    private static let inner = Case(
        status: 400,
        body: """
            {"error":{"code":"UserError","message":"No.","additionalInfo":[{"type":"InnerError",
            "info":{"value":{"code":"BadArgument","innerError":{
            "code":"CancelPipelineRunInTerminalStatus","innerError":null}}}}]}}
            """, kind: .rejected, code: "CancelPipelineRunInTerminalStatus", text: "No.",
        advice: "nothing to stop")
    private static let plain = [
        Case(
            status: 403, body: "Microsoft Entra Token denied by policy, please review\u{1B}[31m",
            kind: .unauthorized, text: "denied by policy, please review [31m",
            advice: "AzureML Data Scientist"),
        Case(
            status: 401, body: "Audiences in Jwt are not allowed", kind: .unauthorized,
            text: "Audiences in Jwt", advice: "https://ml.azure.com"),
        Case(status: 504, body: "upstream request timeout", kind: .timedOut, text: "upstream"),
        Case(status: 502, body: "", kind: .unexpected, text: "no explanation"),
        Case(
            status: 404, body: "No valid deployments to route to. Please check", kind: .notFound,
            text: "No valid deployments", advice: "--deployment"),
    ]
    private static let others = [
        Case(
            status: 403,
            body:
                "\u{FEFF}<?xml version=\"1.0\"?><Error><Code>AuthorizationFailure</Code><Message>Not &lt;you&gt;.\nRequestId:1</Message></Error>",
            kind: .unauthorized, code: "AuthorizationFailure", text: "Not <you>.",
            advice: "network rules"),
        Case(
            status: 404, headers: [("x-ms-error-code", "BlobNotFound")], body: "",
            kind: .notFound, code: "BlobNotFound", text: "no explanation"),
        Case(
            status: 400,
            body: "{\"error\":\"invalid_client\",\"error_description\":\"AADSTS700: wrong\"}",
            kind: .rejected, code: "invalid_client", text: "AADSTS700"),
        Case(status: 409, body: "{\"error\":{\"message\":\"x\"}}", kind: .conflict, text: "x"),
    ]

    @Test(arguments: [envelope, nested, inner] + plain + others)
    func refusalsAreReadInAllTheirDresses(given: Case) {
        let answer = ServiceAnswer(
            status: given.status, headers: given.headers + [("x-ms-request-id", "r-1")],
            bytes: Array(given.body.utf8))
        let failure = FailureTranslation.failure(answer, operation: "do it")
        #expect(failure.kind == given.kind)
        #expect(failure.serviceCode == given.code)
        #expect(failure.detail.contains(given.text), "\(failure.detail)")
        #expect(failure.advice.contains(given.advice), "\(failure.advice)")
        #expect(failure.detail.hasPrefix("the service answered \(given.status)"))
        #expect(failure.requestID == "r-1")
    }

    @Test func rawTextIsCutAtTwoKilobytes() {
        let answer = ServiceAnswer(
            status: 400, headers: [], bytes: Array(repeating: 0x61, count: 10_000))
        let failure = FailureTranslation.failure(answer, operation: "do it")
        #expect(failure.detail.count < 2200)
    }

    @Test func datesAreWrittenAndReadBack() {
        let text = "Mon, 23 Nov 2026 00:40:06 GMT"
        let time = HTTPDate.read(text)
        #expect(time?.iso8601 == "2026-11-23T00:40:06.000000Z")
        #expect(time.map(HTTPDate.text) == text)
        #expect(HTTPDate.read("23 Nov 2026") == nil)
    }

    @Test func randomIDsAreVersionFourUUIDs() {
        let id = Array(RandomID.uuid())
        #expect(id.count == 36)
        #expect([8, 13, 18, 23].allSatisfy { id[$0] == "-" })
        #expect(id[14] == "4")
        #expect("89ab".contains(id[19]))
    }
}
