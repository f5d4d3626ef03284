import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Study {
    /// Reads a study file.
    ///
    /// - Parameter settings: values to set or replace.
    /// - Throws: `StudyFileError` with every problem of the file.
    public init(path: String, settings: [Setting] = []) throws {
        let bytes: [UInt8]
        do { bytes = try WholeFile.read(path) } catch { throw StudyFileError(file: path, "\(error)") }
        let decoded: (text: [UInt8], encoding: TextEncoding)
        do {
            decoded = try TextEncoding.decode(bytes, file: path)
        } catch {
            throw StudyFileError(file: path, "not a text in UTF-8 or UTF-16; a study is a YAML text file")
        }
        if decoded.encoding == .latin1 {
            throw StudyFileError(file: path, "not a text in UTF-8; a study is a YAML text file")
        }
        try self.init(text: String(decoding: decoded.text, as: UTF8.self), settings: settings, file: path)
    }

    /// Reads the text of a study file with values as `--set` takes them, such as "network.activation=relu".
    public init(text: String, settings: [String], file: String) throws {
        try self.init(text: text, settings: settings.map { Setting($0) }, file: file)
    }

    /// Reads the text of a study file. Data paths in it are relative to the folder of `file`.
    public init(text: String, settings: [Setting] = [], file: String) throws {
        let top = try studyDocument(text, settings: settings, file: file)
        let stem = file.split(separator: "/").last.map { $0.split(separator: ".").first.map(String.init) ?? "" } ?? ""
        name =
            top.text("name", "a name for the run folder: letters, digits, spaces, '.', '-' and '_', not starting with '.'") {
                Self.isFolderName($0)
            } ?? (Self.isFolderName(stem) ? stem : "study")
        data = DataSource(top.section("data"), file: file)
        network = Network(top.section("network"))
        let training = Training(top.section("training"))
        self.training = training
        predict = Prediction(top.section("predict"))
        simulate = top.optional("simulate", Simulation.init)
        record = Self.record(top, steps: training.steps)
        kernels = Kernels(rawValue: top.choice("kernels", default: "auto", of: Kernels.allCases.map(\.rawValue)))!
        hypernetwork = top.optional("hypernetwork", HypernetworkStudy.init)
        spectralMixture = top.optional("spectral_mixture", SpectralStudy.init)
        learningCurve = top.optional("learning_curve", LearningCurveStudy.init)
        generalization = top.optional("generalization", GeneralizationStudy.init)
        scaling = top.optional("scaling") { ScalingStudy($0, file: file) }
        widthError = top.optional("width_error", WidthErrorStudy.init)
        linearResponse = top.optional("linear_response", LinearResponseStudy.init)
        spectrum = top.optional("spectrum", RandomMatrixStudy.init)
        top.finish()
        origin = Origin(file: file, places: top.problems.places, options: top.problems.options)
        if !top.problems.list.isEmpty { throw StudyFileError(problems: top.problems.list) }
    }

    static func isFolderName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && name.first != "." && name.first != " " && name.last != " "
            && name.allSatisfy { $0.isLetter || $0.isNumber || " .-_".contains($0) }
    }

    private static func record(_ top: StudySection, steps: Int) -> Record {
        let accepted =
            "a number of log-spaced times (at least 1), or a list of different steps from 0 to training.steps (\(steps))"
        return top.value("record", expected: accepted) { node -> Record? in
            if let count = StudySection.integer(node) { return count >= 1 ? .times(count) : nil }
            guard let list = node.sequence, !list.isEmpty else { return nil }
            let numbers = list.compactMap(StudySection.integer)
            let valid = numbers.count == list.count && numbers.allSatisfy { (0...steps).contains($0) }
            return valid && Set(numbers).count == numbers.count ? .steps(numbers.sorted()) : nil
        } ?? .times(25)
    }
}

extension Study.Prediction {
    init(_ section: StudySection) {
        sites = section.integer("sites", default: sites, atLeast: 2)
        tolerance = section.number("tolerance", default: tolerance, "a number above 0 and below 1") { $0 > 0 && $0 < 1 }
        directions = section.integer("directions", default: directions, atLeast: 0)
        replicas = section.integer("replicas", default: replicas, atLeast: 1)
        seed = section.integer("seed", default: seed, atLeast: 0, atMost: .max)
        method = CorrectionMethod(
            rawValue: section.choice("method", default: "auto", of: CorrectionMethod.allCases.map(\.rawValue)))!
        let accepted = "'all', or a list of scalar observables such as [test_loss]"
        observables =
            section.value("observables", expected: accepted) { node -> [String]?? in
                if node.scalar?.string == "all" { return .some(nil) }
                guard let list = node.sequence, !list.isEmpty else { return nil }
                let names = list.compactMap { $0.scalar?.string }
                return names.count == list.count ? names : nil
            } ?? nil
        section.finish()
    }
}

extension Study.Simulation {
    init(_ section: StudySection) {
        widths = (section.integers("widths", atLeast: 1) ?? widths).sorted()
        networks = section.integer("networks", default: networks, atLeast: 1)
        seed = section.integer("seed", default: seed, atLeast: 0, atMost: .max)
        section.finish()
    }
}
