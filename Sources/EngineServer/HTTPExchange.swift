import BatchEngine
import BatchModel
import Hummingbird
import HummingbirdCore

/// One request carried from the socket to the engine and its answer back.
struct HTTPExchange: Sendable {
    /// Bodies of refused requests above this are not read to their end: the connection is closed instead.
    static let drainLimitBytes: Int64 = 1 << 20
    /// A piece of a file on its way out.
    static let pieceBytes = 256 << 10

    /// Ends a connection whose rest is not worth reading.
    struct Closed: Error {}

    /// Ends the reading of a body that comes in drops.
    struct TooSlow: Error, CustomStringConvertible {
        let limit: Duration
        var description: String { "it took longer than \(limit.components.seconds) seconds" }
    }

    let engine: Engine
    let gate: RequestGate
    /// How long a small body may take. One byte now and then is no silence, so nothing else would end it; a blob on a thin
    /// line may take its time.
    let patience: Duration

    /// Answers a request.
    func answer(_ request: Request, _ writer: consuming ResponseWriter) async throws {
        let isHead = request.head.method == .head
        let end = ContinuousClock.now + patience
        let headers = EngineHeaders(request.headers.map { ($0.name.canonicalName, $0.value) })
        switch gate.judge(Self.head(of: request, headers), now: EngineClock.now) {
        case .refuse(let refusal):
            let response = EngineResponse.refusal(
                status: refusal.status, code: refusal.code, message: refusal.message,
                isStorageHost: refusal.isStorageHost)
            try await write(response, isHead: isHead, writer)
            if refusal.code == RequestGate.badTarget || Self.mayBeLong(headers) { throw Closed() }
            // Read here what is left: the server itself would wait for it without end.
            for try await _ in request.body where ContinuousClock.now > end { throw Closed() }
        case .pass(let method, let address, let isStorageHost):
            if headers["expect"]?.lowercased() == "100-continue" {
                try await writer.writeInformationalHead(HTTPResponse(status: .continue))
            }
            let path = request.head.path ?? "/"
            let isByName = address.host == EngineAddress.storageHost
            let target = isStorageHost && !isByName ? EngineAddress.belowAccount(path) : path
            let response = await engine.respond(
                to: EngineRequest(
                    method, target ?? path, headers: headers,
                    isStorageHost: isStorageHost, address: address,
                    body: body(of: request, headers, until: isStorageHost ? nil : end)))
            try await write(response, isHead: isHead, writer)
            let isSlow = !isStorageHost && ContinuousClock.now > end
            if response.status >= 400, isSlow || Self.mayBeLong(headers) { throw Closed() }
        }
    }

    // MARK: - In

    private static func head(
        of request: Request, _ headers: EngineHeaders
    ) -> RequestGate.Head {
        // The first Host became the authority; a second one stays among the fields.
        var hosts = headers.fields.filter { $0.name == "host" }.map(\.value)
        if let authority = request.head.authority { hosts.append(authority) }
        return RequestGate.Head(
            method: request.head.method.rawValue, target: request.head.path ?? "", hosts: hosts,
            origin: headers["origin"], fetchSite: headers["sec-fetch-site"],
            authorization: headers["authorization"], headers: headers)
    }

    private func body(
        of request: Request, _ headers: EngineHeaders, until end: ContinuousClock.Instant?
    ) -> EngineBody {
        let length = headers["content-length"].flatMap { Int64($0) }
        if length == nil && headers["transfer-encoding"] == nil { return EngineBody() }
        let stream = request.body
        let patience = patience
        return EngineBody(length: length) { consume in
            for try await buffer in stream {
                if let end, ContinuousClock.now > end { throw TooSlow(limit: patience) }
                try buffer.withUnsafeReadableBytes(consume)
            }
        }
    }

    private static func mayBeLong(_ headers: EngineHeaders) -> Bool {
        if headers["transfer-encoding"] != nil { return true }
        let length = headers["content-length"].flatMap { Int64($0) } ?? 0
        return length > drainLimitBytes
    }

    // MARK: - Out

    private func write(
        _ response: EngineResponse, isHead: Bool, _ writer: consuming ResponseWriter
    ) async throws {
        var fields = HTTPFields()
        for field in response.headers.fields {
            guard let name = HTTPFields.Element.Name(field.name) else { continue }
            fields[name] = field.value
        }
        let hasBody = !isHead && response.status != 304 && response.status != 204
        switch response.body {
        case .none:
            // Without a length the answer to HEAD would be framed in chunks, and the last chunk be taken for the next answer.
            if hasBody || (isHead && fields[.contentLength] == nil) { fields[.contentLength] = "0" }
            try await writer.writeResponse(head(response, fields))
        case .bytes(let bytes):
            if fields[.contentLength] == nil { fields[.contentLength] = String(bytes.count) }
            let body = hasBody ? ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)) : ResponseBody()
            try await writer.write(response: head(response, fields), body: body)
        case .file(let file, let offset, let length):
            fields[.contentLength] = String(length)
            guard hasBody, length > 0 else {
                try await writer.writeResponse(head(response, fields))
                return
            }
            var out = try await writer.writeHead(head(response, fields))
            var done: Int64 = 0
            while done < length {
                let piece = Self.piece(of: file, at: offset + done, upTo: length - done)
                // A file that shrank under us cannot keep the length it promised.
                guard piece.readableBytes > 0 else { throw Closed() }
                done += Int64(piece.readableBytes)
                try await out.write(piece)
            }
            try await out.finish(nil)
        }
    }

    private func head(_ response: EngineResponse, _ fields: HTTPFields) -> HTTPResponse {
        HTTPResponse(status: HTTPResponse.Status(code: response.status), headerFields: fields)
    }

    private static func piece(
        of file: OpenFile, at offset: Int64, upTo length: Int64
    ) -> ByteBuffer {
        let wanted = Int(min(Int64(pieceBytes), length))
        var buffer = ByteBufferAllocator().buffer(capacity: wanted)
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { space in
            file.read(into: UnsafeMutableRawBufferPointer(rebasing: space[..<wanted]), at: offset)
        }
        return buffer
    }
}
