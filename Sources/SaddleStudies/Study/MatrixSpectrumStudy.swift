/// The section `matrix_spectrum`: eigenvalues of matrices beside noise and heavy tails.
public struct MatrixSpectrumStudy: Settings, Equatable {
    /// Whether means of columns are subtracted; nil: unless the name of an array says that it holds weights.
    public var isCentred: Bool?
    /// Of a list of eigenvalues: shorter over longer side of the matrix that they are of.
    public var ratio: Double?
    /// Whether every number of the file is an eigenvalue.
    public var isList = false
    /// No matrix with a longer shorter side is taken apart.
    public var largest = 8192
    public var seed = 1

    public init() {}

    static let keys: [Key<Self>] = [
        Key(
            "centered", \.isCentred, .optional(.flag),
            "Whether means of columns are subtracted; unless given, of all but arrays named as weights."),
        Key(
            "ratio", \.ratio, .optional(.number("a number above 0, at most 1") { $0 > 0 && $0 <= 1 }),
            "Of a list of eigenvalues: the shorter over the longer side of their matrix."),
        Key(
            "list", \.isList, .flag,
            "Whether the numbers are eigenvalues; a single column, or an array with one axis, is taken so."),
        Key("largest", \.largest, .integer(atLeast: 20, atMost: 100_000), "Matrices whose shorter side is longer are left out."),
        Key("seed", \.seed, .seed, "Of drawn matrices and tables."),
    ]
}
