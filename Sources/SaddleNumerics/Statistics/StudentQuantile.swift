/// The t with P(|t_ν| > t) = probability for Student's law with ν degrees of freedom; infinite ν is the normal law.
///
/// By bisection of ``normalScore(t:degreesOfFreedom:)``; relative error below 1e-9.
public func studentQuantile(twoSided probability: Double, degreesOfFreedom ν: Double) -> Double {
    let z = normalQuantile(twoSided: probability)
    if ν > 1e6 { return z }
    var (low, high) = (z, 2 * z + 1)
    while normalScore(t: high, degreesOfFreedom: ν) < z { (low, high) = (high, 2 * high) }
    for _ in 0..<60 where high - low > 1e-10 * high {
        let middle = (low + high) / 2
        if normalScore(t: middle, degreesOfFreedom: ν) < z { low = middle } else { high = middle }
    }
    return (low + high) / 2
}

/// P(|t_ν| > |t|) for Student's law.
public func studentTail(twoSided t: Double, degreesOfFreedom ν: Double) -> Double {
    normalTail(twoSided: normalScore(t: t, degreesOfFreedom: ν))
}
