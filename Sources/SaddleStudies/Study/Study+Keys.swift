import SaddleModels
import SaddleNumerics
import SaddleTheory

extension Study: Settings {
    static let keys: [Key<Study>] = [
        Key(
            "name", \.name,
            .text("a name for the run folder: letters, digits, spaces, '.', '-' and '_', not starting with '.'", isFolderName),
            "Names the run folder."),
        .section("data", \.data, "What is learnt."),
        .section("network", \.network, "The network, at any width."),
        .section("training", \.training, "How it is trained."),
        .section("predict", \.predict, "How the theory is solved, and for what."),
        .section("simulate", \.simulate, "Which ensembles of finite networks are trained."),
        Key("record", \.record, recordKind, "At which steps observables are recorded."),
        Key("kernels", \.kernels, .choice, "Whether kernels are recorded; auto: while they stay below about a gigabyte."),
        .section("hypernetwork", \.hypernetwork, "A network that writes the weights of another one."),
        .section("spectral_mixture", \.spectralMixture, "A Gaussian process with a learnt spectrum."),
        .section("learning_curve", \.learningCurve, "A linear teacher and student."),
        .section("generalization", \.generalization, "A linear student of isotropic inputs."),
        .section("scaling", \.scaling, "Scaling laws."),
        .section("width_error", \.widthError, "Random neurons for a given function."),
        .section("linear_response", \.linearResponse, "Dynamics of units coupled by a random matrix."),
        .section("spectrum", \.spectrum, "Random matrices."),
        .section("memory", \.memory, "Networks that store patterns."),
        .section("field", \.field, "Fields that are sums of neurons."),
        .section("lazy", \.lazy, "Training with the tangent kernel."),
        .section("depth", \.depth, "Networks at initialisation, layer by layer."),
        .section("depth_limit", \.depthLimit, "Residual networks of several depths."),
        .section("coordinates", \.coordinates, "Networks of several widths that take a few steps."),
        .section("kernel", \.kernel, "Kernels of finite networks at initialisation."),
        .section("measured_kernel", \.measuredKernel, "Kernels of networks whose weights are in files."),
        .section("grok", \.grok, "Generalisation long after memorisation."),
        .section("group", \.group, "Learning the table of a finite group."),
        .section("hessian", \.hessian, "Curvature of the training loss."),
        .section("barrier", \.barrier, "The loss between two networks."),
        .section("subspace", \.subspace, "Training in random subspaces."),
        .section("flow", \.flow, "Flows and maps."),
        .section("lyapunov", \.lyapunov, "Lyapunov exponents."),
        .section("rnn", \.rnn, "Recurrent networks that learn a system."),
        .section("representation", \.representation, "Layers of a network that are measured."),
        .section("dims", \.dims, "Intrinsic dimensions."),
        .section("sharpness", \.sharpness, "Sharpness of labels."),
        .section("difficulty", \.difficulty, "Difficulty of generalisation."),
        .section("correlations", \.correlations, "Correlations of images and series."),
        .section("koopman", \.koopman, "Linear operators behind a series."),
        .section("walks", \.walks, "Noncolliding walks."),
        .section("entropy", \.entropy, "Diffusion entropy of representations."),
        .section("geometry", \.geometry, "Distances between samples as heat sees them."),
        .section("vector_field", \.vectorField, "Vectors on samples."),
        .section("spd", \.spd, "Positive definite matrices of representations."),
        .section("screen", \.screen, "Which features know of the labels."),
        .section("grid_score", \.gridScore, "Periodic maps of units over a plane."),
        .section("transport", \.transport, "From one cloud of points to another."),
        .section("plan", \.plan, "How wide is wide enough."),
        .section("plan_transfer", \.planTransfer, "How the best value of a key moves with the width."),
        .section("coordinate_table", \.coordinateTable, "Measured sizes of activations at several widths."),
        .section("seeds", \.seeds, "Measured losses of runs that differ in their seed."),
        .section("transfer", \.transfer, "Measured losses at several widths and learning rates."),
        .section("collapse", \.collapse, "Loss curves of several sizes."),
        .section("matrix_spectrum", \.matrixSpectrum, "Eigenvalues of matrices of one's own."),
        .section("cluster", \.cluster, "How Slurm is asked for machines."),
    ]

    private static let recordKind = Kind<Record>(
        "a number of log-spaced times (at least 1), or a list of different steps from 0 to training.steps",
        read: { node, _ in
            if let count = StudySection.integer(node) { return count >= 1 ? .times(count) : nil }
            guard let list = node.sequence, !list.isEmpty else { return nil }
            let numbers = list.compactMap(StudySection.integer)
            let valid = numbers.count == list.count && numbers.allSatisfy { $0 >= 0 }
            return valid && Set(numbers).count == numbers.count ? .steps(numbers.sorted()) : nil
        },
        write: { record in
            switch record {
            case .times(let count): "\(count)"
            case .steps(let steps): YAMLText.list(steps)
            }
        })

    mutating func complete(_ section: StudySection) {
        if !section.has("name") {
            name = Self.stem(of: section.problems.file)
        }
        completeSamples(section)
        if case .steps(let steps) = record, let last = steps.last, last > training.steps {
            section.reject(
                "record",
                "'record' has the step \(last); expected steps from 0 to \(training.steps) (training.steps)")
        }
    }

