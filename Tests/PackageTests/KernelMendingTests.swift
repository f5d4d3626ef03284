import Foundation
import Testing

#if os(Linux) && arch(x86_64)
    // OpenBLAS that takes the processor for a Prescott, imitated by a `getenv` that tells OpenBLAS alone so: the program starts itself
    // again, once, with the same arguments and streams. It would catch a loop, a lost argument, output written twice, and a
    // user's own choice overridden.

    private let canImitate: Bool = {
        let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return info.contains(" avx2 ") && folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/clang") }
    }()

    @Suite(.enabled(if: canImitate, "a C compiler and a processor with AVX2"))
    struct KernelMendingTests {
        private let directory: URL

        init() throws {
            directory = FileManager.default.temporaryDirectory.appendingPathComponent("saddle-kernel-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
            let source = """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <string.h>
                char *getenv(const char *name) {
                    static char *(*real)(const char *);
                    if (!real) real = (char *(*)(const char *))dlsym(RTLD_NEXT, "getenv");
                    char *value = real(name);
                    Dl_info caller;
                    if (!value && !strcmp(name, "OPENBLAS_CORETYPE") && dladdr(__builtin_return_address(0), &caller) &&
                        strstr(caller.dli_fname, "openblas"))
                        return "Prescott";
                    return value;
                }
                """
            try Data(source.utf8).write(to: directory.appendingPathComponent("fault.c"))
            let compiled = try run(
                "/usr/bin/env", ["clang", "-shared", "-fPIC", "-O1", "fault.c", "-o", "fault.so", "-ldl"], environment: [:])
            try #require(compiled.code == 0, "\(compiled.text)")
        }

        private func run(_ program: String, _ arguments: [String], environment: [String: String]) throws -> (
            code: Int32, text: String
        ) {
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
            process.currentDirectoryURL = directory
            process.environment = ProcessInfo.processInfo.environment.filter {
                !["OPENBLAS_CORETYPE", "SADDLE_KERNEL_FOUND"].contains($0.key)
            }.merging(environment) { $1 }
            let file = directory.appendingPathComponent("output")
            try Data().write(to: file)
            let output = try FileHandle(forWritingTo: file)
            process.standardOutput = output
            process.standardError = output
            try process.run()
            process.waitUntilExit()
            return (process.terminationStatus, String(decoding: try Data(contentsOf: file), as: UTF8.self))
        }

        private func saddle(_ arguments: String..., environment: [String: String] = [:]) throws -> (code: Int32, text: String) {
            var all = ["LD_PRELOAD": directory.appendingPathComponent("fault.so").path]
            all.merge(environment) { $1 }
            return try run(CommandTests.program.path, arguments, environment: all)
        }

        @Test func wholeWay() throws {
            defer { try? FileManager.default.removeItem(at: directory) }
            let mended = try saddle("--version", "--verbose")
            #expect(mended.code == 0 && mended.text.hasPrefix("saddle "))
            #expect(mended.text.contains("(OpenBLAS had picked Prescott; started again)"), "\(mended.text)")
            #expect(mended.text.components(separatedBy: "Swift").count == 2, "written once: \(mended.text)")

            let own = try saddle("--version", "--verbose", environment: ["OPENBLAS_CORETYPE": "Nehalem"])
            #expect(own.text.contains("Nehalem (OPENBLAS_CORETYPE chooses Nehalem"), "\(own.text)")
            // Negative control: without the way out the fault is there.
            let guarded = try saddle("--version", "--verbose", environment: ["SADDLE_KERNEL_FOUND": "Prescott"])
            #expect(guarded.text.contains("Prescott (OpenBLAS does not take"), "\(guarded.text)")

            // Arguments arrive as they were, those of several words too, and exit codes come back.
            let study = "data: {source: gaussian, train: 4, dimension: 3, teacher: linear}\nnetwork: {hidden_layers: 1}\n"
            try Data(study.utf8).write(to: directory.appendingPathComponent("two words.yaml"))
            let kernel = try saddle("predict", "kernel", "two words.yaml", "--output", "an answer")
            #expect(kernel.code == 0, "\(kernel.text)")
            let manifest = try Data(contentsOf: directory.appendingPathComponent("an answer/manifest.json"))
            let object = try #require(try JSONSerialization.jsonObject(with: manifest) as? [String: Any])
            let choice = try #require(object["blas_kernel"] as? [String: Any])
            #expect(choice["found"] as? String == "Prescott" && choice["mended"] as? Bool == true)
            #expect(choice["used"] as? String != "Prescott")
            #expect(try saddle("run", "missing.yaml").code == 2)
        }
    }
#endif
