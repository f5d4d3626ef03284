import SaddleNumerics
import Testing

// When the program starts itself again for a better kernel of OpenBLAS, and what the manifest says of it. It would catch a loop, a user's
// own choice overridden, and a slow kernel without a word. The whole way, with a real process: CommandTests.

@Suite struct KernelChoiceTests {
    private static let wide: ProcessorFeatures = [.avx, .avx2, .fma, .avx512]

    private func choice(_ kernel: String, _ environment: [String: String] = [:]) -> KernelChoice {
        KernelChoice(kernel: kernel, features: Self.wide) { environment[$0] }
    }

    private func mending(_ kernel: String, _ environment: [String: String] = [:]) -> [String: String]? {
        KernelChoice.mending(kernel: kernel, features: Self.wide) { environment[$0] }
            .map { Dictionary(uniqueKeysWithValues: $0.map { ($0.name, $0.value) }) }
    }

    @Test func mistakeIsMendedOnce() throws {
        let variables = try #require(mending("Prescott"))
        #expect(variables["OPENBLAS_CORETYPE"] == "SkylakeX" && variables.count == 2)
        // Started again, whatever OpenBLAS makes of it: never a second time.
        for kernel in ["SkylakeX", "Prescott", "Haswell"] { #expect(mending(kernel, variables) == nil) }
        #expect(choice("SkylakeX", variables) == choice("SkylakeX", ["SADDLE_KERNEL_FOUND": "Prescott"]))
        let mended = choice("SkylakeX", variables)
        #expect(mended.used == "SkylakeX" && mended.found == "Prescott" && mended.mended && mended.remark == nil)
        let stubborn = choice("Prescott", variables)
        #expect(!stubborn.mended && stubborn.remark?.contains("OpenBLAS does not take SkylakeX") == true)
        // The variable that guards alone is enough, though nothing else be set.
        #expect(mending("Prescott", ["SADDLE_KERNEL_FOUND": "Prescott"]) == nil)
    }

    @Test func usersChoiceStays() {
        for own in ["Prescott", "Nehalem", ""] {
            #expect(mending("Prescott", ["OPENBLAS_CORETYPE": own]) == nil)
        }
        let own = choice("Nehalem", ["OPENBLAS_CORETYPE": "Nehalem"])
        #expect(own.used == "Nehalem" && own.found == "Nehalem" && !own.mended)
        #expect(own.remark == "OPENBLAS_CORETYPE chooses Nehalem; this processor could run SkylakeX")
        #expect(choice("Cooperlake", ["OPENBLAS_CORETYPE": "Cooperlake"]).remark == nil)
    }

    @Test func goodKernelIsLeftAlone() {
        #expect(mending("Cooperlake") == nil && mending("SkylakeX") == nil && mending("NeoverseN1") == nil)
        let good = choice("Cooperlake")
        #expect(good.used == "Cooperlake" && good.found == "Cooperlake" && !good.mended && good.remark == nil)
    }

    /// Where the system refuses to start it again, users learn what to set.
    @Test func refusalIsRemarked() {
        #expect(choice("Prescott").remark?.contains("OPENBLAS_CORETYPE=SkylakeX would be faster") == true)
    }
}
