/// An explicit Runge–Kutta pair: a step of one order and an estimate of its error by one of a lower order.
///
///     k_i = F(t + c_i h, y + h Σ_{j<i} a_ij k_j),     y⁺ = y + h Σ b_i k_i,     error = h Σ e_i k_i
public struct RungeKutta: Sendable {
    /// As a user writes it: `bosh3`, `tsit5`, `dopri5`, `dopri8`.
    public let name: String
    /// Of the step that is taken, and of the other of the pair.
    public let order: Int
    /// Of the other method of the pair, by which errors are estimated.
    public let lowerOrder: Int
    /// Rows of a from the second stage on.
    let stages: [[Double]]
    let nodes: [Double]
    let weights: [Double]
    /// b less the weights of the other order.
    let errors: [Double]

    /// Whether the last stage is the first of the next step.
    var isFirstSameAsLast: Bool { stages.last == weights.dropLast() && weights.last == 0 }

    init(_ name: String, order: Int, lowerOrder: Int, _ stages: [[Double]], weights: [Double], errors: [Double]) {
        (self.name, self.order, self.lowerOrder) = (name, order, lowerOrder)
        (self.stages, self.weights, self.errors) = (stages, weights, errors)
        nodes = [0] + stages.map { $0.reduce(0, +) }
    }

    /// All pairs, by ascending order.
    public static let all: [RungeKutta] = [bosh3, tsit5, dopri5, dopri8]

    /// Bogacki and Shampine 1989.
    public static let bosh3 = RungeKutta(
        "bosh3", order: 3, lowerOrder: 2, [[1.0 / 2], [0, 3.0 / 4], [2.0 / 9, 1.0 / 3, 4.0 / 9]],
        weights: [2.0 / 9, 1.0 / 3, 4.0 / 9, 0], errors: [2.0 / 9 - 7.0 / 24, 1.0 / 3 - 1.0 / 4, 4.0 / 9 - 1.0 / 3, -1.0 / 8])