    static func isFolderName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 100 && name.first != "." && name.first != " " && name.last != " "
            && name.allSatisfy { $0.isLetter || $0.isNumber || " .-_".contains($0) }
    }
}

extension Study {
    /// The study as a file, with every default filled in.
    public var yaml: String {
        Self.keys.map { key in
            switch key.write(self) {
            case nil: ""
            case .value(let text): "\(key.name): \(text)\n"
            case .section(let lines, _): "\(key.name):\n" + lines.map { "  \($0)" }.joined()
            }
        }.joined()
    }

    /// Reads a study file.
    ///
    /// - Parameter changes: values to set or replace.
    /// - Throws: `StudyFileError` with every problem of the file.
    public init(path: String, changes: [Change] = []) throws {
        try self.init(text: Self.text(path), changes: changes, file: path)
    }

    /// The text of a study file.
    static func text(_ path: String) throws -> String {
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
        return String(decoding: decoded.text, as: UTF8.self)
    }

    /// Reads the text of a study file. Data paths in it are relative to the folder of `file`.
    public init(text: String, changes: [Change] = [], file: String) throws {
        let top = try studyDocument(text, changes: changes, file: file)
        self.init(top)
        origin = Origin(file: file, places: top.problems.places)
        if !top.problems.list.isEmpty { throw StudyFileError(problems: top.problems.list) }
    }
}

extension Study {
    /// Keys that a value set on the command line rules out: an accuracy every other way to the corrections, and these an accuracy;
    /// layers one by one what describes all of them at once.
    static func rivals(of change: Change) -> [String] {
        switch change.path {
        case "network.layers": return Network.replacedByLayers.map { "network.\($0)" }
        case "network.residual.branch_scale": return ["depth_scaled", "exponent"].map { "network.residual.\($0)" }
        case "network.residual.depth_scaled", "network.residual.exponent": return ["network.residual.branch_scale"]
        default: break
        }
        let ways = ["predict.directions", "predict.method", "predict.observables"]
        if change.path == "predict.accuracy" { return ways }
        return ways.contains(change.path) && !["auto", "all"].contains(change.value) ? ["predict.accuracy"] : []
    }
}

extension MeanFieldSettings: Settings {
    /// So fine that a study of usual size takes seconds.
    public init() { self.init(accuracy: 0.1, sites: nil, directions: 12) }

    static let keys: [Key<MeanFieldSettings>] = [
        Key(
            "accuracy", \.accuracy, .optional(.number("a number from 0.005 to 1") { (0.005...1).contains($0) }),
            "Relative error of N·variance, by narrow networks."),
        Key(
            "sites", \.statedSites, .optional(.integer(atLeast: 4)),
            "Sites of each layer, the Monte Carlo size of the solver; as many as the accuracy needs, 1000 without one."),
        Key(
            "tolerance", \.tolerance, .number("a number above 0 and below 1") { $0 > 0 && $0 < 1 },
            "Mean square that the bases may leave out, relative to the field's own."),
        Key(
            "directions", \.statedDirections, .optional(.integer(atLeast: 0)),
            "In place of an accuracy: pairs of halved solutions behind the 1/N corrections; 0 switches them off."),
        Key("replicas", \.replicas, .integer(atLeast: 1), "Independent solutions, for error bars."),
        Key("seed", \.seed, .seed, "Of the theory's random numbers."),
        Key(
            "record_two_time", \.recordsTwoTime, ifTrue,
            "Whether feature kernels between all pairs of recorded times are kept; false unless given."),
        Key("method", \.method, .choice, "How the 1/N corrections are found."),
        Key(
            "observables", \.observables, observablesKind,
            "Scalars whose variance is wanted, or all."),
    ]

    /// Scalars and the other methods have directions, 12 unless given.
    mutating func complete(_ section: StudySection) {
        let other =
            section.has("directions") ? "directions" : observables != nil ? "observables" : method != .auto ? "method" : nil
        if other == nil && replicas < 2 {
            section.reject("replicas", "one has no error bar; with an accuracy expected at least 2")
        }
        guard let other else { return }
        let conflict = "'accuracy' is of narrow networks, '\(other)' of another way to the corrections; expected one of the two"
        if section.has("accuracy") { section.reject("accuracy", conflict) }
        accuracy = nil
    }

    /// Not written where false: studies without it stay what they were.
    private static let ifTrue = Kind<Bool>("true or false", words: Kind.flag.words, read: Kind.flag.read) { $0 ? "true" : nil }

    private static let observablesKind = Kind<[String]?>(
        "'all', or a list of scalar observables such as [test_loss]", isList: true,
        read: { node, _ in
            if node.scalar?.string == "all" { return .some(nil) }
            guard let list = node.sequence, !list.isEmpty else { return nil }
            let names = list.compactMap { $0.scalar?.string }
            return names.count == list.count ? .some(names) : nil
        }, write: { $0.map(YAMLText.list) ?? "all" })
}

extension Study.Simulation: Settings {
    static let keys: [Key<Self>] = [
        Key("widths", \.widths, .integers(atLeast: 1), "Widths of the networks."),
        Key("networks", \.networks, .integer(atLeast: 1), "Networks trained at each width."),
        Key("seed", \.seed, .seed, "Of the networks' random numbers."),
        Key("precision", \.precision, .choice, "Numbers in which networks are trained; single is faster, and checked."),
        Key(
            "streams", \.streams, .integer(atLeast: 3), "Streams of samples, or orders of batches, of `saddle simulate streams`."),
    ]
}
