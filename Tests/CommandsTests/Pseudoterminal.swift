import Foundation

/// Runs a program at a terminal of its own and answers its questions.
struct Pseudoterminal: Decodable {
    /// Exit code; minus the signal that ended it.
    var code: Int32
    /// Everything that stood on the screen.
    var screen: String
    /// Whether typed text was shown, at the moment of each question.
    var echoes: [Bool]
    /// Whether typed text is shown after the end.
    var echoesAfterwards: Bool

    /// What to do at a question.
    enum Answer {
        case line(String)
        case signal(Int32)

        fileprivate var text: String {
            switch self {
            case .line(let text): "line:" + text
            case .signal(let number): "signal:\(number)"
            }
        }
    }

    /// Waits for a text that ends with `: ` before each answer.
    init(_ command: [String], in folder: String, _ answers: [Answer]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments =
            ["-c", driver, "\(answers.count)"] + answers.map(\.text) + command
        process.currentDirectoryURL = URL(filePath: folder)
        var environment = ProcessInfo.processInfo.environment
        environment["LC_ALL"] = "C.UTF-8"
        process.environment = environment
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        self = try JSONDecoder().decode(Self.self, from: data)
    }

    private enum CodingKeys: CodingKey { case code, screen, echoes, echoesAfterwards }
}

/// Prompts end with `: `; echo is looked at when the prompt is there, which is after it was set.
private let driver = """
    import fcntl, json, os, pty, signal, subprocess, sys, termios
    count = int(sys.argv[1])
    answers, command = sys.argv[2:2 + count], sys.argv[2 + count:]
    master, slave = pty.openpty()
    def echo():
        return bool(termios.tcgetattr(slave)[3] & termios.ECHO)
    def own():
        signal.pthread_sigmask(signal.SIG_SETMASK, [])
        os.setsid()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, preexec_fn=own)
    screen, echoes, seen = b'', [], 0
    for answer in answers:
        while not screen[seen:].endswith(b': '):
            screen += os.read(master, 4096)
        seen = len(screen)
        echoes.append(echo())
        kind, _, text = answer.partition(':')
        if kind == 'line':
            os.write(master, text.encode() + b'\\n')
        else:
            os.kill(child.pid, int(text))
    code = child.wait()
    after = echo()
    os.close(slave)
    while True:
        try:
            more = os.read(master, 4096)
        except OSError:
            break
        if not more:
            break
        screen += more
    print(json.dumps({'code': code, 'screen': screen.decode(errors='replace'),
                      'echoes': echoes, 'echoesAfterwards': after}))
    """
