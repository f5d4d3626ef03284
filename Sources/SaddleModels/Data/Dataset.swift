import SaddleNumerics

/// Training and test samples as networks see them: preprocessed, labels ready for the loss.
public struct Dataset: Sendable {
    /// Training inputs, P × D: one sample a row.
    public var trainInputs: Matrix
    /// Training labels, P × C.
    public var trainLabels: Matrix
    /// Test inputs, Q × D; Q may be zero.
    public var testInputs: Matrix
    /// Test labels, Q × C; no rows if test samples have none (``hasTestLabels``).
    public var testLabels: Matrix
    /// What a reader calls the data, and each class if there are classes.
    public var name: String
    /// Name of each class, by its index; empty without classes.
    public var classNames: [String]
    /// Class of each training and test sample (index into `classNames`); empty without classes.
    public var trainClasses: [Int]
    /// Class of each test sample; empty without classes.
    public var testClasses: [Int]
    /// How the numbers of an input follow one another; ``arranged(for:)`` gives what a convolution reads.
    public var layout: InputLayout

    /// Samples as given: nothing is preprocessed.
    ///
    /// - Parameters:
    ///   - layout: nil: inputs have a single axis.
    /// - Precondition: inputs and labels have as many rows (test labels may have none), and both sets as many columns.
    public init(
        trainInputs: Matrix, trainLabels: Matrix, testInputs: Matrix, testLabels: Matrix, name: String = "arrays",
        classNames: [String] = [], trainClasses: [Int] = [], testClasses: [Int] = [], layout: InputLayout? = nil
    ) {
        precondition(
            trainInputs.rows == trainLabels.rows && (testInputs.rows == testLabels.rows || testLabels.rows == 0)
                && trainInputs.columns == testInputs.columns && trainLabels.columns == testLabels.columns,
            "inputs and labels do not match")
        self.trainInputs = trainInputs
        self.trainLabels = trainLabels
        self.testInputs = testInputs
        self.testLabels = testLabels
        self.name = name
        self.classNames = classNames
        self.trainClasses = trainClasses
        self.testClasses = testClasses
        self.layout = layout ?? InputLayout(axes: [trainInputs.columns])
    }

    /// P, Q, D, C.
    public var trainCount: Int { trainInputs.rows }
    /// Q, test samples.
    public var testCount: Int { testInputs.rows }
    /// Whether there are test samples with labels, so that they have losses and accuracies.
    public var hasTestLabels: Bool { testLabels.rows > 0 }
    /// D, components of an input.
    public var inputDimension: Int { trainInputs.columns }
    /// C, components of a label.
    public var outputCount: Int { trainLabels.columns }
}
