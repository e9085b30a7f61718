/// Runs a program on which the kernel refuses `fanotify_init`, as an old one does.
enum OldKernel {
    /// Python; arguments: name of the error, program, its arguments.
    ///
    /// The filter: load the number of the call; if it is that one, return the error, else allow.
    static let script = """
        import ctypes, errno, os, platform, struct, sys
        number = {"x86_64": 300, "aarch64": 262}[platform.machine()]
        refuse, allow = 0x00050000 | getattr(errno, sys.argv[1]), 0x7fff0000
        rules = [(0x20, 0, 0, 0), (0x15, 0, 1, number), (0x06, 0, 0, refuse), (0x06, 0, 0, allow)]
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *r) for r in rules))
        program = ctypes.create_string_buffer(
            struct.pack("HxxxxxxQ", len(rules), ctypes.addressof(code)))
        prctl = ctypes.CDLL(None, use_errno=True).prctl
        no_new_privileges, seccomp, filtered = 38, 22, 2
        if prctl(no_new_privileges, 1, 0, 0, 0) or prctl(seccomp, filtered, program, 0, 0):
            sys.exit(ctypes.get_errno())
        os.execv(sys.argv[2], sys.argv[2:])
        """
}
