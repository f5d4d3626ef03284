import CSaddle
import SaddleNumerics

/// The error of a network that is drawn to the data along windows of a series, and its gradient by backpropagation through time.
///
///     z_{t+1} = F(z̃_t),   z̃_t = (1 − α) z_t + α x_t  (observed variables),   loss = ⟨|z_t − x_t|²⟩ over windows, times after the first few, and observed variables
///
/// α = 0 is free running, α = 1 the regression of each state on the one before. A window starts at a noisy state; the first steps, over which that is forgotten, do not count. Latent variables beyond those observed start every window at zero and are not forced. All windows move together: a step is a
/// product of small matrices with a batch, gradients of weights are one product over all times and windows. Source: Hess, Monfared, Brenner and Durstewitz 2023, equations 6 to 9.
public struct ForcedWindows {
    /// Steps of a window.
    public let length: Int
    /// Number of windows.
    public let batch: Int
    /// Steps that do not count.
    public let settling: Int
    private let latent, hidden, observed: Int
    /// Forced states and units and the gradients of both (times · windows next to one another), then two batches of latent variables.
    private var work: [Double]
    /// In the order of the network's parameters.
    public private(set) var gradient: [Double]

    private var span: Int { length * batch }

    /// Room for windows of one length.
    ///
    /// - Parameters:
    ///   - observed: variables of the data, the first of the latent ones.
    ///   - settling: first steps of a window that do not count, fewer than `length`.
    public init(_ network: PiecewiseLinearNetwork, observed: Int, length: Int, batch: Int, settling: Int = 0) {
        precondition(observed >= 1 && observed <= network.latent && length >= 1 && batch >= 1, "\(observed) of \(network.latent)")
        precondition(settling >= 0 && settling < length, "\(settling) of \(length) steps do not count")
        (self.length, self.batch, self.settling, self.observed) = (length, batch, settling, observed)
        (latent, hidden) = (network.latent, network.hidden)
        work = [Double](repeating: 0, count: 2 * length * batch * (latent + hidden) + 2 * batch * latent)
        gradient = [Double](repeating: 0, count: network.parameters.count)
    }

    /// The loss; ``gradient`` is that of it.
    ///
    /// - Parameters:
    ///   - series: times × observed variables.
    ///   - starts: the first time of each window; `length` more follow it.
    public mutating func evaluate(_ network: PiecewiseLinearNetwork, on series: Matrix, starts: [Int], forcing α: Double)
        -> Double
    {
        let n = series.rows
        precondition(
            starts.count == batch && series.columns == observed && starts.allSatisfy { $0 >= 0 && $0 + length < n }
                && network.latent == latent && network.hidden == hidden, "\(starts.count) windows of \(length) in \(n) times")
        let p = network.places, (m, l, b, s) = (latent, hidden, batch, span)
        let counted = Double((length - settling) * b * observed)
        var loss = 0.0
        work.withUnsafeMutableBufferPointer { work in
            gradient.withUnsafeMutableBufferPointer { g in
                network.parameters.withUnsafeBufferPointer { θ in
                    series.elements.withUnsafeBufferPointer { x in
                        let z = work.baseAddress!, units = z + m * s, δz = units + l * s, δu = δz + m * s
                        let (next, previous) = (δu + l * s, δu + l * s + b * m)
                        let w = θ.baseAddress!, out = g.baseAddress!
                        for i in 0..<m { for c in 0..<b { z[i * s + c] = i < observed ? x[i * n + starts[c]] : 0 } }
                        for t in 0..<length {
                            sd_piecewise_step(
                                m, l, b, s, w, w + p.outWeights, w + p.inWeights, w + p.outBias, w + p.inBias, z + t * b,
                                units + t * b, next)
                            for i in 0..<m {
                                for c in 0..<b {
                                    let value = next[i * b + c], place = i * s + t * b + c
                                    var forced = value, error = 0.0
                                    if i < observed {
                                        let datum = x[i * n + starts[c] + t + 1]
                                        error = value - datum
                                        forced = (1 - α) * value + α * datum
                                    }
                                    if t < settling { error = 0 }
                                    loss += error * error
                                    δz[place] = 2 * error / counted
                                    if t + 1 < length { z[place + b] = forced }
                                }
                            }
                        }
                        for t in stride(from: length - 1, through: 0, by: -1) {
                            if t + 1 < length {
                                for i in 0..<m {
                                    let factor = i < observed ? 1 - α : 1
                                    for c in 0..<b { δz[i * s + t * b + c] += factor * previous[i * b + c] }
                                }
                            }
                            sd_piecewise_transpose(
                                m, l, b, s, w, w + p.outWeights, w + p.inWeights, units + t * b, δz + t * b, δu + t * b, previous)
                        }
                        for i in 0..<m {
                            var (a, h) = (0.0, 0.0)
                            for k in i * s..<(i + 1) * s {
                                a += δz[k] * z[k]
                                h += δz[k]
                            }
                            (out[i], out[p.outBias + i]) = (a, h)
                        }
                        for i in 0..<l {
                            var h = 0.0
                            for k in i * s..<(i + 1) * s { h += δu[k] }
                            out[p.inBias + i] = h
                        }
                        let (rows, inner, columns) = (Int32(s), Int32(l), Int32(m))
                        sd_gemm(1, 0, inner, columns, rows, 1, units, rows, δz, rows, 0, out + p.outWeights, inner)
                        sd_gemm(1, 0, columns, inner, rows, 1, z, rows, δu, rows, 0, out + p.inWeights, columns)
                    }
                }
            }
        }
        return loss / counted
    }

    /// The forced state of window `window` at each of its times, as the last ``evaluate(_:on:starts:forcing:)`` left them.
    public func states(of window: Int) -> [[Double]] {
        (0..<length).map { t in (0..<latent).map { work[$0 * span + t * batch + window] } }
    }
}
