import CSaddle

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Functions that formulas have beside the named activations.
extension Activation {
    /// 1 for x > 0, 0 for x < 0, ½ at 0; its slope leaves out δ(x).
    static let step = Activation(
        name: "step", isSmooth: false, isContinuous: false, kernel: sd_activation_step, single: sd_single_activation_step)

    static let log = Activation(name: "log", isSmooth: true) { x in
        (value: sdLog(x), slope: 1 / x, curvature: -1 / (x * x))
    }

    static let sqrt = Activation(name: "sqrt", isSmooth: true) { x in
        let root = x.squareRoot()
        return (value: root, slope: 0.5 / root, curvature: -0.25 / (x * root))
    }

    static let sinh = Activation(name: "sinh", isSmooth: true) { x in
        let y = sdSinh(x)
        return (value: y, slope: sdCosh(x), curvature: y)
    }

    static let cosh = Activation(name: "cosh", isSmooth: true) { x in
        let y = sdCosh(x)
        return (value: y, slope: sdSinh(x), curvature: y)
    }

    static let atan = Activation(name: "atan", isSmooth: true) { x in
        let slope = 1 / (1 + x * x)
        return (value: sdAtan(x), slope: slope, curvature: -2 * x * slope * slope)
    }

    /// xᵖ: not a number for x < 0.
    static func power(_ p: Double) -> Activation {
        Activation(name: "power", isSmooth: true) { x in
            (value: pow(x, p), slope: p * pow(x, p - 1), curvature: p * (p - 1) * pow(x, p - 2))
        }
    }
}

// The C library's, whose names are those of activations here.
private let sdLog: @Sendable (Double) -> Double = { log($0) }
private let sdSinh: @Sendable (Double) -> Double = { sinh($0) }
private let sdCosh: @Sendable (Double) -> Double = { cosh($0) }
private let sdAtan: @Sendable (Double) -> Double = { atan($0) }
