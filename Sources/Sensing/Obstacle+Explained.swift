internal import Linux
public import Messages

extension SensorError.Obstacle {
    /// What stands in the way, after the name of the file system.
    public var problem: Message {
        switch self {
        case .noFileHandles:
            Message(
                en: "which gives its files no handles, so it cannot be watched as a whole",
                ja: "ファイルハンドルを持たないため、全体を監視できません")
        case .noIdentifier:
            Message(
                en: "which has no identifier, so it cannot be watched as a whole",
                ja: "ファイルシステム ID を持たないため、全体を監視できません")
        case .subvolume(let error):
            Message(
                en: "in a subvolume whose top level cannot be reached: \(error)",
                ja: "そのサブボリュームの最上位を開けません: \(error)")
        }
    }

    /// What to do about it.
    public var hint: Message {
        switch self {
        case .noFileHandles:
            Message(
                en: "mount an overlayfs with index=on,nfs_export=on, or watch its upper folder",
                ja: "overlayfs は index=on,nfs_export=on でマウントするか、upperdir を監視してください")
        case .noIdentifier:
            Message(
                en: "run the guard on the machine that holds the disks",
                ja: "ディスクを持つサーバー側でガードを動かしてください")
        case .subvolume:
            Message(
                en: "mount the top level (subvolid=5) somewhere and start the guard again",
                ja: "最上位 (subvolid=5) をどこかにマウントし、ガードを再起動してください")
        }
    }
}
