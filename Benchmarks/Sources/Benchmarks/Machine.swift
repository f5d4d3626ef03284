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
        #if DEBUG
            let build = "debug"
        #else
            let build = "release"
        #endif
        return Machine(
            processor: SaddleNumerics.Machine.processor,
            processors: ProcessInfo.processInfo.processorCount, system: ProcessInfo.processInfo.operatingSystemVersionString,
            blas: BLAS.library, build: build)
    }
}
