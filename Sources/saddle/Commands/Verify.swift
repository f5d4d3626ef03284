import ArgumentParser
import SaddleComparisons
import SaddleStudies

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Certify this installation: theory against ensembles of many kinds of network.",
        discussion: """
            Solves the theory for networks of one to four hidden layers, five activations, feature learning from weak to \
            strong, several optimisers, losses and outputs, trains an ensemble of real networks for each, and compares outputs, \
            losses and kernels. Takes about a minute.

            Prints one line a case (a Markdown table):
              numbers         single means and variances compared, at widths 64 and 256
              largest |z|     the largest of their differences as a standard normal value, and what is allowed
              pooled |z|      the same of whole observables: their size, their variance
              outputs         measured over predicted at width 256: the size of the outputs, and N times their variance
              verdict         agrees, also where terms beyond 1/N are visible at width 64 alone, which is said;
                              outside the 1/N regime (such terms are visible at 256, and fall as such terms do);
                              disagrees (a correct installation: once in 10 000 cases); cannot tell (more networks would)

            EXAMPLES
              saddle verify                     everything
              saddle verify --only relu         the cases whose names contain "relu"
              saddle verify --seed 7            other random numbers

            EXIT CODES
              0  no case disagrees     3  at least one does
            """)

    @Option(help: ArgumentHelp("Only cases whose names contain this.", valueName: "text"))
    var only: String?

    @Option(help: "Seed of theory and networks.")
    var seed = 1

    @Option(help: "Networks in each ensemble.")
    var networks = 600

    @Option(help: ArgumentHelp("How many threads to use. (default: all processors)", valueName: "n"))
    var threads: Int?

    func validate() throws {
        if let threads, threads < 1 { throw ValidationError("--threads is \(threads); expected 1 or more") }
        if networks < 10 { throw ValidationError("--networks is \(networks); expected 10 or more") }
        if cases.isEmpty {
            let names = VerificationCase.all.map { "  \($0.name)" }.joined(separator: "\n")
            throw ValidationError("no case's name contains '\(only ?? "")'; there are\n\(names)")
        }
    }

    private var cases: [VerificationCase] {
        VerificationCase.all.filter { verificationCase in only.map { verificationCase.name.contains($0) } ?? true }
    }

    func run() throws {
        if let threads { StudyRunner.useThreads(threads) } else { StudyRunner.useAllThreads() }
        Interruption.watch { Terminal.error.print("Stopped.") }
        var verification = Verification()
        (verification.seed, verification.networks) = (seed, networks)
        Terminal.output.print("Theory against \(networks) networks of widths 64 and 256 each, seed \(seed).\n")
        Terminal.output.print(Verification.Result.tableHeader)
        var (failures, undecided, reasons) = ([String](), [String](), [String]())
        for verificationCase in cases {
            let result: Verification.Result
            do {
                result = try verification.run(verificationCase, shouldStop: { Interruption.isRequested })
            } catch {
                if Interruption.isRequested { throw ExitCode(Interruption.exitCode) }
                throw StudyFailure.failed(stage: verificationCase.name, error)
            }
            Terminal.output.print(result.tableRow)
            if result.verdict != .agrees {
                let comparison = result.comparison
                reasons.append("\n\(result.name): \(comparison.summary)")
                reasons += comparison.widths.filter { $0.verdict != .agrees }.map {
                    "  width \($0.width): \($0.reasons.joined(separator: " "))\n"
                        + $0.worst.prefix(2).map { "    \($0)" }.joined(separator: "\n")
                }
            }
            if result.verdict == .disagrees { failures.append(result.name) }
            if result.verdict == .cannotTell { undecided.append(result.name) }
        }
        for reason in reasons { Terminal.output.print(reason) }
        if !undecided.isEmpty {
            Terminal.output.print(
                "\n\(undecided.count) of \(cases.count) cases cannot tell; more --networks would: \(undecided.joined(separator: "; "))."
            )
        }
        if failures.isEmpty {
            Terminal.output.print("\nNone of \(cases.count) cases disagrees.")
        } else {
            Terminal.output.print("\n\(failures.count) of \(cases.count) cases disagree: \(failures.joined(separator: "; ")).")
            throw ExitCode(3)
        }
    }
}
