internal import CLinux

/// A POSIX access control list, as the kernel keeps it with a file.
public struct AccessList: Hashable, Sendable {
    /// What a list is for.
    public enum Purpose: String, Sendable {
        /// Who may use the file.
        case access = "system.posix_acl_access"
        /// What is made in the folder begins with it.
        case inherited = "system.posix_acl_default"
    }

    /// A number for the version, then a tag, permissions and an identity for each entry.
    ///
    /// Source: linux/posix_acl_xattr.h.
    let bytes: [UInt8]

    private static let headerCount = 4
    private static let entryCount = 8
    private static let permissionsOffset = 2

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The same without the right to execute, as it suits a document.
    public var withoutExecution: AccessList {
        var bytes = bytes
        var entry = Self.headerCount
        while entry + Self.entryCount <= bytes.count {
            bytes[entry + Self.permissionsOffset] &= 6
            entry += Self.entryCount
        }
        return AccessList(bytes)
    }
}

extension FileDescriptor {
    /// The list of a file in this folder, of the folder itself with `.`; nil where it has none.
    ///
    /// Follows no symbolic link, and does not open the file.
    public func accessList(
        of name: BytePath, for purpose: AccessList.Purpose = .access
    ) throws(Errno) -> AccessList? {
        let path = BytePath("/proc/self/fd/\(rawValue)").appending(name)
        // More does not fit into an extended attribute. Source: XATTR_SIZE_MAX in linux/limits.h.
        var buffer = [UInt8](repeating: 0, count: 65536)
        do throws(Errno) {
            let count = try retrying {
                unsafe path.withCString { path in
                    unsafe buffer.withUnsafeMutableBytes {
                        unsafe lgetxattr(path, purpose.rawValue, $0.baseAddress, $0.count)
                    }
                }
            }
            return AccessList(Array(buffer[..<count]))
        } catch {
            if error == .noData || error == .notSupported { return nil }
            throw error
        }
    }

    /// Gives this file a list, which sets its permission bits as well; takes it away with nil.
    public func setAccessList(
        _ list: AccessList?, for purpose: AccessList.Purpose = .access
    ) throws(Errno) {
        let number = rawValue
        if let bytes = list?.bytes {
            try retrying {
                unsafe bytes.withUnsafeBytes {
                    unsafe fsetxattr(number, purpose.rawValue, $0.baseAddress, $0.count, 0)
                }
            }
            return
        }
        do throws(Errno) {
            try retrying { unsafe fremovexattr(number, purpose.rawValue) }
        } catch {
            if error != .noData, error != .notSupported { throw error }
        }
    }
}
