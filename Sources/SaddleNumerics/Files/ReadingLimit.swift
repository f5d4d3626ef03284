/// How many bytes reading a file may take, so that a file too large is a sentence and not the end of the program.
public enum ReadingLimit {
    /// Half of the memory that is available now.
    public static var bytes: Int { Int(min(Machine.availableMemory / 2, 0x1p62)) }

    /// What compressed data without a header that says their size (tables, CIFAR-10) may become: 100 times their bytes, or 128 MiB if
    /// that is more, and an eighth of the memory, since the numbers of a table take several times its text. Deflate makes zeros 1032
    /// times smaller, tables and images less than 50 times.
    static func inflated(from compressed: Int) -> Int { min(bytes / 4, max(1 << 27, 100 * compressed)) }

    /// Why so many bytes are not read.
    static func refusal(_ needed: Int, limit: Int = bytes) -> String {
        "\(gigabytes(needed)) would be read; expected at most \(gigabytes(limit)), for the memory that is available"
    }

    static func gigabytes(_ bytes: Int) -> String { "\((Double(bytes) / 1e7).rounded() / 100) GB" }
}
