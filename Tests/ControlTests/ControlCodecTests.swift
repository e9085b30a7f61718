import Control
import Linux
import Messages
import Testing

private let requests: [ControlRequest] = [
    .status, .incidents(limit: 1), .incidents(limit: 1_000), .release(id: "20261123-1"),
    .kill(id: "a_B.9"), .canariesList(offset: 0, limit: 1_000),
    .canariesPlant(isDryRun: true), .canariesRetire(isDryRun: false), .reload,
    .journalTail(count: 20),
]

private func replies() -> [ControlReply] {
    let odd = CarriedPath(BytePath([0x2f, 0xff, 0x0a]))
    var status = StatusReport(
        version: "1", pid: 7, mode: "kill", policyName: "n", sensor: "inotify")
    status.degraded = [Degradation(code: "no-fanotify", text: Message(en: "e", ja: "理由"))]
    status.watched = [CarriedPath("/srv/ファイル"), odd]
    status.events = .max
    status.lastEventAt = UnixTime(milliseconds: 1_795_000_000_123)
    var actor = ActorReport(pid: 9, executable: CarriedPath("/bin/x"), user: "root")
    actor.command = ["x", "--all"]
    actor.ancestors = [AncestorReport(pid: 1, executable: CarriedPath("/sbin/init"))]
    var incident = IncidentReport(
        id: "i1", at: UnixTime(milliseconds: -1), reason: "canary", actor: actor, state: .frozen)
    var file = FileReport(path: odd, contentClass: "uniform", weight: 5.5)
    file.entropy = 7.99
    incident.files = [file]
    incident.decisionMicroseconds = 120
    incident.stoppedProcesses = [9, 10]
    let time = UnixTime(milliseconds: 1_795_000_000_123)
    var client = ClientReport(
        address: "2001:db8::7", port: 50_000, servicePort: 445, service: "smb")
    client.blockedUntil = time
    incident.clients = [client]
    incident.sessions = [SessionReport(user: "看護師", machine: "ward-3", shares: ["病棟"])]
    (incident.actedAs, incident.endedBy) = (1000, PersonReport(user: 0, login: nil, at: time))
    status.blocks = [
        BlockReport(
            address: "192.0.2.7", ports: [139, 445], incident: "i1", until: time, isFiltered: true)
    ]
    let quarantine = QuarantineReport(
        user: "看護師", sid: "S-1-22-1-2001", incident: "i1", until: time)
    (incident.quarantine, status.quarantines) = (quarantine, [quarantine])
    let message = Message(en: "line\nfeed", ja: "改行")
    return [
        .status(report: status), .incidents(reports: [incident]), .incidents(reports: []),
        .done(text: message), .canaries(reports: [CanaryReport(path: odd, state: .changed)]),
        .planting(report: PlantingReport(state: .running)), .retired(report: RetirementReport()),
        .journal(lines: ["{\"a\":1}", ""]), .refused(reason: message),
    ]
}

@Test("a request comes back as it was", arguments: requests)
func requestRoundTrip(_ request: ControlRequest) throws {
    let line = try ControlCodec.encode(request)
    #expect(line.count { $0 == 0x0a } == 1 && line.last == 0x0a)
    #expect(try ControlCodec.request(from: line.dropLast()) == request)
}

@Test("a reply comes back as it was", arguments: replies())
func replyRoundTrip(_ reply: ControlReply) throws {
    let line = try ControlCodec.encode(reply)
    #expect(line.count { $0 == 0x0a } == 1 && line.last == 0x0a)
    #expect(try ControlCodec.reply(from: line.dropLast()) == reply)
}

