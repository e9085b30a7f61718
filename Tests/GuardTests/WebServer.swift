import Foundation
import Linux
import Testing

/// An nginx that serves a folder by WebDAV to everybody, with two workers, on a Unix socket.
final class WebServer {
    private let home: String
    private let folder: String
    private let process = Process()

    static let program = "/usr/sbin/nginx"

    /// Whether it is installed, with WebDAV.
    static let isInstalled: Bool = {
        let told = try? GuardedRange.runPath("/bin/sh", ["-c", program + " -V 2>&1"])
        return told?.output.contains("http_dav_module") ?? false
    }()

    /// Serves `folder`, a range of which all but the folder itself becomes its user's; what it writes
    /// lies beside it until it is whole.
    init(home: String, serving folder: String) throws {
        (self.home, self.folder) = (home + "/nginx", folder)
        try FileManager.default.createDirectory(
            atPath: self.home, withIntermediateDirectories: false)
        let owned = try GuardedRange.sh(
            "chown -R www-data: \(self.home) && find \(folder) -mindepth 1 "
                + "! -name .kanaria-attack-range -exec chown www-data: {} + && chmod 755 \(folder)")
        try #require(owned == 0)
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map {
            "\($0)_temp_path \(self.home)/\($0);"
        }.joined(separator: " ")
        try """
        daemon off; worker_processes 2; user www-data; pid \(self.home)/pid;
        events { worker_connections 64; }
        http {
          access_log off; \(temporary)
          server {
            listen unix:\(self.home)/socket; root \(folder); client_max_body_size 64m;
            dav_methods PUT DELETE MKCOL COPY MOVE;
          }
        }
        """.write(toFile: self.home + "/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: Self.program)
        process.arguments = ["-e", self.home + "/errors", "-c", self.home + "/nginx.conf"]
        try process.run()
        let end = Clock.monotonicNanoseconds + 20_000_000_000
        while workers.count < 2 || (try? request([["GET", "/"]])) == [0] {
            try #require(Clock.monotonicNanoseconds < end, "nginx does not answer")
            Clock.sleep(nanoseconds: 5_000_000)
        }
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }

    var main: Int32 { process.processIdentifier }

    var workers: [Int32] { ProcessTable.children(of: main).sorted() }

    /// Makes each request over a connection of its own: method, path, and where to copy.
    ///
    /// `PUT` sends random bytes. Returns the status codes; 0 where there was no answer.
    func request(_ requests: [[String]]) throws -> [Int] {
        let script = """
            import http.client, json, os, socket, sys, urllib.parse
            class Connection(http.client.HTTPConnection):
                def connect(self):
                    self.sock = socket.socket(socket.AF_UNIX)
                    self.sock.connect(sys.argv[1])
            codes = []
            for method, path, *places in json.loads(sys.argv[2]):
                try:
                    link = Connection('localhost')
                    body = os.urandom(20000) if method == 'PUT' else None
                    headers = {'Destination': urllib.parse.quote(place) for place in places}
                    link.request(method, urllib.parse.quote(path), body, headers)
                    codes.append(link.getresponse().status)
                except (OSError, http.client.HTTPException): codes.append(0)
            print(json.dumps(codes))
            """
        let list = String(decoding: try JSONEncoder().encode(requests), as: UTF8.self)
        let told = try GuardedRange.runPath(
            "/usr/bin/env", ["python3", "-c", script, home + "/socket", list])
        return try JSONDecoder().decode([Int].self, from: Data(told.output.utf8))
    }

    /// Puts random bytes over files of the folder.
    func put(_ files: [String]) throws -> [Int] {
        try request(files.map { ["PUT", String($0.dropFirst(folder.count))] })
    }

    /// Writes one file of the folder over another one, in place.
    func copy(_ file: String, over other: String) throws -> Int? {
        let paths = [file, other].map { String($0.dropFirst(folder.count)) }
        return try request([["COPY"] + paths]).first
    }
}
