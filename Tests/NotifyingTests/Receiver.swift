import Foundation

/// A service that is told by HTTP: it checks each signature by itself, and behaves as it is told.
///
/// Its script shares no code with what it receives from.
final class Receiver {
    let url: String
    private let server: PythonServer
    private let log: String

    static let secret =
        "whsec_" + Data("0123456789abcdefghijklmnopqrstuv".utf8).base64EncodedString()

    /// One request as it came.
    struct Seen: Decodable, Equatable {
        var id: String
        var status: Int
        var isAuthentic: Bool
        var action: String
    }

    private static let script = """
        import base64, hashlib, hmac, json, ssl, sys, time
        from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
        log, secret, answers, certificate = sys.argv[1:]
        answers = json.loads(answers)
        key = base64.b64decode(secret.removeprefix('whsec_'))
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers['content-length']))
                answer = answers.pop(0) if len(answers) > 1 else answers[0]
                if answer == 'drop': return
                if answer == 'hang': time.sleep(3600)
                if answer == 'slow': time.sleep(1)
                status = answer if isinstance(answer, int) else 204
                stamp = self.headers['webhook-timestamp']
                signed = f"{self.headers['webhook-id']}.{stamp}.".encode() + body
                tag = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
                seen = dict(id=self.headers['webhook-id'], status=status,
                    action=json.loads(body)['event.action'],
                    isAuthentic='v1,' + tag in self.headers['webhook-signature'].split(' ')
                        and abs(time.time() - int(stamp)) < 300)
                with open(log, 'a') as file: file.write(json.dumps(seen) + '\\n')
                if answer == 'late': time.sleep(3600)
                self.send_response(status)
                self.send_header('content-length', '0')
                self.end_headers()
            def log_message(self, *words): pass
        server = ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    /// Listens on this machine.
    ///
    /// `answers` is JSON: statuses, or "slow", "hang", "drop", "late"; the last one for all others.
    /// `certificate` is a file with certificate and key, for https.
    init(home: String, answers: String = "[204]", certificate: String = "") throws {
        log = home + "/received"
        server = try PythonServer(Self.script, [log, Self.secret, answers, certificate])
        url = (certificate.isEmpty ? "http" : "https") + "://localhost:\(server.port)/alerts"
    }

    /// What came so far.
    var seen: [Seen] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Seen.self, from: Data($0.utf8))
        }
    }
}
