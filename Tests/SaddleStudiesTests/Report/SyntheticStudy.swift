import Foundation
import SaddleNumerics
import SaddleReport
import SaddleStudies

/// Content of a run folder with curves as a real study has them, made up from closed forms: outputs relax exponentially
/// towards their labels, variances rise and fall, ensembles scatter around the prediction by their stated errors.
struct SyntheticStudy {
    var steps = [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 17, 20, 24, 29, 35, 42, 50, 60, 72, 86, 100, 120, 150, 200]
    var train = 50
    var test = 160
    var outputs = 1
    var widths = [64, 256]
    var networks = 100
    var hasTheory = true
    var hasKernels = true
    var classNames = ["zero", "one"]

    func content() -> StudyReportContent {
        var content = StudyReportContent(name: "digits-0-1", recordedSteps: steps)
        content.hiddenLayers = 2
        content.hasSquaredLoss = true
        content.widths = widths
        for width in widths { content.networks[width] = networks }
        content.classNames = classNames
        content.trainClasses = (0..<train).map { $0 % classNames.count }
        content.testClasses = (0..<test).map { $0 % classNames.count }
        for (part, samples) in [("train", train), ("test", test)] where samples > 0 { addOutputs(part, samples, to: &content) }
        if test > 0 { content.testLabels = Matrix(rows: test, columns: outputs) { label($0, $1) } }
        content.trainLabels = Matrix(rows: train, columns: outputs) { label($0, $1) }
        if hasKernels { addKernels(to: &content) }
        if hasTheory {
            content.theory["ranks"] = Tensor(
                shape: [steps.count, 1, 2], elements: steps.flatMap(ranks))
        }
        addWords(to: &content)
        return content
    }

    // MARK: Closed forms

    private func label(_ sample: Int, _ output: Int) -> Double {
        if outputs == 1 { return sample % classNames.count == 0 ? 1 : -1 }
        return (sample % classNames.count == output ? 1.0 : 0.0) - 1 / Double(outputs)
    }

    private func rate(_ part: String, _ sample: Int) -> Double {
        (part == "train" ? 0.05 : 0.035) * (1 + 0.7 * sin(Double(7 * sample)))
    }

    private func ranks(_ step: Int) -> [Double] {
        let growth = log(1 + Double(step))
        return [(50 + 60 * growth).rounded(), (50 + 45 * growth).rounded()]
    }

    private func limit(_ part: String, _ step: Int, _ sample: Int, _ output: Int) -> Double {
        let final = label(sample, output) * (part == "train" ? 1 : 0.85 + 0.25 * sin(Double(3 * sample + output)))
        return final * (1 - exp(-rate(part, sample) * Double(step)))
    }

    private func variance(_ part: String, _ step: Int, _ sample: Int) -> Double {
        let t = Double(step), r = rate(part, sample)
        return 1.2 * exp(-2 * r * t) + 6 * r * t * exp(-1.4 * r * t) + (part == "test" ? 0.9 * (1 - exp(-r * t)) : 0.02)
    }

    private func bias(_ part: String, _ step: Int, _ sample: Int, _ output: Int) -> Double {
        let t = Double(step), r = rate(part, sample)
        return -label(sample, output)
            * (3 * r * t * exp(-r * t) + (part == "test" ? 0.6 + 0.3 * cos(Double(5 * sample)) : 0.02) * (1 - exp(-r * t)))
    }

    private func addOutputs(_ part: String, _ samples: Int, to content: inout StudyReportContent) {
        let shape = [steps.count, samples] + (outputs > 1 ? [outputs] : [])
        func tensor(_ value: (Int, Int, Int) -> Double) -> Tensor {
            var elements: [Double] = []
            for step in steps {
                for sample in 0..<samples { for output in 0..<outputs { elements.append(value(step, sample, output)) } }
            }
            return Tensor(shape: shape, elements: elements)
        }
        let f = tensor { limit(part, $0, $1, $2) }
        let v = tensor { step, sample, _ in variance(part, step, sample) }
        let b = tensor { bias(part, $0, $1, $2) }
        let y = tensor { label($1, $2) }
        let stride = samples * outputs
        func loss(_ value: (Int) -> Double) -> Tensor {
            Tensor(
                shape: [steps.count],
                elements: steps.indices.map { t in (t * stride..<(t + 1) * stride).reduce(0) { $0 + value($1) } / Double(samples)
                })
        }
        let lossLimit = loss { 0.5 * (f.elements[$0] - y.elements[$0]) * (f.elements[$0] - y.elements[$0]) }
        let correction = loss { 0.5 * v.elements[$0] + (f.elements[$0] - y.elements[$0]) * b.elements[$0] }
        let lossVariance = loss { (f.elements[$0] - y.elements[$0]) * (f.elements[$0] - y.elements[$0]) * v.elements[$0] * 0.3 }
        if hasTheory {
            content.theory["\(part)_output"] = f
            content.theory["\(part)_output_variance"] = v
            content.theory["\(part)_output_bias"] = b
            content.theory["\(part)_output_error"] = tensor { _, _, _ in 0.002 }
            content.theory["\(part)_output_variance_error"] = Tensor(shape: shape, elements: v.elements.map { 0.07 * $0 })
            content.theory["\(part)_output_bias_error"] = tensor { _, _, _ in 0.1 }
            content.theory["\(part)_loss"] = lossLimit
            content.theory["\(part)_loss_error"] = Tensor(shape: [steps.count], elements: lossLimit.elements.map { 0.002 * $0 })
            content.theory["\(part)_loss_correction"] = correction
            content.theory["\(part)_loss_correction_error"] = Tensor(
                shape: [steps.count], elements: correction.elements.map { 0.08 * abs($0) })
            content.theory["\(part)_loss_variance"] = lossVariance
        }
        for width in widths {
            var random = RandomStream(seed: 11, .test, width, samples)
            let n = Double(width), e = Double(networks)
            let meanError = v.elements.map { ($0 / n / e).squareRoot() }
            let spreadError = v.elements.map { $0 / n * (2 / e).squareRoot() }
            let noise = random.normals(f.elements.count), more = random.normals(f.elements.count),
                few = random.normals(steps.count)
            content.ensemble["\(part)_output_mean_\(width)"] = Tensor(
                shape: shape, elements: f.elements.indices.map { f.elements[$0] + b.elements[$0] / n + noise[$0] * meanError[$0] }
            )
            content.ensemble["\(part)_output_mean_error_\(width)"] = Tensor(shape: shape, elements: meanError)
            content.ensemble["\(part)_output_variance_\(width)"] = Tensor(
                shape: shape, elements: v.elements.indices.map { v.elements[$0] / n + more[$0] * spreadError[$0] * 0.5 })
            content.ensemble["\(part)_output_variance_error_\(width)"] = Tensor(shape: shape, elements: spreadError)
            let lossError = lossVariance.elements.map { ($0 / n / e).squareRoot() + 1e-5 }
            content.ensemble["\(part)_loss_mean_\(width)"] = Tensor(
                shape: [steps.count],
                elements: steps.indices.map { lossLimit.elements[$0] + correction.elements[$0] / n + few[$0] * lossError[$0] })
            content.ensemble["\(part)_loss_mean_error_\(width)"] = Tensor(shape: [steps.count], elements: lossError)
        }
    }

