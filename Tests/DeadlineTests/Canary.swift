import Linux

/// A file in a folder of its own, removed with the value.
struct Canary: ~Copyable {
    let file: BytePath
    let output: BytePath
    private let folder: BytePath

    init() throws(Errno) {
        folder = BytePath("/tmp/deadline-\(ProcessHandle.own)-\(Clock.monotonicNanoseconds)")
        file = folder.appending("canary.txt")
        output = folder.appending("output")
        try FileDescriptor.open(folder.parent, [.readOnly, .directory])
            .makeDirectory(folder.lastComponent)
        try FileDescriptor.open(file, [.writeOnly, .create]).writeAll([1, 2, 3].span)
    }

    deinit {
        guard let directory = try? FileDescriptor.open(folder, [.readOnly, .directory]),
            let above = try? FileDescriptor.open(folder.parent, [.readOnly, .directory])
        else { return }
        try? directory.remove(file.lastComponent)
        try? directory.remove(output.lastComponent)
        try? above.remove(folder.lastComponent, directory: true)
    }
}
