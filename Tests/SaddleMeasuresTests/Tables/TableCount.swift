import Foundation

/// Made-up tables of each kind: few in everyday runs; in calibrations, with SADDLE_TABLES in the environment, as many hundreds as it says, and counts are printed.
func tableCount(_ usual: Int, perHundred factor: Int = 1) -> Int { hundreds.map { 100 * $0 * factor } ?? usual }

func calibrated(_ counts: String) { if hundreds != nil { print(counts) } }

private let hundreds = ProcessInfo.processInfo.environment["SADDLE_TABLES"].flatMap { Int($0) }
