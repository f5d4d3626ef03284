import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNetworks
import SaddleNumerics
import SaddleTheory

@testable import SaddleStudies

/// Results with curves as a real study has them, made up from closed forms: outputs relax exponentially towards their labels, variances rise and
/// fall, ensembles scatter around the prediction by their stated errors.
struct SyntheticStudy {
    var name = "digits-0-1"
    var steps = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 24, 29, 35, 42, 50, 60, 72, 86, 100, 120, 150, 200]
    var train = 50
    var test = 160
    var outputs = 1
    var layers = 2
    var widths = [64, 256]
    var networks = 100
    var hasTheory = true
    var hasKernels = true
    var classNames = ["zero", "one"]

    func results() throws -> StudyResults {
        let simulate = widths.isEmpty ? "" : "simulate: {widths: \(widths), networks: \(networks)}"
        var study = try Study(
            text: """
                data: {source: digits, classes: [0, 1], train: \(train)}
                network: {hidden_layers: \(layers), activation: tanh}
                training: {steps: \(steps.last!), learning_rate: 0.5}
                record: \(steps)
                \(simulate)
                """, file: "synthetic.yaml")
        study.name = name
        let data = Dataset(
            trainInputs: Matrix(rows: train, columns: 2) { i, j in Double(i + j) },
            trainLabels: Matrix(rows: train, columns: outputs) { label($0, $1) },
            testInputs: Matrix(rows: test, columns: 2) { i, j in Double(i - j) },
            testLabels: Matrix(rows: test, columns: outputs) { label($0, $1) }, name: "digits", classNames: classNames,
            trainClasses: (0..<train).map { $0 % classNames.count }, testClasses: (0..<test).map { $0 % classNames.count })
        let layout = ObservableLayout(
            Experiment(network: study.network, data: data, training: study.training, recordedSteps: steps),
            withKernels: hasKernels)
        var results = StudyResults(study: study, data: data, manifest: Manifest(study: study))
        let digests = StudyDigests(study, data)
        func done(_ what: String, _ digest: String, seconds: Double) -> Manifest.Stage {
            Manifest.Stage(digest: digest, did: what, seconds: seconds, finished: "2020-01-01T00:00:00Z", warnings: [])
        }
        let theory = prediction(layout)
        if hasTheory {
            results.prediction = theory
            results.manifest.stages["theory"] = done("theory", digests.theory, seconds: 12.4)
        }
        results.ensembleLayout = layout
        for width in widths {
            results.ensembles.append(ensemble(theory, width))
            results.manifest.stages["ensemble_\(width)"] = done("networks", digests.ensemble(width: width), seconds: 204)
        }
        if hasTheory, !widths.isEmpty {
            results.comparison = .make(prediction: theory, steps: steps, ensembles: results.ensembles)
        }
        return results
    }

    // MARK: Closed forms

    private func label(_ sample: Int, _ output: Int) -> Double {
        if outputs == 1 { return sample % classNames.count == 0 ? 1 : -1 }
        return (sample % classNames.count == output ? 1.0 : 0.0) - 1 / Double(outputs)
    }

    private func rate(_ set: SampleSet, _ sample: Int) -> Double {
        (set == .train ? 0.05 : 0.035) * (1 + 0.7 * sin(Double(7 * sample)))
    }

    private func limit(_ set: SampleSet, _ step: Int, _ sample: Int, _ output: Int) -> Double {
        let final = label(sample, output) * (set == .train ? 1 : 0.85 + 0.25 * sin(Double(3 * sample + output)))
        return final * (1 - exp(-rate(set, sample) * Double(step)))
    }

    private func variance(_ set: SampleSet, _ step: Int, _ sample: Int) -> Double {
        let t = Double(step), r = rate(set, sample)
        return 1.2 * exp(-2 * r * t) + 6 * r * t * exp(-1.4 * r * t) + (set == .test ? 0.9 * (1 - exp(-r * t)) : 0.02)
    }

    private func bias(_ set: SampleSet, _ step: Int, _ sample: Int, _ output: Int) -> Double {
        let t = Double(step), r = rate(set, sample)
        return -label(sample, output)
            * (3 * r * t * exp(-r * t) + (set == .test ? 0.6 + 0.3 * cos(Double(5 * sample)) : 0.02) * (1 - exp(-r * t)))
    }

    private func kernel(_ observable: Observable, _ step: Int, _ i: Int, _ j: Int) -> Double {
        let learnt = 1 - exp(-0.04 * Double(step)), isTangent = observable == .tangentKernel
        let alike = 0.35 * cos(Double(i - j) * 0.9) * exp(-abs(Double(i - j)) / 20) + (i == j ? 0.4 : 0)
        let same = i % classNames.count == j % classNames.count ? 1.0 : isTangent ? -0.2 : -0.55
        return (isTangent ? 1.2 : 0) + alike + (0.15 + 0.5 * learnt) * same
    }

    private func prediction(_ layout: ObservableLayout) -> MeanFieldPrediction {
        var (mean, variances, biases) = ([Double](), [Double](), [Double]())
        for entry in layout.entries {
            for step in steps {
                for sample in 0..<entry.samples {
                    switch entry.observable {
                    case .output(let set):
                        for output in 0..<outputs {
                            mean.append(limit(set, step, sample, output))
                            variances.append(variance(set, step, sample))
                            biases.append(bias(set, step, sample, output))
                        }
                    case .loss(let set):
                        let samples = set == .train ? train : test
                        var sums = (0.0, 0.0, 0.0)
                        for i in 0..<samples {
                            for c in 0..<outputs {
                                let error = limit(set, step, i, c) - label(i, c)
                                let v = variance(set, step, i)
                                sums.0 += error * error / 2
                                sums.1 += 0.3 * error * error * v
                                sums.2 += v / 2 + error * bias(set, step, i, c)
                            }
                        }
                        mean.append(sums.0 / Double(samples))
                        variances.append(sums.1 / Double(samples))
                        biases.append(sums.2 / Double(samples))
                    default:
                        for other in 0..<entry.samples {
                            mean.append(kernel(entry.observable, step, sample, other))
                            variances.append(0.5)
                            biases.append(0)
                        }
                    }
                }
            }
        }
        var result = MeanFieldPrediction(
            stored: layout, mean: mean, meanError: mean.map { 0.002 * abs($0) }, solutions: 4,
            ranks: Tensor(
                shape: [steps.count, layers - 1, 2],
                elements: steps.flatMap { step in
                    (1..<max(layers, 1)).flatMap { _ in [60, 45].map { (50 + $0 * log(1 + Double(step))).rounded() } }
                }))
        result.directions = 64
        (result.variance, result.bias) = (variances, biases)
        result.varianceError = variances.map { 0.07 * $0 }
        result.biasError = biases.map { 0.08 * abs($0) }
        return result
    }

    private func ensemble(_ theory: MeanFieldPrediction, _ width: Int) -> EnsembleStatistics {
        var random = RandomStream(seed: 11, .test, width)
        let n = Double(width), e = Double(networks), count = theory.layout.count
        let noise = random.normals(count), more = random.normals(count)
        let error = theory.variance.map { ($0 / n / e).squareRoot() },
            spread = theory.variance.map { $0 / n * (2 / e).squareRoot() }
        return EnsembleStatistics(
            width: width, networks: networks,
            mean: (0..<count).map { theory.mean[$0] + theory.bias[$0] / n + noise[$0] * error[$0] },
            meanError: error, variance: (0..<count).map { theory.variance[$0] / n + 0.5 * more[$0] * spread[$0] },
            varianceError: spread, panel: [])
    }
}
