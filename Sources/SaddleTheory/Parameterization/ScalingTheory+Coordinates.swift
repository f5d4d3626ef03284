import SaddleModels

/// What a coordinate check of any training finds, as exponents of the width: of what layers compute, and of how that moved.
extension ScalingTheory {
    /// Slopes of log size against log width that theory allows at a step: what input layers, hidden layers and the output compute, or its
    /// change since initialisation.
    ///
    /// After the first step Δh ~ n^{−r} with gradients of the initial readout, g = a + b; later those of equation 1 of ``ScalingTheory``. Where the
    /// parameterisation is not stable, updates grow at least so fast. Sizes of what layers compute after some steps are sums of what they were
    /// and of what came: between these two exponents, whichever is larger.
    ///
    /// - Parameter step: 0 before any update; nil where it is not known.
    public func slopes(of role: LayerRole, isUpdate: Bool, step: Int?) -> ClosedRange<Double> {
        let start = startExponent(role), update = updateSlopes(role, step: step.map { max($0, 1) })
        if isUpdate { return update }
        if step == 0 { return start...start }
        return min(start, update.lowerBound)...max(start, update.upperBound)
    }

    private func startExponent(_ role: LayerRole) -> Double {
        let (a, b) = (parameterization.multiplier, parameterization.initialDeviation)
        switch role {
        case .input: return 0 - a.input - b.input
        case .hidden: return 0.5 - a.input - b.input - a.hidden - b.hidden
        case .readout: return 0.5 - a.output - b.output
        }
    }

    private func updateSlopes(_ role: LayerRole, step: Int?) -> ClosedRange<Double> {
        let (first, later) = (firstUpdate(role), laterUpdate(role))
        if step == 1 { return first...first }
        let low = step == nil ? min(first, later) : later
        if violations.isEmpty { return low...max(low, step == nil ? max(first, later) : later) }
        return min(first, later)...Double.infinity
    }

    private func laterUpdate(_ role: LayerRole) -> Double {
        let p = parameterization
        switch role {
        case .input: return 0 - movements[0]
        case .hidden: return 0 - movements[movements.count - 1]
        case .readout: return 1 - min(readoutMovement, p.multiplier.output + p.initialDeviation.output + r)
        }
    }

    private func firstUpdate(_ role: LayerRole) -> Double {
        let g = parameterization.multiplier.output + parameterization.initialDeviation.output
        let input = movement(.inputWeights, gradient: g)
        let hidden = hiddenLayers > 1 ? min(input, movement(.hiddenWeights, gradient: g)) : input
        switch role {
        case .input: return 0 - input
        case .hidden: return 0 - hidden
        case .readout: return 1 - min(readoutMovement, g + hidden)
        }
    }
}
