internal import Linux

/// The last two suffixes of a name, where the one before tells a kind of file and the last does not.
///
/// `report.docx.abc` has them, `report.docx` and `archive.tar.gz` have not.
struct AddedSuffix: Equatable {
    let added: String

    init?(_ name: BytePath) {
        let suffix = name.suffix
        guard !suffix.isEmpty, let text = String(validating: suffix, as: UTF8.self),
            !Self.known.contains(text)
        else { return nil }
        let rest = BytePath(name.bytes.dropLast(suffix.count + 1))
        guard Self.known.contains(String(decoding: rest.suffix, as: UTF8.self)) else { return nil }
        added = text
    }

    /// Suffixes of what a file server holds, and those that honest programs add to others.
    private static let known = Set(
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
}
