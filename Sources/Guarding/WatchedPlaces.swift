internal import Linux

/// Which folders the watched paths lead to, to notice an unmounting or a folder made anew.
struct WatchedPlaces: Equatable {
    private struct Place: Equatable {
        var mount: UInt64
        var device: UInt64
        var inode: UInt64

        init?(_ path: String) {
            guard let folder = try? FileDescriptor.open(BytePath(path), [.pathOnly, .directory]),
                let status = try? folder.status(), let mount = try? folder.mountNumber()
            else { return nil }
            (self.mount, device, inode) = (mount, status.device, status.inode)
        }
    }

    private let places: [Place?]

    init(_ folders: [String]) {
        places = folders.map { Place($0) }
    }
}
