public import Linux

/// The kernel's interface that a sensor is built on.
public enum SensorKind: String, Sendable, Equatable {
    case fanotify, inotify
}

/// Watches files and tells what happened to them; the rest of the guard can't tell which it is.
public protocol Sensor: ~Copyable {
    /// The kernel's interface behind it.
    var kind: SensorKind { get }

    /// Whether the last reading left nothing waiting, so that all that happened before was told.
    var isDrained: Bool { get }

    /// What beneath the watched folders is not seen, each with the reason.
    var uncovered: [SensorError] { get }

    /// Makes `set` say `token` when events wait.
    borrowing func wait(in set: borrowing Epoll, token: UInt64) throws(Errno)

    /// Reports changes of a canary's content and attributes at once.
    mutating func guardCanary(_ path: BytePath) throws(SensorError)

    /// Ends that for what is no canary any more; `path` is where it is now, if anywhere.
    mutating func unguardCanary(_ file: FileHandle, at path: BytePath?)

    /// Starts or ends a window in which every write is reported, not only what ends a change.
    mutating func setReportsWrites(_ on: Bool)

    /// Hands every waiting event to `body`; returns how many records were read.
    mutating func read(_ body: (borrowing FileEvent) -> Void) throws(SensorError) -> Int
}
