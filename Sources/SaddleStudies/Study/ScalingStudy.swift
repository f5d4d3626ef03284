import SaddleNumerics
import SaddleTheory

/// The section `scaling`: the spectrum whose learning curves are asked for, or the measured losses to be fitted.
public struct ScalingStudy: Sendable, Equatable {
    public enum Spectrum: String, Sendable, CaseIterable {
        case powerLaw = "power_law"
        /// Of the network's kernel on the study's data.
        case data
    }

    public var spectrum = Spectrum.powerLaw
    public var modes = 1e12
    /// λ_k = k^{−a}
    public var eigenvalueExponent = 1.5
    /// u_k² = k^{−b}
    public var targetExponent = 1.5
    /// Var ε
    public var noise = 0.0
    /// Added to the kernel's diagonal, relative to the mean diagonal.
    public var ridge = 0.0
    public var kernel = KernelKind.ntk
    /// Numbers of samples; nil: log-spaced.
    public var samples: [Int]?
    /// Training sets drawn for each number of samples; 0: theory alone.
    public var draws = 10
    public var seed = 1
    /// Measured losses: a CSV file, and its columns by name or number.
    public var losses: String?
    public var sizeColumn: String?
    public var lossColumn: String?
    public var errorColumn: String?
    public var table = TableFormat()

    public init() {}

    /// The section; every key has a default.
    init(_ section: StudySection, file: String) {
        spectrum = Spectrum(
            rawValue: section.choice("spectrum", default: spectrum.rawValue, of: Spectrum.allCases.map(\.rawValue)))!
        modes = section.number("modes", default: modes, "a whole number from 10 to 1e15") {
            $0 >= 10 && $0 <= 1e15 && $0 == $0.rounded()
        }
        let exponents = "a number above 1 (sums over modes must converge), at most 10"
        eigenvalueExponent = section.number("eigenvalue_exponent", default: eigenvalueExponent, exponents) { $0 > 1 && $0 <= 10 }
        targetExponent = section.number("target_exponent", default: targetExponent, exponents) { $0 > 1 && $0 <= 10 }
        noise = section.number("noise", default: noise, "a variance: 0 or more, at most 1e12") { $0 >= 0 && $0 <= 1e12 }
        ridge = section.number("ridge", default: ridge, "a number, 0 or more, at most 1e12") { $0 >= 0 && $0 <= 1e12 }
        kernel = KernelKind(
            rawValue: section.choice("kernel", default: kernel.rawValue, of: KernelKind.allCases.map(\.rawValue)))!
        samples = section.integers("samples", atLeast: 1)?.sorted()
        draws = section.integer("draws", default: draws, atLeast: 0, atMost: 100_000)
        if draws == 1 {
            section.reject("draws", "'scaling.draws' is 1; expected 2 or more, for error bars, or 0 for theory alone")
        }
        seed = section.integer("seed", default: seed, atLeast: 0)
        losses = section.text("losses", "the path of a CSV file with measured losses").map {
            $0 == "-" ? $0 : StudySection.resolve($0, besides: file)
        }
        let column = "the name of a column, or its number from 1"
        sizeColumn = section.text("size_column", column)
        lossColumn = section.text("loss_column", column)
        errorColumn = section.text("error_column", column)
        table = TableFormat(section)
        section.finish()
    }

    var lines: [String] {
        var lines = [
            YAMLText.line("spectrum", spectrum.rawValue), YAMLText.line("modes", modes),
            YAMLText.line("eigenvalue_exponent", eigenvalueExponent), YAMLText.line("target_exponent", targetExponent),
            YAMLText.line("noise", noise), YAMLText.line("ridge", ridge), YAMLText.line("kernel", kernel.rawValue),
        ]
        if let samples { lines.append(YAMLText.line("samples", YAMLText.list(samples))) }
        lines += [YAMLText.line("draws", draws), YAMLText.line("seed", seed)]
        for (key, value) in [
            ("losses", losses), ("size_column", sizeColumn), ("loss_column", lossColumn), ("error_column", errorColumn),
        ] {
            if let value { lines.append(YAMLText.line(key, YAMLText.scalar(value))) }
        }
        lines += table.entries.map { YAMLText.line($0.key, $0.value) }
        return lines
    }
}

extension Study {
    /// The study of measured losses in a CSV file, named like the file.
    ///
    /// - Throws: `StudyFileError` if a setting is wrong.
    public init(lossesIn file: String, settings: [Setting]) throws {
        let stem = file.split(separator: "/").last.map { $0.split(separator: ".").first.map(String.init) ?? "" } ?? ""
        let name = Self.isFolderName(stem) ? stem : "losses"
        try self.init(
            text: "name: \(YAMLText.quoted(name))\nscaling: {losses: \(YAMLText.quoted(file))}\n", settings: settings,
            file: Self.settingsFile)
    }
}
