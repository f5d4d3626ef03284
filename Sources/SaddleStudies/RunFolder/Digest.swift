import SaddleModels
import SaddleNumerics

/// A fingerprint of whatever a result depends on, or of a result, to notice that it has changed (FNV-1a, 64 bits a word; not for secrecy).
/// Each step maps states one to one, so that a change of one word is always seen.
struct Digest {
    private var state: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ word: UInt64) {
        // Whole words at once, then a mixing step, since one multiplication does not carry high bits down.
        state = (state ^ word) &* 0x0000_0100_0000_01b3
        state ^= state >> 32
    }

    mutating func add(_ text: String) {
        for byte in text.utf8 { add(UInt64(byte)) }
        add(UInt64(text.utf8.count))
    }

    mutating func add(_ matrix: Matrix) {
        add(UInt64(matrix.rows))
        add(UInt64(matrix.columns))
        for x in matrix.elements { add(x.bitPattern) }
    }

    mutating func add(_ tensor: Tensor) {
        add("\(tensor.shape)")
        for x in tensor.elements { add(x.bitPattern) }
    }

    /// The bytes, eight at a time, and their number.
    mutating func add(_ bytes: UnsafeRawBufferPointer) {
        let words = bytes.count / 8
        for i in 0..<words { add(bytes.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self).littleEndian) }
        for i in 8 * words..<bytes.count { add(UInt64(bytes[i])) }
        add(UInt64(bytes.count))
    }

    /// Sixteen hexadecimal digits.
    var text: String {
        let digits = String(state, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

/// The digests of a study's results. The version of the program belongs to each: it may change the last bits.
struct StudyDigests {
    private let common: String
    private let study: Study

    init(_ study: Study, experiment: Experiment, recordsKernels: Bool, version: String = saddleVersion) {
        self.study = study
        var digest = Digest()
        digest.add(version)
        for matrix in [
            experiment.data.trainInputs, experiment.data.trainLabels, experiment.data.testInputs, experiment.data.testLabels,
        ] { digest.add(matrix) }
        for line in study.network.lines + study.training.lines { digest.add(line) }
        digest.add("\(experiment.recordedSteps) \(recordsKernels)")
        common = digest.text
    }

    var theory: String { combine(["theory", common] + study.predict.lines) }

    func ensemble(width: Int) -> String {
        let simulation = study.simulate ?? .init()
        return combine(["ensemble", common, "\(width) \(simulation.networks) \(simulation.seed)"])
    }

    func comparison(widths: [Int]) -> String { combine(["comparison", theory] + widths.map(ensemble)) }

    private func combine(_ parts: [String]) -> String {
        var digest = Digest()
        for part in parts { digest.add(part) }
        return digest.text
    }
}
