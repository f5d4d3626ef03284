import Foundation
import SaddleNumerics

/// The kernel of OpenBLAS, to be mended before any output.
public typealias KernelChoice = SaddleNumerics.KernelChoice

/// The program and what it stands on, for reports of problems: `saddle --version --verbose`.
public enum Installation {
    /// "0.1.0 (build 5f0c…)": two programs of one build have the same bytes.
    public static var version: String {
        var digest = Digest()
        guard (try? digest.add(file: executable)) != nil else { return saddleVersion }
        return "\(saddleVersion) (build \(digest.text))"
    }

    private static var executable: String {
        #if os(Linux)
            "/proc/self/exe"
        #else
            Bundle.main.executablePath ?? CommandLine.arguments[0]
        #endif
    }

    public static var description: String {
        let machine = Manifest.Machine.current
        var facts = [("BLAS", BLAS.library)]
        if let choice = KernelChoice.current {
            var kernel = choice.used
            if choice.mended { kernel += " (OpenBLAS had picked \(choice.found); started again)" }
            if let remark = choice.remark { kernel += " (\(remark))" }
            facts.append(("kernel", kernel))
        }
        facts += [
            ("processor", "\(machine.processor), \(machine.cores) cores; vector instructions \(BLAS.processorFeatures)"),
            ("threads", "\(Threads.count)"), ("system", machine.system), ("Swift", compiler),
        ]
        let width = facts.map(\.0.count).max()! + 2
        let lines = facts.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + $0.1 }
        return (["saddle \(version)"] + lines).joined(separator: "\n")
    }

    /// What BLAS, threads and stacks take before anything is computed.
    private static let leastMemory = 4e8

    /// - Throws: ``TooLittleMemory``.
    public static func requireMemory() throws {
        let present = Machine.availableMemory
        if present < leastMemory { throw TooLittleMemory(bytes: present) }
    }

    struct TooLittleMemory: Error, CustomStringConvertible {
        let bytes: Double
        var description: String {
            "\(Int(bytes / 1e6)) MB of memory are left to the program, by the system, its container or `ulimit -v`; expected at least "
                + "\(Int(Installation.leastMemory / 1e6)) MB"
        }
    }

    private static var compiler: String {
        #if compiler(>=6.4)
            "6.4 or later"
        #elseif compiler(>=6.3)
            "6.3"
        #else
            "6.2"
        #endif
    }
}
