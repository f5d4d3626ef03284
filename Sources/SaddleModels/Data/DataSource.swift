import SaddleNumerics

/// The `data` section of a study: where samples come from, which of them are used, and how they are prepared.
///
/// Names are those of the study file in camelCase. What a source does not use must be nil.
public struct DataSource: Sendable, Equatable {
    /// `digits` (bundled), `gaussian` (synthetic), `group` (the table of a group), the path of a file with arrays or a table, a folder of CIFAR-10 or IDX files, or
    /// `-`: the standard input.
    public var source: String
    /// Further files like `source`, whose samples follow: the batches of CIFAR-10.
    public var moreSources: [String] = []
    /// .npz, .safetensors: name of the array with the inputs; if nil, the one with a name that is common for inputs.
    public var inputs: String?
    /// .npz, .safetensors: name of the array with the labels. .npy (required), IDX (found by MNIST's naming if nil): their file.
    public var labels: String?
    /// CSV: name of the column with class or target, or its number from 1; several targets have several. If nil, the one called label,
    /// target, y or class; if no column is, the last.
    public var labelColumns: [String]?
    /// CSV: the columns that are features, by name or number; if nil, all columns of numbers but labels and those to `drop`.
    public var columns: [String]?
    /// CSV: columns to leave out, by name or number.
    public var drop: [String]?
    /// CSV: what the table does not say of itself.
    public var table = TableFormat()
    /// A second file (and its labels) from which the test samples come; if nil, they come from `source`.
    public var testSource: String?
    /// Further files like `testSource`, whose samples follow.
    public var moreTestSources: [String] = []
    /// As `inputs` and `labels`, in the file of the test samples. Test samples of arrays may be without labels.
    public var testInputs: String?
    /// The array or file of the labels of the test samples.
    public var testLabels: String?
    /// Standard input: the ``fingerprint`` that its content must have, if one is known.
    public var digest: String?

    /// Classes to use, in the order of the outputs. Two: labels +1 for the first, −1 for the second. More: one-hot, for the
    /// squared loss minus 1/C. Nil: all classes of images and of labels that are texts; otherwise labels are targets, used as they are.
    public var classes: [ClassName]?
    /// Number of training samples; nil for all that are not test samples.
    public var train: Int?
    /// Number of test samples; nil for all of a separate test set, otherwise none.
    public var test: Int?
    /// What happens to inputs before networks see them.
    public var preprocess: Preprocessing
    /// The order of channels where a convolution reads images and neither format nor axes tell it.
    public var layout: InputLayout.Order?
    /// Whether training samples that are drawn from a file keep its order.
    public var keepsOrder = false
    /// Of gaussian inputs, which training samples of the same task: each draw has others, with the same test samples.
    public var draw = 0
    /// Decides which samples are drawn, and everything about synthetic data.
    public var seed: Int

    /// Group source: `Z23`, `D5`, `Z3xZ5` (``FiniteGroup``).
    public var group: String?
    /// Gaussian source: D, the inputs' dimension.
    public var dimension: Int?
    /// Gaussian source: the rule of the labels.
    public var teacher: Teacher?
    /// Teacher `single_index`: `he2`, `he3`, `he4` (Hermite polynomials of unit variance) or the name of an activation.
    public var link: String?
    /// Teacher `parity`: the number of inputs that count.
    public var sparsity: Int?
    /// Standard deviation of Gaussian noise on training labels; for `parity` the probability that a label is flipped.
    public var noise: Double?

    /// A source with the settings that every kind has; others are nil, or as the properties say, until set.
    public init(
        source: String, classes: [ClassName]? = nil, train: Int? = nil, test: Int? = nil,
        preprocess: Preprocessing = .centerScale,
        seed: Int = 0
    ) {
        self.source = source
        self.classes = classes
        self.train = train
        self.test = test
        self.preprocess = preprocess
        self.seed = seed
    }

    /// The rule by which synthetic samples are labelled.
    public enum Teacher: String, Sendable, CaseIterable {
        /// y = u·x with a unit vector u.
        case linear
        /// y = g(u·x) with the link g.
        case singleIndex = "single_index"
        /// y = Π sign xᵢ over the first `sparsity` inputs.
        case parity
    }
}

/// Samples ready for training, with what a user should know about them.
public struct LoadedData: Sendable {
    /// The samples, preprocessed.
    public var dataset: Dataset
    /// Sentences on what is unusual but not wrong.
    public var warnings: [String]
}