    /// Tsitouras 2011.
    public static let tsit5 = RungeKutta(
        "tsit5", order: 5, lowerOrder: 4,
        [
            [0.161], [-0.008480655492356989, 0.335480655492357],
            [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
            [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
            [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
            [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
        ],
        weights: [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774, 0],
        errors: [
            -0.00178001105222577714, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629, 0.5823571654525552,
            -0.45808210592918697, 1.0 / 66,
        ])

    /// Dormand and Prince 1980.
    public static let dopri5 = RungeKutta(
        "dopri5", order: 5, lowerOrder: 4,
        [
            [1.0 / 5], [3.0 / 40, 9.0 / 40], [44.0 / 45, -56.0 / 15, 32.0 / 9],
            [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
            [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
            [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
        ],
        weights: [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84, 0],
        errors: [71.0 / 57600, 0, -71.0 / 16695, 71.0 / 1920, -17253.0 / 339200, 22.0 / 525, -1.0 / 40])

    /// Prince and Dormand 1981, RK8(7)13M.
    public static let dopri8 = RungeKutta(
        "dopri8", order: 8, lowerOrder: 7,
        [
            [1.0 / 18], [1.0 / 48, 1.0 / 16], [1.0 / 32, 0, 3.0 / 32], [5.0 / 16, 0, -75.0 / 64, 75.0 / 64],
            [3.0 / 80, 0, 0, 3.0 / 16, 3.0 / 20],
            [29443841.0 / 614563906, 0, 0, 77736538.0 / 692538347, -28693883.0 / 1125000000, 23124283.0 / 1800000000],
            [
                16016141.0 / 946692911, 0, 0, 61564180.0 / 158732637, 22789713.0 / 633445777, 545815736.0 / 2771057229,
                -180193667.0 / 1043307555,
            ],
            [
                39632708.0 / 573591083, 0, 0, -433636366.0 / 683701615, -421739975.0 / 2616292301, 100302831.0 / 723423059,
                790204164.0 / 839813087, 800635310.0 / 3783071287,
            ],
            [
                246121993.0 / 1340847787, 0, 0, -37695042795.0 / 15268766246, -309121744.0 / 1061227803, -12992083.0 / 490766935,
                6005943493.0 / 2108947869, 393006217.0 / 1396673457, 123872331.0 / 1001029789,
            ],
            [
                -1028468189.0 / 846180014, 0, 0, 8478235783.0 / 508512852, 1311729495.0 / 1432422823, -10304129995.0 / 1701304382,
                -48777925059.0 / 3047939560, 15336726248.0 / 1032824649, -45442868181.0 / 3398467696, 3065993473.0 / 597172653,
            ],
            [
                185892177.0 / 718116043, 0, 0, -3185094517.0 / 667107341, -477755414.0 / 1098053517, -703635378.0 / 230739211,
                5731566787.0 / 1027545527, 5232866602.0 / 850066563, -4093664535.0 / 808688257, 3962137247.0 / 1805957418,
                65686358.0 / 487910083,
            ],
            [
                403863854.0 / 491063109, 0, 0, -5068492393.0 / 434740067, -411421997.0 / 543043805, 652783627.0 / 914296604,
                11173962825.0 / 925320556, -13158990841.0 / 6184727034, 3936647629.0 / 1978049680, -160528059.0 / 685178525,
                248638103.0 / 1413531060, 0,
            ],
        ], weights: eighth, errors: zip(eighth, seventh).map { $0 - $1 })

    private static let eighth: [Double] = [
        14005451.0 / 335480064, 0, 0, 0, 0, -59238493.0 / 1068277825, 181606767.0 / 758867731, 561292985.0 / 797845732,
        -1041891430.0 / 1371343529, 760417239.0 / 1151165299, 118820643.0 / 751138087, -528747749.0 / 2220607170, 1.0 / 4,
    ]
    private static let seventh: [Double] = [
        13451932.0 / 455176623, 0, 0, 0, 0, -808719846.0 / 976000145, 1757004468.0 / 5645159321, 656045339.0 / 265891186,
        -3867574721.0 / 1518517206, 465885868.0 / 322736535, 53011238.0 / 667516719, 2.0 / 45, 0,
    ]
}

/// dy/dt at time t, written into the last argument.
public typealias RateFunction = (_ t: Double, _ y: UnsafePointer<Double>, _ rate: UnsafeMutablePointer<Double>) -> Void

/// Buffers of a pair's stages for states of one dimension, filled again at every step.
struct RungeKuttaWorkspace {
    let method: RungeKutta
    let dimension: Int
    /// k_i, one after another.
    var slopes: [Double]
    var trial: [Double]

    init(_ method: RungeKutta, dimension: Int) {
        (self.method, self.dimension) = (method, dimension)
        slopes = [Double](repeating: 0, count: dimension * (method.stages.count + 1))
        trial = [Double](repeating: 0, count: dimension)
    }

    /// F at the beginning of a step.
    mutating func begin(_ t: Double, _ y: [Double], _ rate: RateFunction) {
        y.withUnsafeBufferPointer { y in slopes.withUnsafeMutableBufferPointer { rate(t, y.baseAddress!, $0.baseAddress!) } }
    }

    /// y⁺ into `trial`, from the first slope; with the last stage at y⁺ where the pair has it.
    mutating func step(_ t: Double, _ h: Double, _ y: [Double], _ rate: RateFunction) {
        let n = dimension, method = method
        y.withUnsafeBufferPointer { y in
            slopes.withUnsafeMutableBufferPointer { k in
                trial.withUnsafeMutableBufferPointer { out in
                    for (s, row) in method.stages.enumerated() {
                        Self.combine(n, y.baseAddress!, h, row, k.baseAddress!, out.baseAddress!)
                        rate(t + method.nodes[s + 1] * h, out.baseAddress!, k.baseAddress! + (s + 1) * n)
                    }
                    if !method.isFirstSameAsLast {
                        Self.combine(n, y.baseAddress!, h, method.weights, k.baseAddress!, out.baseAddress!)
                    }
                }
            }
        }
    }

    @inline(__always) private static func combine(
        _ n: Int, _ y: UnsafePointer<Double>, _ h: Double, _ weights: [Double], _ k: UnsafePointer<Double>,
        _ out: UnsafeMutablePointer<Double>
    ) {
        for i in 0..<n { out[i] = y[i] }
        for (j, weight) in weights.enumerated() where weight != 0 {
            let factor = h * weight, slope = k + j * n
            for i in 0..<n { out[i] += factor * slope[i] }
        }
    }

    /// The last slope becomes the first.
    mutating func shift() {
        let n = dimension, last = slopes.count - n
        for i in 0..<n { slopes[i] = slopes[last + i] }
    }

    /// Component i of Σ e_j k_j.
    func error(_ i: Int) -> Double {
        var sum = 0.0
        for (j, weight) in method.errors.enumerated() where weight != 0 { sum += weight * slopes[j * dimension + i] }
        return sum
    }
}
