internal import Contents
internal import Linux

/// The file that an observation was about.
struct Subject: Sendable {
    var file: FileHandle
    var path: BytePath?
    var opinion: Opinion?
}
