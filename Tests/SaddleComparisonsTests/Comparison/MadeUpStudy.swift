import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

/// A made-up theory and made-up ensembles whose truth is known: numbers that vary in a few common ways, like those of networks.
///
/// A network of width N has the numbers μ + b/N + c/N² + √(V/N)·g; a replica of the theory has μ + √(V/S)·g. Here g is standard
/// normal, made of six independent modes, and V spans a factor of a hundred.
struct MadeUpStudy {
    let experiment: Experiment
    let layout: ObservableLayout
    let mean: [Double]
    let variance: [Double]
    let bias: [Double]
    private let modes: Matrix
    /// Accuracy of one replica of the theory.
    var sites = 5000.0
    var replicas = 4
    var directions = 64
    /// Added to the numbers of width N, as c/N².
    var beyondOrder = 0.0
    /// Networks of width N have losses whose N·variance is V (1 + c/N).
    var nextVariance = 0.0

    init() {
        let data = Dataset(
            trainInputs: Matrix(rows: 4, columns: 3), trainLabels: Matrix(rows: 4, columns: 1),
            testInputs: Matrix(rows: 3, columns: 3), testLabels: Matrix(rows: 3, columns: 1))
        experiment = Experiment(
            network: Network(hiddenLayers: 1, activation: .tanh), data: data,
            training: Training(steps: 40, learningRate: LearningRate(base: 0.1)), recordedSteps: [0, 5, 10, 20, 40])
        layout = ObservableLayout(experiment, withKernels: true)
        let count = layout.count
        var stream = RandomStream(seed: 11, .test)
        mean = stream.normals(count).map { 1 + 0.3 * $0 }
        bias = stream.normals(count)
        variance = (0..<count).map { [0.1, 0.5, 1, 3, 10][$0 % 5] }
        var modes = stream.normals(rows: count, columns: 6)
        for i in 0..<count {
            let norm = (0..<6).reduce(0) { $0 + modes[i, $1] * modes[i, $1] }.squareRoot()
            for k in 0..<6 { modes[i, k] /= norm }
        }
        self.modes = modes
    }

    /// One draw of all numbers with the given variances over `scale`.
    private func draw(_ scale: Double, losses: Double = 1, _ stream: inout RandomStream) -> [Double] {
        let g = stream.normals(6)
        var values = (0..<layout.count).map { i in
            (0..<6).reduce(0) { $0 + modes[i, $1] * g[$1] } * (variance[i] / scale).squareRoot()
        }
        for i in losses == 1 ? [] : lossPlaces { values[i] *= losses.squareRoot() }
        return values
    }

    private var lossPlaces: [Int] { layout.entries.filter(\.observable.isLoss).flatMap { Array($0.range) } }

    func prediction(seed: Int) -> MeanFieldPrediction {
        var stream = RandomStream(seed: seed, .test, 1)
        let panel = ObservablePanel(layout)
        var panels = FluctuationPanels()
        var solutions = StreamingMoments(dimension: layout.count)
        for _ in 0..<replicas {
            let solution = zip(mean, draw(sites, &stream)).map { $0 + $1 }
            solutions.add(solution)
            panels.solutions.append(panel.values(of: solution))
        }
        // Each half of a direction moves every number by √V times a normal value.
        var halves = StreamingMoments(dimension: layout.count)
        var biases = halves
        for _ in 0..<directions {
            for _ in 0..<2 {
                let half = draw(1, &stream)
                halves.add(half)
                panels.halves.append(panel.values(of: half))
            }
            let shift = zip(bias, draw(0.25, &stream)).map { $0 + $1 }
            biases.add(shift)
            panels.shifts.append(panel.values(of: shift))
            panels.limits.append(panel.values(of: zip(mean, draw(sites, &stream)).map { $0 + $1 }))
        }
        var prediction = MeanFieldPrediction(
            stored: layout, mean: solutions.mean, meanError: solutions.meanError, solutions: replicas,
            ranks: Tensor(shape: [5, 0, 2]))
        prediction.directions = directions
        prediction.panels = panels
        if directions > 0 {
            (prediction.variance, prediction.varianceError) = (halves.variance, halves.varianceError)
            (prediction.bias, prediction.biasError) = (biases.mean, biases.meanError)
            if nextVariance != 0 {
                prediction.nextVariances = lossPlaces.map { i in
                    NextVariance(place: i, value: nextVariance * variance[i], error: 0.2 * abs(nextVariance) * variance[i])
                }
            }
        }
        return prediction
    }

    func ensemble(width: Int, networks: Int, seed: Int) -> EnsembleStatistics {
        var stream = RandomStream(seed: seed, .test, 2, width)
        let n = Double(width)
        var moments = StreamingMoments(dimension: layout.count)
        var rows: [[Double]] = []
        let panel = ObservablePanel(layout)
        for _ in 0..<networks {
            let noise = draw(n, losses: 1 + nextVariance / n, &stream)
            let values = (0..<layout.count).map { mean[$0] + bias[$0] / n + beyondOrder / (n * n) + noise[$0] }
            moments.add(values)
            rows.append(panel.values(of: values))
        }
        return EnsembleStatistics(width: width, EnsembleState(moments: moments, panel: rows))
    }

    /// With all numbers, as they are handed to the file.
    func numbers(
        _ prediction: MeanFieldPrediction, _ ensembles: [EnsembleStatistics]
    ) -> (comparison: Comparison, numbers: [ComparedNumbers]) {
        var numbers: [ComparedNumbers] = []
        let comparison = Comparison.make(
            prediction: prediction, steps: experiment.recordedSteps, ensembles: ensembles
        ) { numbers.append($0) }
        return (comparison, numbers)
    }

    func compare(
        _ prediction: MeanFieldPrediction, _ ensembles: [EnsembleStatistics], classes: [Int] = [], falseAlarmRate: Double = 1e-3
    ) -> Comparison {
        .make(
            prediction: prediction, steps: experiment.recordedSteps, ensembles: ensembles, classes: classes,
            falseAlarmRate: falseAlarmRate)
    }
}
