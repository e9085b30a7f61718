extension Walker {
    /// Follows a small content that is in memory already, such as a decoded text.
    static func walk(_ bytes: [UInt8]) -> Walk {
        let budget = ReadingBudget(
            readByteCount: 4 << 20, decodedByteCount: 1 << 18, stepCount: 2000)
        var walker = Walker(MemorySource(bytes), budget: budget)
        return walker.walk()
    }

    /// Recognises a format by the file's head and follows its structure.
    mutating func walk() -> Walk {
        let head = input.bytes(at: 0, count: Constants.blockByteCount)
        let recognition = recognise(head: head.span, fileByteCount: UInt64(input.byteCount))
        var walk: Walk
        switch recognition.structure {
        case .encryptedContainer: walk = .encrypted(recognition.kind)
        case .broken: walk = .broken(recognition.kind, .field)
        case .none: walk = walkUnsigned(head.span)
        case .recognised: walk = follow(recognition.kind)
        }
        // Zeros stood for what the budget did not allow to be read.
        if input.isExhausted, walk.finding == .broken { walk = .walked(walk.kind) }
        return walk
    }

    private mutating func follow(_ kind: Kind) -> Walk {
        switch kind {
        case .zip: walkZip()
        case .gzip: walkGzip()
        case .xz: walkXz()
        case .zstd: walkZstandard()
        case .bzip2: walkBzip2()
        case .lz4: walkLZ4()
        case .zlib: walkZlib()
        case .sevenZip: walkSevenZip()
        case .rar: walkRar()
        case .tar: walkTar()
        case .ar: walkAr()
        case .cabinet: walkCabinet()
        case .gitPack: walkGitPack()
        case .pdf: walkPDF()
        case .ole: walkOLE()
        case .personalFolders: walkPersonalFolders()
        case .sqlite: walkSQLite()
        default: followMedia(kind)
        }
    }

    private mutating func followMedia(_ kind: Kind) -> Walk {
        switch kind {
        case .png: walkPNG()
        case .jpeg: walkJPEG()
        case .gif: walkGIF()
        case .tiff: walkTIFF()
        case .bmp: walkBitmap()
        case .icon: walkIcon()
        case .photoshop: walkPhotoshop()
        case .jpeg2000: walkJPEG2000()
        case .riff: walkRIFF()
        case .isoMedia: walkISOMedia()
        case .matroska: walkMatroska()
        case .ogg: walkOgg()
        case .flac: walkFLAC()
        case .mp3: walkMP3()
        case .midi: walkMIDI()
        case .openEXR: walkOpenEXR()
        case .mpeg: walkMPEG()
        default: followScience(kind)
        }
    }

    private mutating func followScience(_ kind: Kind) -> Walk {
        switch kind {
        case .dicom: walkDICOM()
        case .nifti: walkNIfTI()
        case .europeanData: walkEuropeanData()
        case .hdf5: walkHDF5()
        case .fits: walkFITS()
        case .der: walkDER()
        case .parquet: walkParquet()
        case .arrow: walkArrow()
        case .matlab: walkMATLAB()
        case .numpy: walkNumPy()
        case .elf: walkELF()
        case .portableExecutable: walkPortableExecutable()
        case .javaClass: walkJavaClass()
        case .wasm: walkWebAssembly()
        case .messageCatalogue: walkMessageCatalogue()
        case .pythonCode: walkPythonCode()
        case .font: walkFont()
        case .typeOneFont: walkTypeOneFont()
        case .iconCollection: walkIconCollection()
        case .webFont: walkWebFont()
        default: followFrames(kind)
        }
    }

    private mutating func followFrames(_ kind: Kind) -> Walk {
        switch kind {
        case .transportStream: walkTransportStream()
        case .gsm: walkGSM()
        case .adts: walkADTS()
        case .flashVideo: walkFlashVideo()
        case .aiff: walkAIFF()
        case .asf: walkASF()
        case .packetCapture: walkCapture()
        case .optionROM: walkOptionROM()
        default: .magicOnly(kind)
        }
    }

    /// Formats that no four bytes tell.
    private mutating func walkUnsigned(_ head: Span<UInt8>) -> Walk {
        if head.byte(0) == 0x30 { return walkDER() }
        if input.byteCount > 34_816, input.has("CD001", at: 32_769) { return walkDisc() }
        return head.has("#!") ? walkScriptedZip(head) : .none
    }

    /// A script in front of an archive, as Python's zipapp writes; the script has to be short text.
    private mutating func walkScriptedZip(_ head: Span<UInt8>) -> Walk {
        guard let start = head.find("PK\u{3}\u{4}", within: head.count) else { return .none }
        var text = TextCandidates.utf8
        var counts = Histogram()
        counts.add(bytes: head.extracting(0..<start))
        text.narrow(by: head.extracting(0..<start), at: 0, counts: counts)
        guard !text.isEmpty else { return .none }
        let walk = walkZip()
        return walk.finding == .broken ? .none : walk
    }
}
