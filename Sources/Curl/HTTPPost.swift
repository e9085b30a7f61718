internal import CCurl

/// Why a request has no answer.
public struct TransferError: Error, Equatable, Sendable {
    /// The number that libcurl gives, `CURLE_*`.
    public var code: Int32
    /// What it says, in English.
    public var text: String
}

/// One request with a body, by libcurl.
public struct HTTPPost: Sendable, Equatable {
    /// Where it goes.
    public var url: String
    /// Lines of the header, `Name: value`.
    public var headers: [String]
    /// The body.
    public var body: [UInt8]
    /// A file with the certificates to trust instead of the system's; nil for these.
    public var certificates: String?
    /// How long everything may take.
    public var milliseconds: Int

    /// Composes one; nothing is sent yet.
    public init(
        url: String, headers: [String], body: [UInt8], certificates: String?, milliseconds: Int
    ) {
        (self.url, self.headers, self.body) = (url, headers, body)
        (self.certificates, self.milliseconds) = (certificates, milliseconds)
    }

    /// What has to be set up before the first thread starts.
    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    /// Sends it and waits; redirects are not followed, and the answer's body is thrown away.
    ///
    /// - Returns: the status, 100...599.
    /// - Throws: `TransferError` where no answer came in time, or the other side is not the one
    ///   that its certificate has to name.
    public func send() throws(TransferError) -> Int {
        guard Self.isReady, let curl = unsafe curl_easy_init() else {
            throw TransferError(code: Int32(CURLE_FAILED_INIT.rawValue), text: "no libcurl")
        }
        defer { unsafe curl_easy_cleanup(curl) }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { unsafe curl_slist_free_all(list) }
        // Without the last, a long body would wait for leave to be sent.
        for header in headers + ["Expect:"] { unsafe list = curl_slist_append(list, header) }
        _ = unsafe k_curl_set_pointer(curl, CURLOPT_HTTPHEADER, list)
        unsafe set(curl)
        let result = unsafe body.withUnsafeBufferPointer { bytes in
            _ = unsafe k_curl_set_long(curl, CURLOPT_POSTFIELDSIZE, bytes.count)
            // Must stay until the transfer ended.
            _ = unsafe k_curl_set_pointer(curl, CURLOPT_POSTFIELDS, bytes.baseAddress)
            return unsafe curl_easy_perform(curl)
        }
        guard result == CURLE_OK else {
            let text = unsafe curl_easy_strerror(result).map { unsafe String(cString: $0) }
            throw TransferError(code: Int32(result.rawValue), text: text ?? "")
        }
        var status = 0
        _ = unsafe k_curl_status(curl, &status)
        return status
    }

    private func set(_ curl: UnsafeMutableRawPointer) {
        _ = unsafe url.withCString { unsafe k_curl_set_pointer(curl, CURLOPT_URL, $0) }
        _ = unsafe "https,http".withCString {
            unsafe k_curl_set_pointer(curl, CURLOPT_PROTOCOLS_STR, $0)
        }
        if let certificates {
            _ = unsafe certificates.withCString {
                unsafe k_curl_set_pointer(curl, CURLOPT_CAINFO, $0)
            }
        }
        _ = unsafe k_curl_set_long(curl, CURLOPT_POST, 1)
        _ = unsafe k_curl_set_long(curl, CURLOPT_NOSIGNAL, 1)
        _ = unsafe k_curl_set_long(curl, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        _ = unsafe k_curl_set_long(curl, CURLOPT_CONNECTTIMEOUT_MS, milliseconds / 2)
        _ = unsafe k_curl_set_long(curl, CURLOPT_TIMEOUT_MS, milliseconds)
        _ = unsafe k_curl_set_writer(curl) { _, size, count, _ in size * count }
    }
}
