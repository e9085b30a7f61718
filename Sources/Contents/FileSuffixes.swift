/// What the end of a name promises, behind its last dot.
public enum FileSuffixes {
    /// Suffixes of what a file server holds, and those that honest programs add to others.
    public static let common = Set(
        """
        7z aac accdb age ai aes aiff arrow asc asice asp aspx avi avif backup bak bam bin bmp bz2 c cab cer \
        cfg class com conf cpp crt csr css csv dat db dbf dcm deb der dll dmg doc docm docx dot \
        dotx dwg dxf edf eml eps epub exe fasta fastq feather flac fods gif gpg gz h h5 hdf5 heic \
        heif hl7 htm html ico ics img ini iso java jar jp2 jpeg jpg js json jtd key ldf log lz4 lzma m4a \
        m4v mat md mdb mdf mid mkv mov mp3 mp4 mpeg mpg msg msi nii npy npz odg odp ods odt ogg \
        old one orig ost otf p12 p7m p7s parquet part pdf pem pfx pgp php png pot potx pps ppsx \
        ppt pptm pptx ps psd pst pub py pyc qcow2 rar raw rdp rpm rtf sh sig sln so sql sqlite sqlite3 svg swp \
        tar tbz tgz tif tiff tmp torrent ts tsv ttf txt txz vbk vcf vdi vhd vhdx vib vmdk vsd \
        vsdx war wav webm webp whl wma wmv woff woff2 wps xls xlsb xlsm xlsx xml xps xz yaml yml z \
        zip zst
        """.split(separator: " ").map(String.init))

    /// The format that a suffix promises.
    ///
    /// - Parameter suffix: without the dot, in any case.
    /// - Returns: the format; nil where it promises none that is recognised.
    public static func kind(of suffix: String) -> Kind? { kinds[suffix.lowercased()] }

    private static let kinds: [String: Kind] = {
        var kinds: [String: Kind] = [:]
        for (kind, suffixes) in table {
            for suffix in suffixes.split(separator: " ") { kinds[String(suffix)] = kind }
        }
        return kinds
    }()

    private static let table: [(Kind, String)] = [
        (.officeOpenXML, "docx docm dotx xlsx xlsm pptx pptm potx ppsx vsdx"),
        (.openDocument, "odt ods odp odg"), (.javaArchive, "jar war"), (.zip, "zip epub whl npz"),
        (.gzip, "gz tgz"), (.xz, "xz txz"), (.zstd, "zst"), (.bzip2, "bz2 tbz"), (.lz4, "lz4"),
        (.sevenZip, "7z"), (.rar, "rar"), (.tar, "tar"), (.debianPackage, "deb"),
        (.cabinet, "cab"), (.pdf, "pdf"), (.ole, "doc dot xls ppt pps msg msi"), (.rtf, "rtf"),
        (.postScript, "ps eps"), (.xml, "xml"), (.html, "htm html"), (.json, "json"),
        (.svg, "svg"), (.csv, "csv"), (.pem, "pem"), (.personalFolders, "pst ost"),
        (.png, "png"), (.jpeg, "jpg jpeg"), (.gif, "gif"), (.tiff, "tif tiff"), (.bmp, "bmp"),
        (.icon, "ico"), (.photoshop, "psd"), (.jpeg2000, "jp2"), (.webp, "webp"), (.wave, "wav"),
        (.avi, "avi"), (.isoMedia, "mp4 m4a m4v mov"), (.heif, "heic heif avif"), (.ogg, "ogg"),
        (.flac, "flac"), (.mp3, "mp3"), (.midi, "mid"), (.matroska, "mkv webm"), (.dicom, "dcm"),
        (.nifti, "nii"), (.europeanData, "edf"), (.hdf5, "h5 hdf5"), (.matlab, "mat"),
        (.parquet, "parquet"), (.arrow, "arrow feather"), (.numpy, "npy"),
        (.sqlite, "sqlite sqlite3"), (.elf, "so"), (.portableExecutable, "exe dll"),
        (.javaClass, "class"), (.font, "ttf otf"), (.webFont, "woff woff2"),
        (.textASCII, "txt c cpp h java js md py php sh sql tsv yaml yml ini conf cfg log"),
        (.mail, "eml"), (.hl7, "hl7"), (.openPGP, "gpg pgp"), (.age, "age"),
    ]
}
