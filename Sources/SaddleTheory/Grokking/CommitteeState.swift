import SaddleModels
import SaddleNumerics

/// All that a committee's outputs, losses and kernels depend on: M = (1/N) Σ wwᵀ and w̄ = (1/N) Σ w.
public struct CommitteeState: Sendable {
    /// M
    public var secondMoment: Matrix
    /// w̄
    public var mean: [Double]

    /// `secondMoment` is D × D and symmetric, `mean` of D components.
    public init(secondMoment: Matrix, mean: [Double]) { (self.secondMoment, self.mean) = (secondMoment, mean) }

    /// Of infinitely many units with independent standard normal weights.
    public static func infinitelyWide(dimension: Int) -> CommitteeState {
        CommitteeState(secondMoment: .identity(dimension), mean: [Double](repeating: 0, count: dimension))
    }

    /// f − y as a function of x.
    ///
    /// - Parameter initial: subtracted if outputs are centred.
    public func residual(_ task: CommitteeTask, direction β: [Double], initial: CommitteeState) -> QuadraticForm {
        let (α, d) = (task.alpha, β.count)
        var linear = mean, quadratic = secondMoment
        if task.isCentered {
            quadratic.add(initial.secondMoment, scale: -1)
            for i in 0..<d { linear[i] -= initial.mean[i] }
        }
        quadratic.scale(by: α * task.epsilon)
        for j in 0..<d { for i in 0..<d { quadratic[i, j] -= β[i] * β[j] } }
        return QuadraticForm(linear: linear.map { α * $0 }, quadratic: quadratic)
    }

    /// The tangent kernel of the given inputs over N/α²: x·x′ (1 + ε w̄·(x + x′) + ε² xᵀMx′).
    public func tangentKernel(_ inputs: Matrix, epsilon ε: Double) -> Matrix {
        let p = inputs.rows
        let projections = (inputs * Matrix(rows: mean.count, columns: 1, elements: mean)).elements
        var kernel = (inputs * secondMoment) * inputs.ᵀ
        let products = inputs * inputs.ᵀ
        kernel.elements.withUnsafeMutableBufferPointer { k in
            products.elements.withUnsafeBufferPointer { x in
                for j in 0..<p {
                    for i in 0..<p {
                        let at = j * p + i
                        k[at] = x[at] * (1 + ε * (projections[i] + projections[j]) + ε * ε * k[at])
                    }
                }
            }
        }
        return kernel
    }
}
