import Foundation
import SaddleNumerics
import SaddleReport
import SaddleStudies
import Testing

/// Shows that a report holds what its content says and stays whole when parts are missing. Catches crashes on missing
/// arrays, unescaped user text, sections that vanish, and content whose arrays do not fit together.
@Suite struct StudyReportTests {
    /// Writes the pages into the folder named by SADDLE_REPORT_PREVIEW, to look at them.
    @Test(.enabled(if: ProcessInfo.processInfo.environment["SADDLE_REPORT_PREVIEW"] != nil))
    func preview() throws {
        let folder = URL(fileURLWithPath: ProcessInfo.processInfo.environment["SADDLE_REPORT_PREVIEW"]!)
        for (name, content) in cases() {
            for (path, text) in try StudyReport(content).files() {
                let file = folder.appendingPathComponent(name).appendingPathComponent(path)
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
        }
    }

    private func cases() -> [(String, StudyReportContent)] {
        var result: [(String, StudyReportContent)] = []
        result.append(("full", SyntheticStudy().content()))
        result.append(("predict-only", SyntheticStudy(widths: []).content()))
        result.append(("simulate-only", SyntheticStudy(hasTheory: false).content()))
        result.append(("no-test", SyntheticStudy(test: 0, hasKernels: false).content()))
        result.append(("one-time", SyntheticStudy(steps: [100]).content()))
        let many = SyntheticStudy(outputs: 4, widths: [64, 256, 1024], classNames: ["cat", "dog", "aeroplane", "ship"])
        result.append(("four-classes", many.content()))
        var bare = StudyReportContent(name: "bare", recordedSteps: [0, 1])
        bare.theory["train_loss"] = Tensor(shape: [2], elements: [0.5, 0.4])
        result.append(("bare", bare))
        let empty = StudyReportContent(name: "empty", recordedSteps: [0, 1])
        result.append(("empty", empty))
        var questions = empty
        questions.answers = ["kernel.html", "lazy.html"]
        result.append(("questions", questions))
        var interrupted = empty
        interrupted.unfinished = ["3 of 4 solutions of the theory"]
        result.append(("interrupted", interrupted))
        var half = SyntheticStudy(widths: []).content()
        half.unfinished = ["37 of 100 networks of width 64"]
        result.append(("half", half))
        return result
    }

    private func titles(_ content: StudyReportContent) throws -> [String] {
        try StudyReport(content).page().sections.map(\.title)
    }

    @Test func fullReport() throws {
        let content = SyntheticStudy().content()
        #expect(
            try titles(content) == [
                "What was asked", "Learning curves", "Spread between networks", "Outputs on test points",
                "Kernels before and after training",
                "Directions that training uses", "Do theory and ensembles agree?", "How wide is wide enough?", "What it took",
                "How to reproduce this",
            ])
        let files = try StudyReport(content).files()
        #expect(files.map(\.path).first == "report.html")
        #expect(Set(files.map(\.path)).count == files.count)
        #expect(files.filter { $0.path.hasPrefix("figures/") && $0.path.hasSuffix(".svg") }.count == files.count - 1)
        for name in [
            "learning-curves", "output-variance", "final-outputs", "predicted-against-measured", "feature-kernel-2",
            "tangent-kernel", "ranks", "z-scores", "excess-loss",
        ] {
            #expect(files.contains { $0.path == "figures/\(name).svg" }, "\(name)")
        }
        #expect(files[0].text.contains("Theory and ensembles agree"))
    }

