#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// L(N, D) = E + A/N^α + B/D^β: what a model of N parameters loses after D samples. Source: Hoffmann et al. 2022, approach 3.
public struct TwoResourceLaw: Sendable, Equatable {
    /// E, the loss of unlimited size and data.
    public var floor: Double
    /// ln A and ln B, in which very large amplitudes stay within range.
    public var logSizeAmplitude, logDataAmplitude: Double
    /// α and β
    public var sizeExponent, dataExponent: Double

    /// With A and B themselves, which must be positive.
    public init(floor: Double, sizeAmplitude: Double, dataAmplitude: Double, sizeExponent: Double, dataExponent: Double) {
        self.floor = floor
        (logSizeAmplitude, logDataAmplitude) = (log(sizeAmplitude), log(dataAmplitude))
        (self.sizeExponent, self.dataExponent) = (sizeExponent, dataExponent)
    }

    /// A, the amplitude of the size.
    public var sizeAmplitude: Double { exp(logSizeAmplitude) }
    /// B, the amplitude of the data.
    public var dataAmplitude: Double { exp(logDataAmplitude) }

    /// The loss L(N, D) by this law.
    public func callAsFunction(size: Double, data: Double) -> Double {
        floor + exp(logSizeAmplitude - sizeExponent * log(size)) + exp(logDataAmplitude - dataExponent * log(data))
    }

    /// a of N ∝ Cᵃ where the loss is least at a given compute C = 6ND.
    public var allocationExponent: Double { dataExponent / (sizeExponent + dataExponent) }

    /// The size at which the loss of a compute is least, and the data that it leaves:
    ///
    ///     N = G (C/6)^{β/(α+β)},   D = C/(6N),   G = (αA/βB)^{1/(α+β)}
    public func allocation(compute: Double) -> (size: Double, data: Double) {
        let sum = sizeExponent + dataExponent
        let logG = (log(sizeExponent / dataExponent) + logSizeAmplitude - logDataAmplitude) / sum
        let size = exp(logG + dataExponent / sum * log(compute / 6))
        return (size, compute / 6 / size)
    }

    /// Whether there is such a size.
    public var hasAllocation: Bool { sizeExponent > 0 && dataExponent > 0 }
}
