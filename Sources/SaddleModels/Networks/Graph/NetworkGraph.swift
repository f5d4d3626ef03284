/// A network as a graph: fields over populations of units, each made of earlier ones, and a readout of the last.
///
/// Theory and simulation both walk it, forwards and backwards, and share nothing else. A field has one number for each unit of its
/// population at each position of each sample; its columns go sample by sample, positions within. A fully connected network
/// has one position.
///
///     linear:     h = m Σ_k W_k v_{k(p)} + m_b b          with one W_k for each place of a window (alone and k(p) = p if there is none)
///     readout:    f = (1/γ₀N^{a+b}) [m Σ_p w_p·v_p + m_b b]          with v pooled to the positions that are read
///
/// Multipliers m and deviations of the parameters come from ``NetworkScaling``.
public struct NetworkGraph: Sendable, Equatable {
    /// Units of one kind: neurons or channels of a layer, a residual stream, the components of heads.
    public struct Population: Sendable, Equatable {
        /// For people.
        public let name: String
        /// Units over N.
        public let ratio: Double
        /// Units that are one head, neighbours in the field; 1 where there are no heads.
        public let components: Int

        /// Units in a network of width N; ratios make it a whole number (``NetworkGraph/widthProblem(_:)``).
        public func width(_ n: Int) -> Int { Int((ratio * Double(n)).rounded()) }
    }

    /// A weight, Gaussian at initialisation. The last one is the readout.
    public struct Weight: Sendable, Equatable {
        /// What it reads: a population, or the components of the inputs.
        public enum Source: Sendable, Equatable {
            /// The components of the inputs at one position.
            case inputs(channels: Int)
            /// A population, by its index.
            case population(Int)
        }

        /// For people.
        public let name: String
        /// What it reads.
        public let source: Source
        /// The population it writes to; nil: the outputs.
        public let target: Int?
        /// Positions of what it reads at each place of a window; nil: its own position alone.
        public let window: [PositionMap]?

        /// K
        public var places: Int { window?.count ?? 1 }
        /// Whether it reads the inputs.
        public var isOfInputs: Bool { if case .inputs = source { true } else { false } }
    }

    /// How a field is made; arguments `of`, `query`, … are indices of earlier fields.
    public enum Operation: Sendable, Equatable {
        /// A weight put to a field, or to the inputs (nil).
        case linear(weight: Int, of: Int?)
        /// φ, element by element.
        case activation(of: Int)
        /// (h − m)/s with mean m and variance s² over the units, at each position.
        case normalization(of: Int)
        /// Weighted sums over positions, such as the means over blocks.
        case pooling(PositionMap, of: Int)
        /// h + scale · branch
        case sum(Int, Int, scale: Double)
        /// o_s = Σ_t softmax_t(q_s·k_t/√d_k) v_t within each head.
        case attention(query: Int, key: Int, value: Int, isCausal: Bool)
    }

    /// Numbers of the units of one population at every position.
    public struct Field: Sendable, Equatable {
        /// How it is made.
        public let operation: Operation
        /// Index of its population.
        public let population: Int
        /// Number of positions.
        public let positions: Int
    }

    /// The kinds of units, in the order in which fields first need them.
    public internal(set) var populations: [Population] = []
    /// In the order in which they act.
    public internal(set) var weights: [Weight] = []
    /// In the order in which they are made.
    public internal(set) var fields: [Field] = []
    /// Positions and channels of the inputs: components go position by position, channels last.
    public let inputPositions: Int
    /// Components of the inputs at each position.
    public let inputChannels: Int

    init(inputPositions: Int, inputChannels: Int) {
        self.inputPositions = inputPositions
        self.inputChannels = inputChannels
    }

    /// D = positions · channels.
    public var inputDimension: Int { inputPositions * inputChannels }

    /// The field that is read: the last.
    public var readout: Field { fields.last! }

    /// Hidden layers as kernels count them: the places of φ, its arguments h and its values.
    public var layers: [(preactivation: Int, feature: Int)] {
        fields.indices.compactMap { if case .activation(let h) = fields[$0].operation { (h, $0) } else { nil } }
    }

    /// Whether fully connected layers, each with its φ, follow one another.
    public var isChain: Bool {
        fields.count % 2 == 0
            && fields.enumerated().allSatisfy { index, field in
                switch field.operation {
                case .linear(_, let of): index % 2 == 0 && field.positions == 1 && of == (index == 0 ? nil : index - 1)
                case .activation(let of): index % 2 == 1 && of == index - 1
                default: false
                }
            }
    }

    /// Whether they also have all the same width.
    public var isUniformChain: Bool { isChain && populations.allSatisfy { $0.ratio == 1 } }

    /// What keeps a network of that width from being built, as in "a width that 8 divides"; nil if nothing does.
    public func widthProblem(_ width: Int) -> String? {
        for population in populations {
            let exact = population.ratio * Double(width)
            if exact < 1 || abs(exact - exact.rounded()) > 1e-9 * exact {
                return "a width whose \(population.ratio)-fold, that of the \(population.name), is a whole number"
            }
            if population.width(width) % population.components != 0 {
                return "a multiple of \(population.components), the components of a head"
            }
        }
        return nil
    }
}
