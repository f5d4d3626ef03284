import Foundation
import SaddleNumerics

/// Where numbers were measured; without it they mean nothing.
struct Machine: Codable {
    let processor: String
    let processors: Int
    let system: String
    let blas: String
    let build: String

    static var current: Machine {
        let cpuinfo = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
        let model = cpuinfo.split(separator: "\n").first { $0.hasPrefix("model name") }?.split(separator: ":").last
        #if DEBUG
            let build = "debug"
        #else
            let build = "release"
        #endif
        return Machine(
            processor: model?.trimmingCharacters(in: .whitespaces) ?? "unknown processor",
            processors: ProcessInfo.processInfo.processorCount, system: ProcessInfo.processInfo.operatingSystemVersionString,
            blas: BLAS.library, build: build)
    }
}
