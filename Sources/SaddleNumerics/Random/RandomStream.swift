import CSaddle

/// What a stream of random numbers is for. Streams with different purposes are independent for the same seed.
///
/// The numbers are part of what a seed means: a new purpose takes a new number.
public enum RandomPurpose: UInt64, Sendable {
    /// Noise of the sites by which mean-field theory samples neurons.
    case siteNoise = 1
    /// Noise of the sites of the solutions, at full and half size, from which the theory takes fluctuations.
    case direction = 3
    /// Initial weights and biases of networks.
    case networkWeights = 4
    /// Order of samples in mini-batches and windows.
    case batchOrder = 5
    /// Gaussian inputs of synthetic data.
    case syntheticInputs = 6
    /// Teachers of synthetic data, and the noise of its labels.
    case syntheticTeacher = 7
    /// Which samples are drawn for training and test.
    case dataSplit = 8
    /// Random vectors for estimates of traces and for starts of iterations; random subspaces.
    case probe = 10
    /// Tests of this package.
    case test = 11
    /// Sites that sample fluctuations of kernels at initialisation.
    case initialSites = 12
    /// Weights of a hypernetwork's primary network that no meta network writes.
    case hypernetworkBase = 17
    /// Random matrices whose spectra are sampled.
    case randomMatrix = 18
    /// Moves of Coulomb gases.
    case coulombGas = 19
    /// Couplings, starts and noise of random dynamics.
    case disorder = 20
    /// Training inputs of linear regression.
    case regressionInputs = 21
    /// Teachers of linear regression.
    case regressionTeacher = 22
    /// Label noise of linear regression, and noise on reconstructed series.
    case regressionNoise = 23
    /// Random features.
    case regressionFeatures = 24
    /// Initial weights of linear students.
    case regressionWeights = 25
    /// Batches of linear students.
    case regressionBatches = 26
    /// Test inputs of linear regression.
    case regressionTests = 28
    /// Noise of the sites of narrow networks, which mean-field theory solves at finite width.
    case narrowNetwork = 29
    /// Training inputs of committees.
    case committeeInputs = 40
    /// Targets of committees.
    case committeeTarget = 41
    /// Initial weights of committees.
    case committeeWeights = 42
    /// Test inputs of committees.
    case committeeTests = 43
    /// Where ascent of the energy of a group's nodes starts.
    case groupStarts = 44
    /// Initial weights of networks that learn a group.
    case groupWeights = 45
    /// Which pairs of a group are seen.
    case groupPairs = 46
    /// Patterns of spin networks.
    case storedPatterns = 30
    /// Heat bath and corrupted starts of spin networks.
    case spinDynamics = 31
    /// Momenta, amplitudes and phases of cosine neurons.
    case neuronField = 32
    /// Data that share some correlations with given ones.
    case clone = 33
    /// Noncolliding walks.
    case noncollidingWalks = 60
    /// Random features of Koopman dictionaries.
    case koopmanFeatures = 61
    /// Brownian paths.
    case brownianPath = 48
    /// Which samples a measure uses where it takes a part of them.
    case subsample = 50
    /// Noise that breaks ties between neighbours.
    case brokenTies = 70
    /// Permuted labels and resampled residuals of tests.
    case relabelling = 71
    /// Bootstraps of fitted laws, and subsamples of stability selection.
    case subsamples = 72
    /// Shuffled maps of firing rates.
    case shuffledMap = 73
    /// Fits of Schrödinger bridges, and which points they do not see.
    case bridge = 74
    /// Folds of cross-validation.
    case folds = 75
    /// Bootstraps of costs and optima.
    case bootstrap = 90
}

/// A counter-based stream of random numbers (Philox 4×32-10), keyed by seed, purpose and indices.
///
/// Any part of a stream can be made by any thread: results never depend on the number of threads. Source: Salmon,
/// Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (2011).
public struct RandomStream: Sendable {
    /// As given to the initialiser.
    public let seed: UInt64
    let stream: UInt64
    private var position: UInt64 = 0
    /// Whether the last number taken was a word, not a normal.
    private var tookWord = false

    /// The stream of `seed` for `purpose`, with further indices such as replica, layer or network.
    public init(seed: Int, _ purpose: RandomPurpose, _ indices: Int...) {
        self.seed = UInt64(bitPattern: Int64(seed))
        stream = indices.reduce(Self.mix(purpose.rawValue)) {
            Self.mix($0 ^ UInt64(bitPattern: Int64($1)) &* 0x9E37_79B9_7F4A_7C15)
        }
    }

    /// The finalizer of splitmix64, which spreads structured indices over all 64 bits.
    private static func mix(_ value: UInt64) -> UInt64 {
        var z = value &+ 0x9E37_79B9_7F4A_7C15
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    /// The position of the next `count` numbers of a kind.
    ///
    /// Both numbers of a block make up each of its two normals: half a block that is left by one kind is not used for the other, which would depend on what was taken.
    private mutating func take(_ count: Int, areWords: Bool) -> UInt64 {
        if position % 2 == 1 && areWords != tookWord { position += 1 }
        tookWord = areWords
        defer { position += UInt64(count) }
        return position
    }

    /// Fills the buffer with the next independent standard normals.
    public mutating func fillNormals(_ buffer: UnsafeMutableBufferPointer<Double>) {
        guard let base = buffer.baseAddress else { return }
        sd_normals(seed, stream, take(buffer.count, areWords: false), buffer.count, base)
    }

    /// The next `count` independent standard normals.
    public mutating func normals(_ count: Int) -> [Double] {
        [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            fillNormals(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = count
        }
    }

    /// A matrix of independent standard normals, filled column by column.
    public mutating func normals(rows: Int, columns: Int) -> Matrix {
        Matrix(rows: rows, columns: columns, elements: normals(rows * columns))
    }

    /// The next 64 random bits.
    public mutating func word() -> UInt64 {
        var value: UInt64 = 0
        sd_words(seed, stream, take(1, areWords: true), 1, &value)
        return value
    }

    /// Fills the buffer with the next random words.
    public mutating func fillWords(_ buffer: UnsafeMutableBufferPointer<UInt64>) {
        guard let base = buffer.baseAddress else { return }
        sd_words(seed, stream, take(buffer.count, areWords: true), buffer.count, base)
    }

    /// A random order of 0 ..< count (Fisher–Yates).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<count)
        for i in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(i, Int(word().multipliedFullWidth(by: UInt64(i + 1)).high))
        }
        return order
    }

    /// Independent signs ±1 with equal probability.
    public mutating func signs(_ count: Int) -> [Double] {
        var result = [Double](repeating: 1, count: count)
        var bits: UInt64 = 0
        for i in 0..<count {
            if i % 64 == 0 { bits = word() }
            if bits & (1 << UInt64(i % 64)) != 0 { result[i] = -1 }
        }
        return result
    }
}
