import CSaddle
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The kernel of OpenBLAS that a process computes with, and how it came to be chosen.
///
/// OpenBLAS chooses when it is loaded, before any code of the program. Where it has taken the processor for an older one, the program
/// starts itself again with the right name in the environment (``startAgainIfMistaken()``).
public struct KernelChoice: Codable, Sendable, Equatable {
    /// The kernel in use.
    public var used: String
    /// The kernel that OpenBLAS picked by itself, or that the user chose.
    public var found: String
    /// Whether the program started again to use another kernel than the one found.
    public var mended: Bool
    /// What stands in the way of a faster kernel, if anything does.
    public var remark: String?

    /// That of this process; nil for Accelerate, which has no choice.
    public static var current: KernelChoice? {
        BLAS.kernel.map { KernelChoice(kernel: $0, features: usableFeatures, environment: variable) }
    }

    /// - Parameter environment: the value of a variable.
    package init(kernel: String, features: ProcessorFeatures, environment: (String) -> String?) {
        let before = environment(Self.foundBefore)
        used = kernel
        found = before ?? kernel
        mended = before != nil && before != kernel
        guard let better = BLAS.recommendedKernel(insteadOf: kernel, features: features) else { return }
        remark =
            if before != nil {
                "OpenBLAS does not take \(better), which this processor could run; a newer OpenBLAS may"
            } else if environment(Self.coreType) != nil {
                "\(Self.coreType) chooses \(kernel); this processor could run \(better)"
            } else {
                "OpenBLAS takes this processor for an older one; \(Self.coreType)=\(better) would be faster"
            }
    }

    /// The variables to start again with; nil if the kernel suits, the user chose it, or it was tried before.
    package static func mending(
        kernel: String, features: ProcessorFeatures, environment: (String) -> String?
    ) -> [(name: String, value: String)]? {
        guard environment(coreType) == nil, environment(foundBefore) == nil,
            let better = BLAS.recommendedKernel(insteadOf: kernel, features: features)
        else { return nil }
        return [(coreType, better), (foundBefore, kernel)]
    }

    /// Replaces this process by the same program with the same arguments, streams, signals and process number, and a kernel that
    /// suits the processor. Returns if there is nothing to mend, or the system refuses. To be called before any output.
    public static func startAgainIfMistaken() {
        #if os(Linux)
            if variable(foundBefore) != nil { restoreName() }
            guard let kernel = BLAS.kernel,
                let variables = mending(kernel: kernel, features: usableFeatures, environment: variable)
            else { return }
            for (name, value) in variables { setenv(name, value, 1) }
            execv("/proc/self/exe", CommandLine.unsafeArgv)
            for (name, _) in variables { unsetenv(name) }
        #endif
    }

    /// The same within this process, for programs that hold the library; to be called before anything is computed.
    public static func mendInPlace() {
        #if os(Linux)
            guard let kernel = BLAS.kernel,
                let choice = mending(kernel: kernel, features: usableFeatures, environment: variable)?.first
            else { return }
            setenv(choice.name, choice.value, 1)
            if sd_choose_blas_kernel() != 0 { foundInPlace.withLock { $0 = kernel } }
            // Programs that this one starts choose for themselves.
            unsetenv(choice.name)
        #endif
    }

    private static let foundInPlace = Mutex<String?>(nil)

    /// Those that a choice of kernels can put to use.
    private static var usableFeatures: ProcessorFeatures { BLAS.hasManyKernels ? BLAS.processorFeatures : [] }

    /// What users set to choose a kernel.
    private static let coreType = "OPENBLAS_CORETYPE"
    /// Set by the program when it starts itself again, to the kernel found before: never twice.
    private static let foundBefore = "SADDLE_KERNEL_FOUND"

    private static func variable(_ name: String) -> String? {
        (name == foundBefore ? foundInPlace.withLock { $0 } : nil) ?? getenv(name).map { String(cString: $0) }
    }

    /// The name that `ps` and `top` show, which would be "exe".
    private static func restoreName() {
        let name = CommandLine.arguments.first?.lastPathPart ?? "saddle"
        let file = open("/proc/self/comm", O_WRONLY | O_CLOEXEC)
        if file < 0 { return }
        _ = name.withCString { write(file, $0, strlen($0)) }
        close(file)
    }
}
