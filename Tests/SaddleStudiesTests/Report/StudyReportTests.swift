import Foundation
import SaddleComparisons
import SaddleModels
import SaddleNumerics
import SaddleReport
import Testing

@testable import SaddleStudies

/// Shows that a report holds what its results say and stays whole when parts are missing. Catches crashes on missing results, unescaped user text, and
/// sections that vanish.
@Suite struct StudyReportTests {
    /// Writes the pages into the folder named by SADDLE_REPORT_PREVIEW, to look at them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["SADDLE_REPORT_PREVIEW"] != nil))
    func preview() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["SADDLE_REPORT_PREVIEW"]!)
        for (name, results) in try cases() {
            for (path, text) in StudyReport(results).files() {
                let file = folder.appendingPathComponent(name).appendingPathComponent(path)
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
        }
    }

    private func cases() throws -> [(String, StudyResults)] {
        let four = SyntheticStudy(outputs: 4, widths: [64, 256, 1024], classNames: ["cat", "dog", "aeroplane", "ship"])
        let single = SyntheticStudy(steps: [0, 1], train: 4, test: 4, widths: [], hasTheory: false, hasKernels: false)
        var result = try [
            ("full", SyntheticStudy()), ("predict-only", SyntheticStudy(widths: [])),
            ("simulate-only", SyntheticStudy(hasTheory: false)),
            ("no-test", SyntheticStudy(test: 0, hasKernels: false)), ("one-time", SyntheticStudy(steps: [100])),
            ("one-layer", SyntheticStudy(steps: [0, 5, 9], train: 4, test: 3, layers: 1)), ("four-classes", four),
            ("empty", single),
        ].map { try ($0, $1.results()) }
        var questions = try single.results()
        questions.answers = ["kernel.html", "lazy.html"]
        result.append(("questions", questions))
        var interrupted = try single.results()
        interrupted.unfinished = ["3 of 4 solutions of the theory"]
        result.append(("interrupted", interrupted))
        var half = try SyntheticStudy(widths: []).results()
        half.unfinished = ["37 of 100 networks of width 64"]
        result.append(("half", half))
        // A folder that has outlived its data, and networks that were never compared.
        var alone = try SyntheticStudy(steps: [0, 1, 5], train: 6, test: 6).results()
        alone.data = nil
        alone.comparison = nil
        result.append(("without-data", alone))
        return result
    }

    private func titles(_ results: StudyResults) -> [String] { StudyReport(results).page().sections.map(\.title) }

    @Test func fullReport() throws {
        let results = try SyntheticStudy().results()
        #expect(results.comparison?.verdict == .agrees)
        #expect(
            titles(results) == [
                "What was asked", "Learning curves", "Spread between networks", "Outputs on test points",
                "Kernels before and after training",
                "Directions that training uses", "Do theory and ensembles agree?", "How wide is wide enough?", "What it took",
                "How to reproduce this",
            ])
        let files = StudyReport(results).files()
        #expect(files.map(\.path).first == "report.html")
        #expect(Set(files.map(\.path)).count == files.count)
        #expect(files.filter { $0.path.hasPrefix("figures/") && $0.path.hasSuffix(".svg") }.count == files.count - 1)
        for name in [
            "learning-curves", "output-variance", "final-outputs", "predicted-against-measured", "feature-kernel-2",
            "tangent-kernel", "kernel-signal", "ranks", "z-scores", "excess-loss", "excess-parts",
        ] {
            #expect(files.contains { $0.path == "figures/\(name).svg" }, "\(name)")
        }
        #expect(files[0].text.contains("Theory and ensembles agree"))
    }

    @Test func missingParts() throws {
        let agreement = "Do theory and ensembles agree?", width = "How wide is wide enough?",
            kernels = "Kernels before and after training"
        for (name, results) in try cases() {
            let titles = titles(results)
            let html = StudyReport(results).page().html()
            #expect(!html.contains("nan") && !html.contains("not a number"), "\(name)")
            switch name {
            case "predict-only":
                #expect(titles.contains(width) && !titles.contains(agreement))
                #expect(html.contains("Predicted, not checked"))
            case "simulate-only":
                #expect(titles.contains(kernels) && !titles.contains(width) && !titles.contains(agreement))
                #expect(html.contains("Simulated only"))
            case "no-test": #expect(titles.contains("Outputs on training points") && !titles.contains(kernels))
            case "one-time": #expect(titles.contains("Learning curves") && html.contains("Step 100"))
            case "empty": #expect(html.contains("Nothing computed yet") && !html.contains("Networks were trained"))
            case "questions":
                #expect(html.contains("Single questions only") && html.contains("single questions: kernel.html, lazy.html."))
            case "interrupted":
                #expect(html.contains("Kept and not finished: 3 of 4 solutions of the theory. Nothing is finished yet;"))
            case "half":
                #expect(html.contains("Kept and not finished: 37 of 100 networks of width 64. Finished: the theory;"))
            case "without-data":
                #expect(html.contains("Not compared") && titles.contains(width) && !html.contains("Grey: labels"))
            default: break
            }
        }
    }

    @Test func numbersOfTheWidthSection() throws {
        // Excess c/N with c = 2, limit 0.1: 10 % at N = 200, 1 % at 2000. Spread part ½·3 = 1.5, bias part 0.5: at equal cost
        // average up to (1.5/0.5)² = 9 networks.
        func page(layers: Int = 2, correction: Double = 2, error: Double = 0) throws -> String {
            var results = try SyntheticStudy(steps: [10], train: 2, test: 2, layers: layers, widths: [], hasKernels: false)
                .results()
            let layout = results.prediction!.layout
            let loss = layout[.loss(.test)]!.range.lowerBound, first = layout[.output(.test)]!.range.lowerBound
            results.prediction!.mean[loss] = 0.1
            (results.prediction!.bias[loss], results.prediction!.biasError[loss]) = (correction, error)
            (results.prediction!.variance[first], results.prediction!.variance[first + 1]) = (2, 4)
            return StudyReport(results).page().html()
        }
        var html = try page()
        let cells = html.replacing(#/ data-title="[^"]*"/#, with: "")
        #expect(cells.contains("<td class=\"number\">200</td><td class=\"number\">2000</td>"))
        #expect(html.contains("average up to about 9 networks"))
        #expect(html.contains("N ≥ 200"))
        // Two digits, rounded up.
        for (value, text) in [(57.3, "N ≥ 58"), (200, "N ≥ 200"), (1230, "N ≥ 1300"), (12_000, "N ≥ 12 000")] {
            let needed = WideEnough(excess: 0.1, width: .init(value, value / 10))
            #expect("\(needed)".replacing("\u{202F}", with: " ").replacing("\u{A0}", with: " ") == text)
        }
        #expect(try page(layers: 1).contains("widen: it reduces both parts alike"))
        #expect(try page(layers: 1, correction: 1).contains("average over more networks rather than widen"))
        #expect(try page(correction: -1).contains("any width"))
        // A correction lost in its Monte Carlo error gives no width.
        html = try page(correction: -1, error: 0.8)
        #expect(html.contains("not resolved from zero") && !html.contains("any width") && !html.contains("Wide enough"))
    }

    @Test func userTextIsEscaped() throws {
        var results = try SyntheticStudy(
            name: "<script>alert(1)</script>", steps: [0, 1, 2], train: 4, test: 4, classNames: ["<b>", "&\"'"]
        ).results()
        results.remarks = ["<img onerror=x>", "second"]
        let html = StudyReport(results).page().html()
        #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("2 warnings") && html.contains("&lt;img onerror=x&gt;"))
    }

    /// The same results give the same bytes: nothing depends on the order of dictionaries.
    @Test func deterministic() throws {
        let study = SyntheticStudy(steps: [0, 1, 5, 20], train: 6, test: 6)
        #expect(try StudyReport(study.results()).page().html() == StudyReport(study.results()).page().html())
    }
}
