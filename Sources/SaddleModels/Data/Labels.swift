import SaddleNumerics

/// Labels as the loss wants them, and the classes behind them where there are any.
struct Labels {
    var train: Matrix
    var test: Matrix
    var trainClasses: [Int] = []
    var testClasses: [Int] = []
    var classNames: [String] = []

    /// Labels made from classes, given as indices into `classNames`. Two classes: +1 for the first, −1 for the second.
    /// More: one-hot, for the squared loss minus 1/C, so that the labels of a sample sum to zero.
    init(trainClasses: [Int], testClasses: [Int], classNames: [String], loss: Loss) {
        let count = classNames.count
        let offset = loss == .squared ? 1 / Double(count) : 0
        func encode(_ classes: [Int]) -> Matrix {
            count == 2
                ? Matrix(rows: classes.count, columns: 1) { row, _ in classes[row] == 0 ? 1 : -1 }
                : Matrix(rows: classes.count, columns: count) { row, column in (classes[row] == column ? 1 : 0) - offset }
        }
        (train, test) = (encode(trainClasses), encode(testClasses))
        (self.trainClasses, self.testClasses, self.classNames) = (trainClasses, testClasses, classNames)
    }

    /// Labels used as they are. If all are ±1, or all rows one-hot, they also name classes.
    init(train: Matrix, test: Matrix) {
        (self.train, self.test) = (train, test)
        let (isSign, isOneHot) = (Self.firstThatIsNoSign, Self.firstThatIsNotOneHot)
        if train.columns == 1 {
            guard isSign(train) == nil, isSign(test) == nil else { return }
            (trainClasses, testClasses) = (Self.signClasses(train), Self.signClasses(test))
            classNames = ["+1", "−1"]
        } else {
            guard isOneHot(train) == nil, isOneHot(test) == nil else { return }
            (trainClasses, testClasses) = (Self.hotColumns(train), Self.hotColumns(test))
            classNames = (0..<train.columns).map(String.init)
        }
    }

    /// Cross-entropy needs ±1 for one output and one-hot rows for several.
    func check(fit loss: Loss) throws(DataError) {
        guard loss == .crossEntropy else { return }
        for (name, labels) in [("train", train), ("test", test)] {
            if labels.columns == 1, let row = Self.firstThatIsNoSign(labels) {
                throw .labelsDoNotFit(
                    loss: loss,
                    reason: "with one output every label must be +1 or −1; \(name) sample \(row) (from 0) has \(labels[row, 0])"
                        + (train.elements.allSatisfy { $0 >= 0 && $0 == $0.rounded() }
                            ? "; if the labels are numbers of classes, list them under 'data.classes'" : ""))
            }
            if labels.columns > 1, let row = Self.firstThatIsNotOneHot(labels) {
                let values = (0..<labels.columns).map { "\(labels[row, $0])" }.joined(separator: ", ")
                throw .labelsDoNotFit(
                    loss: loss,
                    reason: "with \(labels.columns) outputs every sample needs one label 1 and the others 0; "
                        + "\(name) sample \(row) (from 0) has \(values)")
            }
        }
    }

    private static func firstThatIsNoSign(_ labels: Matrix) -> Int? {
        (0..<labels.rows).first { abs(labels[$0, 0]) != 1 }
    }

    static func firstThatIsNotOneHot(_ labels: Matrix) -> Int? {
        (0..<labels.rows).first { row in
            let values = (0..<labels.columns).map { labels[row, $0] }
            return values.count { $0 == 1 } != 1 || values.count { $0 == 0 } != labels.columns - 1
        }
    }

    private static func signClasses(_ labels: Matrix) -> [Int] { (0..<labels.rows).map { labels[$0, 0] > 0 ? 0 : 1 } }

    static func hotColumns(_ labels: Matrix) -> [Int] {
        (0..<labels.rows).map { row in (0..<labels.columns).first { labels[row, $0] == 1 }! }
    }
}
