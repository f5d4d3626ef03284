import SaddleNumerics

/// Weights and biases of a network of one's own as a file holds them, module by module.
///
/// A name is a module and the kind of the array, as in `layers.0.weight`, `fc1.bias`, `W0` and `b0`, `dense_1/kernel`: the word `weight`,
/// `kernel`, `w`, `bias` or `b` tells the kind (else matrices are weights, and what follows one of them with one axis is its bias); the
/// rest is the module. Modules come in the order of their numbers, those called `input`, `embed`, `stem` and the like first, those called
/// `output`, `head`, `readout`, `classifier` and the like last.
public struct WeightArrays: Sendable {
    /// An array of a file.
    public struct Array: Sendable {
        /// As the file has it.
        public let name: String
        /// Finite numbers with the axes of the file.
        public let tensor: Tensor
    }

    /// A weight and the bias beside it.
    public struct Module: Sendable {
        /// The matrix, or the kernel of a convolution.
        public let weight: Array
        /// Nil without one.
        public internal(set) var bias: Array?
    }

    /// In the order in which they act.
    public let modules: [Module]
    /// Arrays that an explicit order left out.
    public let leftOut: [String]

    /// - Parameter order: modules (or names of their weights) in the order in which they act, where names do not tell it; the others are
    ///   left out.
    /// - Throws: ``WeightArrayError``.
    public init(_ arrays: [(name: String, tensor: Tensor)], order: [String] = []) throws(WeightArrayError) {
        for (name, tensor) in arrays {
            if let place = tensor.elements.firstIndex(where: { !$0.isFinite }) {
                throw .notFinite(array: name, place: place, value: tensor.elements[place])
            }
        }
        let named = arrays.map { Named(name: $0.name, tensor: $0.tensor) }
        let prefix = Self.commonPrefix(named.map(\.module))
        let sorted = named.map { (array: $0, key: ModuleOrder($0.module.dropFirst(prefix))) }.sorted { $0.key < $1.key }
        var (modules, biases): ([(module: Module, key: ModuleOrder)], [(array: Named, key: ModuleOrder)]) = ([], [])
        for (array, key) in sorted {
            if array.isBias {
                biases.append((array, key))
            } else {
                modules.append((Module(weight: .init(name: array.name, tensor: array.tensor)), key))
            }
        }
        for (bias, key) in biases {
            let found = bias.isNamed ? modules.firstIndex { $0.key == key } : modules.lastIndex { $0.key < key }
            guard let found, modules[found].module.bias == nil else { throw .unpaired(bias: bias.name) }
            modules[found].module.bias = .init(name: bias.name, tensor: bias.tensor)
        }
        if order.isEmpty {
            (self.modules, leftOut) = (modules.map(\.module), [])
            return
        }
        var chosen: [Module] = []
        for name in order {
            let full = ["weight", "kernel"].flatMap { word in [".", "/", "_"].map { "\(name)\($0)\(word)" } } + [name]
            let matching = modules.map(\.module).filter { full.contains($0.weight.name) }
            guard let module = matching.first else { throw .unknownModule(name, weights: modules.map(\.module.weight.name)) }
            chosen.append(module)
        }
        let used = Set(chosen.flatMap { [$0.weight.name, $0.bias?.name].compactMap { $0 } })
        (self.modules, leftOut) = (chosen, arrays.map(\.name).filter { !used.contains($0) })
    }

    /// Words that all modules begin with, beside something of their own.
    private static func commonPrefix(_ names: [[Token]]) -> Int {
        guard let first = names.first else { return 0 }
        var count = 0
        while names.allSatisfy({ $0.count > count + 1 && $0[count] == first[count] && !$0[count].isNumber }) { count += 1 }
        return count
    }
}

/// A word or a number of a name.
private enum Token: Equatable, Comparable {
    case number(Int)
    case word(String)

    var isNumber: Bool { if case .number = self { true } else { false } }

    /// Letters and digits apart, in lower case, without what stands between them.
    static func split(_ name: String) -> [Token] {
        var (tokens, run): ([Token], String) = ([], "")
        func end() {
            if run.isEmpty { return }
            tokens.append(Int(run).map { .number($0) } ?? .word(run))
            run = ""
        }
        for character in name.lowercased() {
            let isDigit = character.isASCII && character.isNumber
            if !isDigit && !character.isLetter {
                end()
                continue
            }
            if let last = run.last, (last.isASCII && last.isNumber) != isDigit { end() }
            run.append(character)
        }
        end()
        return tokens
    }
}

/// An array by its name, read as module and kind.
private struct Named {
    let name: String
    let tensor: Tensor
    let module: [Token]
    let isBias: Bool
    /// Whether the name tells the kind.
    let isNamed: Bool

    private static let weightWords: Set<String> = ["weight", "weights", "kernel", "kernels", "w"]
    private static let biasWords: Set<String> = ["bias", "biases", "b"]

    init(name: String, tensor: Tensor) {
        (self.name, self.tensor) = (name, tensor)
        var tokens = Token.split(name)
        let kind = tokens.lastIndex {
            if case .word(let word) = $0 { Self.weightWords.contains(word) || Self.biasWords.contains(word) } else { false }
        }
        isNamed = kind != nil
        if let kind, case .word(let word) = tokens.remove(at: kind) {
            isBias = Self.biasWords.contains(word)
        } else {
            isBias = tensor.shape.count < 2
        }
        module = tokens
    }
}

/// The place of a module by its name.
private struct ModuleOrder: Comparable {
    private let role: Int
    private let tokens: [Token]

    private static let first: Set<String> = ["in", "input", "inputs", "inp", "embed", "embedding", "stem", "first"]
    private static let last: Set<String> = [
        "out", "output", "outputs", "readout", "head", "classifier", "logits", "final", "last",
    ]

    init(_ tokens: some Sequence<Token>) {
        self.tokens = Swift.Array(tokens)
        func role(_ token: Token?) -> Int {
            guard case .word(let word) = token else { return 0 }
            return Self.first.contains(word) ? -1 : Self.last.contains(word) ? 1 : 0
        }
        let isNumbered = self.tokens.contains(where: \.isNumber)
        self.role =
            isNumbered ? role(self.tokens.first) : self.tokens.map { role($0) }.first { $0 != 0 } ?? 0
    }

    static func < (a: Self, b: Self) -> Bool {
        if a.role != b.role { return a.role < b.role }
        return a.tokens.lexicographicallyPrecedes(b.tokens)
    }
}
