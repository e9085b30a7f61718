import Foundation

/// An SMTP server that keeps what it was sent, and answers as it is told.
final class MailServer {
    private let server: PythonServer
    private let log: String

    var port: Int { server.port }

    /// One mail as it came, in its envelope.
    struct Seen: Decodable, Equatable {
        var sender: String
        var recipients: [String]
        var subject: String
        var id: String
        var text: String
        /// Of any line, in bytes and without its end.
        var longestLine: Int
    }

    private static let script = """
        import asyncio, email, email.policy, json, sys
        from aiosmtpd.smtp import SMTP
        log, answers = sys.argv[1], json.loads(sys.argv[2])
        class Handler:
            async def handle_DATA(self, server, session, envelope):
                mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
                seen = dict(sender=envelope.mail_from, recipients=envelope.rcpt_tos,
                    subject=str(mail['subject']), id=str(mail['message-id']),
                    text=mail.get_content(),
                    longestLine=max(map(len, envelope.content.split(b'\\r\\n'))))
                with open(log, 'a') as file: file.write(json.dumps(seen) + '\\n')
                return answers.pop(0) if len(answers) > 1 else answers[0]
        async def serve():
            loop = asyncio.get_running_loop()
            server = await loop.create_server(
                lambda: SMTP(Handler(), loop=loop), '127.0.0.1', 0)
            print(server.sockets[0].getsockname()[1], flush=True)
            await server.serve_forever()
        asyncio.run(serve())
        """

    /// Listens on this machine; `answers` are those to whole mails, the last one for all others.
    init(home: String, answers: [String] = ["250 OK"]) throws {
        log = home + "/mails"
        let told = String(decoding: try JSONEncoder().encode(answers), as: UTF8.self)
        server = try PythonServer(Self.script, [log, told])
    }

    /// Listens no longer.
    func end() { server.end() }

    /// What came so far.
    var seen: [Seen] {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(separator: "\n").compactMap {
            try? JSONDecoder().decode(Seen.self, from: Data($0.utf8))
        }
    }
}
