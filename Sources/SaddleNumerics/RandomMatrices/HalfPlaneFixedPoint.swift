import Numerics

/// The fixed point ω = T(ω) of an analytic map of the half-plane Im ω ≥ Im z into itself, such as subordination functions solve.
///
/// The map contracts (Earle and Hamilton 1970), but hardly so near the real axis. Newton's steps are therefore taken wherever they
/// lower the residual, plain ones elsewhere: the plain iteration alone guarantees that the fixed point found is the right one, since
/// there is no other in the half-plane. Derivatives by differences over 1e-5, whose error of 1e-10 only slows convergence: at an edge,
/// where 1 − T′ vanishes, extrapolation from iterates would drown in rounding earlier.
enum HalfPlaneFixedPoint {
    static let tolerance = 1e-13

    /// - Parameters:
    ///   - scale: the size of the spectrum, the unit of the residual where ω is smaller.
    ///   - map: T, with all it needs of z.
    /// - Throws: ``RandomMatrixError/notConverged(z:residual:advice:)`` above a relative residual of 1e-12.
    static func solve(
        at z: Complex<Double>, from start: Complex<Double>, scale: Double,
        _ map: (Complex<Double>) throws -> Complex<Double>
    ) throws -> Complex<Double> {
        var ω = start
        var image = try map(ω)
        var best = (ω: image, residual: Double.infinity)
        for _ in 0..<500 {
            let residual = (image - ω).length / max(ω.length, scale)
            if residual < best.residual { best = (image, residual) }
            if residual <= tolerance || !residual.isFinite { break }
            let h = Complex(1e-5 * max(ω.length, scale))
            let slope = (try map(ω + h) - map(ω - h)) / (2 * h)
            var jump = ω + (image - ω) / (1 - slope)
            // A step that leaves the half-plane ends a little above its boundary.
            jump.imaginary = max(jump.imaginary, z.imaginary + 0.05 * (ω.imaginary - z.imaginary))
            if jump.isFinite {
                let next = try map(jump)
                if (next - jump).length < 0.7 * (image - ω).length {
                    (ω, image) = (jump, next)
                    continue
                }
            }
            (ω, image) = (image, try map(image))
        }
        if best.residual <= 1e-12 { return best.ω }
        throw RandomMatrixError.notConverged(
            z: z, residual: best.residual, advice: "z is at an edge of the spectrum; ask at a little distance from it")
    }
}
