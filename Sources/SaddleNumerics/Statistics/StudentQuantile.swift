/// The t with P(|t_ν| > t) = probability for Student's law with ν degrees of freedom; infinite ν is the normal law.
///
/// Relative error below 1e-9 (``studentValue(normalScore:degreesOfFreedom:)``).
public func studentQuantile(twoSided probability: Double, degreesOfFreedom ν: Double) -> Double {
    studentValue(normalScore: normalQuantile(twoSided: probability), degreesOfFreedom: ν)
}

/// P(|t_ν| > |t|) for Student's law.
public func studentTail(twoSided t: Double, degreesOfFreedom ν: Double) -> Double {
    normalTail(twoSided: normalScore(t: t, degreesOfFreedom: ν))
}
