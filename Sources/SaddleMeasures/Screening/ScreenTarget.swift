/// What features are asked about: a class, or a number, of each sample.
public enum ScreenTarget: Sendable {
    /// From 0; every class that occurs counts.
    case classes([Int])
    /// A number of each sample.
    case numbers([Double])

    /// Samples that a class or number is known of.
    public var count: Int {
        switch self {
        case .classes(let classes): classes.count
        case .numbers(let numbers): numbers.count
        }
    }

    func permuted(_ order: [Int]) -> ScreenTarget {
        switch self {
        case .classes(let classes): .classes(order.map { classes[$0] })
        case .numbers(let numbers): .numbers(order.map { numbers[$0] })
        }
    }
}

/// Why features cannot be asked about a target.
public enum ScreenError: Error, Equatable, CustomStringConvertible {
    /// Too few for the neighbours, or for halves.
    case fewSamples(count: Int, needed: Int)
    /// Fewer than two classes occur.
    case oneClass
    /// A class with no more members than neighbours.
    case smallClass(index: Int, members: Int, needed: Int)
    /// All numbers are equal.
    case constantTarget
    /// No feature varies.
    case allConstant
    /// Logistic regression was asked for and the targets are numbers.
    case logisticOfNumbers
    /// Huber's loss was asked for and the targets are classes.
    case robustOfClasses

    public var description: String {
        switch self {
        case .fewSamples(let count, let needed): "there are \(count) samples; expected \(needed) or more for so many neighbours"
        case .oneClass: "all samples are of one class; expected two or more"
        case .smallClass(let index, let members, let needed):
            "class \(index) has \(members) sample\(members == 1 ? "" : "s"); expected \(needed) or more, one more than neighbours"
        case .constantTarget: "all targets are equal; there is nothing to know of them"
        case .allConstant: "all features are constant; there is nothing to screen"
        case .logisticOfNumbers: "a logistic loss is for classes; for targets that are numbers expected squared or huber"
        case .robustOfClasses: "Huber's loss is for targets that are numbers; for classes expected logistic or squared"
        }
    }
}