    private func addKernels(to content: inout StudyReportContent) {
        for (k, name) in ["feature_kernel_1", "feature_kernel_2", "gradient_kernel_1", "gradient_kernel_2", "tangent_kernel"]
            .enumerated()
        {
            var elements: [Double] = []
            for step in steps {
                let learnt = 1 - exp(-0.04 * Double(step))
                for i in 0..<train {
                    for j in 0..<train {
                        let alike = 0.35 * cos(Double(i - j) * 0.9) * exp(-abs(Double(i - j)) / 20) + (i == j ? 0.4 : 0)
                        let same = i % classNames.count == j % classNames.count ? 1.0 : k == 4 ? -0.2 : -0.55
                        elements.append((k == 4 ? 1.2 : 0) + alike + (0.15 + 0.5 * learnt) * same)
                    }
                }
            }
            let tensor = Tensor(shape: [steps.count, train, train], elements: elements)
            if hasTheory { content.theory[name] = tensor }
            for width in widths {
                var random = RandomStream(seed: 5, .test, width, k)
                let noise = random.normals(elements.count)
                content.ensemble["\(name)_mean_\(width)"] = Tensor(
                    shape: tensor.shape, elements: zip(elements, noise).map { $0 + 0.02 * $1 })
            }
        }
    }

    private func addWords(to content: inout StudyReportContent) {
        content.studyText = """
            name: digits-0-1
            data:
              source: digits
              classes: [0, 1]
              train: \(train)
            network:
              hidden_layers: 2
              activation: tanh
            """
        content.asked = [
            Page.Fact("Network", "2 hidden layers, tanh, σ_w = 1, richness γ₀ = 1"),
            Page.Fact("Training", "\(steps.last!) steps of gradient descent, learning rate 0.5, squared loss"),
            Page.Fact("Theory", "2000 sites, tolerance 10⁻⁴, 64 directions, 4 replicas"),
            Page.Fact(
                "Ensembles",
                widths.isEmpty
                    ? "none" : "\(networks) networks at each of the widths \(widths.map(String.init).joined(separator: ", "))"),
        ]
        content.dataFacts = [
            Page.Fact("Data", "digits, classes 0 and 1; 64 inputs a sample"),
            Page.Fact("Samples", "\(train) for training, \(test) for testing"),
        ]
        content.timings = [
            .init("Theory", seconds: 12.4, remark: "4 replicas"), .init("Ensembles", seconds: 204, remark: "2 × 100 networks"),
            .init("Report", seconds: 0.31),
        ]
        content.provenance = [
            Page.Fact("Version", "saddle 0.1.0"), Page.Fact("Seeds", "theory 1, ensembles 2"),
            Page.Fact("Machine", "2 cores, OpenBLAS 0.3.21"),
        ]
        content.commands = ["saddle run study.yaml"]
        guard hasTheory, !widths.isEmpty else { return }
        var random = RandomStream(seed: 3, .test, 0)
        let compared = widths.map { width in
            let z = random.normals(4000)
            return StudyReportContent.WidthComparison(
                width: width, compared: z.count, largestZ: z.map(abs).max()!, expectedLargestZ: 3.66, verdict: "agrees",
                zScores: z)
        }
        content.comparison = .init(
            outcome: .agrees,
            verdict:
                "At both widths all 4000 compared numbers lie within what chance allows: the largest |z| is about as large as the largest of so many normal numbers.",
            widths: compared)
    }
}