    @Test func missingParts() throws {
        let agreement = "Do theory and ensembles agree?", width = "How wide is wide enough?",
            kernels = "Kernels before and after training"
        for (name, content) in cases() {
            let report = try StudyReport(content)
            let titles = report.page().sections.map(\.title)
            let html = report.page().html()
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
            case "bare": #expect(titles == ["Learning curves"])
            case "empty": #expect(html.contains("Nothing computed yet") && !html.contains("Networks were trained"))
            case "questions":
                #expect(html.contains("Single questions only") && html.contains("single questions: kernel.html, lazy.html."))
            case "interrupted":
                #expect(html.contains("Kept and not finished: 3 of 4 solutions of the theory. Nothing is finished yet;"))
            case "half":
                #expect(html.contains("Kept and not finished: 37 of 100 networks of width 64. Finished: the theory;"))
            default: break
            }
        }
    }

    /// Every array taken away on its own: whatever subset a run folder holds, there is a report.
    @Test func anyArrayMayBeMissing() throws {
        let study = SyntheticStudy(steps: [0, 1, 5, 20, 40], train: 6, test: 6)
        let content = study.content()
        for name in content.theory.keys.sorted() {
            var less = content
            less.theory[name] = nil
            _ = try StudyReport(less).files()
        }
        for name in content.ensemble.keys.sorted() {
            var less = content
            less.ensemble[name] = nil
            _ = try StudyReport(less).files()
        }
    }

    @Test func numbersOfTheWidthSection() throws {
        // Excess c/N with c = 2, limit 0.1: 10 % at N = 200, 1 % at 2000. Spread part ½·3 = 1.5, bias part 0.5: at equal cost
        // average up to (1.5/0.5)² = 9 networks.
        var content = StudyReportContent(name: "widths", recordedSteps: [10])
        content.hiddenLayers = 2
        content.hasSquaredLoss = true
        content.theory["test_loss"] = Tensor(shape: [1], elements: [0.1])
        content.theory["test_loss_correction"] = Tensor(shape: [1], elements: [2])
        content.theory["test_output"] = Tensor(shape: [1, 2], elements: [0, 1])
        content.theory["test_output_variance"] = Tensor(shape: [1, 2], elements: [2, 4])
        var html = try StudyReport(content).page().html()
        let cells = html.replacing(#/ data-title="[^"]*"/#, with: "")
        #expect(cells.contains("<td class=\"number\">200</td><td class=\"number\">2000</td>"))
        #expect(html.contains("average up to about 9 networks"))
        #expect(html.contains("N ≥ 200"))
        content.hiddenLayers = 1
        html = try StudyReport(content).page().html()
        #expect(html.contains("widen: it reduces both parts alike"))
        content.theory["test_loss_correction"] = Tensor(shape: [1], elements: [1])
        html = try StudyReport(content).page().html()
        #expect(html.contains("average over more networks rather than widen"))
        content.theory["test_loss_correction"] = Tensor(shape: [1], elements: [-1])
        html = try StudyReport(content).page().html()
        #expect(html.contains("any width"))
        // A correction lost in its Monte Carlo error gives no width.
        content.theory["test_loss_correction_error"] = Tensor(shape: [1], elements: [0.8])
        html = try StudyReport(content).page().html()
        #expect(html.contains("not resolved from zero") && !html.contains("any width") && !html.contains("Wide enough"))
    }

    @Test func userTextIsEscaped() throws {
        var content = SyntheticStudy(steps: [0, 1, 2], train: 4, test: 4, classNames: ["<b>", "&\"'"]).content()
        content.name = "<script>alert(1)</script>"
        content.studyText = "name: </code></pre><script>"
        content.warnings = ["<img onerror=x>", "second"]
        let html = try StudyReport(content).page().html()
        #expect(!html.contains("<script") && !html.contains("<img") && !html.contains("<b>"))
        #expect(html.contains("&lt;script&gt;alert(1)&lt;/script&gt;"))
        #expect(html.contains("2 warnings") && html.contains("&lt;img onerror=x&gt;"))
    }

    @Test func contentThatDoesNotFit() throws {
        let good = SyntheticStudy(steps: [0, 1, 2], train: 4, test: 4).content()
        func failure(_ change: (inout StudyReportContent) -> Void) -> String {
            var content = good
            change(&content)
            do {
                _ = try StudyReport(content)
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(failure { $0.recordedSteps = [] }.contains("no steps were recorded"))
        let short = failure { $0.theory["train_loss"] = Tensor(shape: [2]) }
        #expect(short.contains("'train_loss' has shape 2, expected 3"))
        #expect(
            failure { $0.ensemble["test_output_mean_64"] = Tensor(shape: [3, 5]) }.contains(
                "'test_output_mean_64' has shape 3×5, expected 3×4"))
        #expect(failure { $0.theory["tangent_kernel"] = Tensor(shape: [3, 4, 5]) }.contains("expected 3×samples×samples"))
        #expect(failure { $0.theory["ranks"] = Tensor(shape: [3, 2, 3]) }.contains("'ranks'"))
        #expect(failure { $0.testClasses = [0] }.contains("1 classes of test samples for 4 samples"))
        #expect(failure { $0.trainClasses = [0, 1, 2, 0] }.contains("class 2, but there are 2 classes"))
        #expect(failure { $0.testLabels = Matrix(rows: 4, columns: 2) }.contains("4×2, expected 4×1"))
    }

    /// The same content gives the same bytes: nothing depends on the order of dictionaries.
    @Test func deterministic() throws {
        let study = SyntheticStudy(steps: [0, 1, 5, 20], train: 6, test: 6)
        #expect(try StudyReport(study.content()).page().html() == StudyReport(study.content()).page().html())
    }
}