@Test(
    "the form on the wire stays",
    arguments: [
        (
            ControlReply.canaries(reports: [CanaryReport(path: CarriedPath("/a b"), state: .intact)]
            ),
            #"{"canaries":{"reports":[{"path":{"path":"/a b"},"state":"intact"}]}}"#
        ),
        (
            .canaries(reports: [
                CanaryReport(path: CarriedPath(BytePath([0x2f, 0xff])), state: .missing)
            ]),
            #"{"canaries":{"reports":[{"path":{"path":"/\\xff","rawPath":"L/8="},"state":"missing"}]}}"#
        ),
        (.done(text: Message(en: "e", ja: "j")), #"{"done":{"text":{"en":"e","ja":"j"}}}"#),
    ])
func wireForm(reply: ControlReply, json: String) throws {
    #expect(String(decoding: try ControlCodec.encode(reply), as: UTF8.self) == json + "\n")
}

@Test(
    "junk is refused",
    arguments: [
        "", "null", "[]", "{}", "status", #"{"stop":{}}"#, #"{"status":{},"reload":{}}"#,
        #"{"incidents":{}}"#, #"{"incidents":{"limit":"1"}}"#, #"{"incidents":{"limit":1.5}}"#,
        #"{"incidents":{"limit":99999999999999999999}}"#, #"{"status":{}} x"#, #"{"status":{}"#,
        #"{"status":{}}\u{0}"#, String(repeating: "[", count: 100_000),
    ])
func junk(_ text: String) {
    #expect(throws: ControlError.malformed) { try ControlCodec.request(from: Array(text.utf8)) }
}

@Test("bytes that are not UTF-8 are refused")
func notUTF8() {
    let line = Array(#"{"release":{"id":"a"#.utf8) + [0xff] + Array(#""}}"#.utf8)
    #expect(throws: ControlError.malformed) { try ControlCodec.request(from: line) }
}

@Test(
    "numbers and names out of range are refused in both directions",
    arguments: [
        (ControlRequest.incidents(limit: 0), ControlError.outOfRange(field: "limit", value: 0)),
        (.incidents(limit: 1_001), .outOfRange(field: "limit", value: 1_001)),
        (.canariesList(offset: 0, limit: 0), .outOfRange(field: "limit", value: 0)),
        (.canariesList(offset: -1, limit: 1), .outOfRange(field: "offset", value: -1)),
        (.journalTail(count: -1), .outOfRange(field: "count", value: -1)),
        (.release(id: ""), .badIdentifier), (.kill(id: "../x"), .badIdentifier),
        (.kill(id: String(repeating: "a", count: 65)), .badIdentifier),
    ])
func outOfRange(request: ControlRequest, error: ControlError) {
    #expect(throws: error) { try ControlCodec.encode(request) }
    #expect(!error.problem.ja.isEmpty)
}

@Test("an out-of-range request is refused when it is read")
func outOfRangeRead() {
    #expect(throws: ControlError.outOfRange(field: "limit", value: 0)) {
        try ControlCodec.request(from: Array(#"{"incidents":{"limit":0}}"#.utf8))
    }
}

@Test("what does not fit or has no form in JSON is not written")
func unwritable() {
    let long = String(repeating: "a", count: ControlCodec.maximumLineByteCount)
    #expect(throws: ControlError.lineTooLong(limit: ControlCodec.maximumLineByteCount)) {
        try ControlCodec.encode(ControlReply.journal(lines: [long]))
    }
    var status = StatusReport(version: "", pid: 0, mode: "", policyName: "", sensor: "")
    status.cpuPercent = .nan
    #expect(throws: ControlError.unencodable) {
        try ControlCodec.encode(ControlReply.status(report: status))
    }
}

@Test(
    "raw bytes that are not those of the text are refused",
    arguments: [
        #"{"path":"/a","rawPath":"L/8="}"#, #"{"path":"/\\xff","rawPath":"*"}"#,
        #"{"path":"/","rawPath":"LwA="}"#,
    ])
func lyingPath(_ path: String) {
    let line = #"{"canaries":{"reports":[{"path":\#(path),"state":"intact"}]}}"#
    #expect(throws: ControlError.malformed) { try ControlCodec.reply(from: Array(line.utf8)) }
}
