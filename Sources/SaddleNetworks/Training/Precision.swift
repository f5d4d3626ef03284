/// The numbers in which the networks of an ensemble are trained. Data, losses, kernels that are recorded and statistics are in double
/// precision in either.
public enum Precision: String, Sendable, CaseIterable {
    /// 53 bits.
    case double
    /// 24 bits instead of 53, in about half the time. Whether that is enough depends on the experiment: ``Rounding`` measures it.
    case single
}
