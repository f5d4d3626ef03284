import SaddleNumerics
import SaddleReport

/// What was asked, what it took, and how to do it again.
extension StudyReport {
    func askedSection() -> Page.Section? {
        var blocks: [Page.Block] = []
        let facts = content.asked + content.dataFacts
        if !facts.isEmpty { blocks.append(.facts(facts)) }
        if !content.studyText.isEmpty { blocks.append(.folded("The study file", [.code(content.studyText)])) }
        return blocks.isEmpty ? nil : Page.Section("What was asked", blocks)
    }

    func timingSection() -> Page.Section? {
        guard !content.timings.isEmpty else { return nil }
        let total = content.timings.reduce(0) { $0 + $1.seconds }
        let rows = content.timings.map { [$0.stage, NumberText.duration(seconds: $0.seconds), $0.remark] }
        let table = Table(
            [.text("Stage"), .number("Time"), .text("")], rows: rows + [["Together", NumberText.duration(seconds: total), ""]])
        return Page.Section("What it took", [.table(table)])
    }

    func warningSection() -> Page.Section? {
        content.warnings.isEmpty ? nil : Page.Section("Warnings", [.list(content.warnings)])
    }

    func reproductionSection() -> Page.Section? {
        guard !content.commands.isEmpty || !content.provenance.isEmpty else { return nil }
        var blocks: [Page.Block] = []
        if !content.commands.isEmpty {
            blocks.append(.paragraph("The same study file and version give the same numbers, whatever the number of threads."))
            blocks.append(.code(content.commands.joined(separator: "\n")))
        }
        if !content.provenance.isEmpty { blocks.append(.facts(content.provenance)) }
        return Page.Section("How to reproduce this", blocks)
    }
}
