import SaddleNumerics

/// The differences xᵢ − x′ⱼ of one variable between two lists of points, each different one kept once.
///
/// Stationary kernels depend on differences alone, and points on a grid have few: n² entries of a covariance then cost n
/// evaluations of the kernel. Differences closer than 10⁻¹³ of the largest coordinate count as one, which is what
/// rounding leaves of equal ones.
struct LagTable {
    let lags: [Double]
    /// Which of `lags` belongs to (i, j), column by column.
    let index: [Int32]
    let rows: Int

    init(_ x: [Double], _ other: [Double]) {
        rows = x.count
        var differences: [Double] = []
        differences.reserveCapacity(x.count * other.count)
        for b in other { for a in x { differences.append(a - b) } }
        let tolerance = 1e-13 * (x + other).reduce(0) { max($0, abs($1)) }
        let order = differences.indices.sorted { differences[$0] < differences[$1] }
        var lags: [Double] = []
        var index = [Int32](repeating: 0, count: differences.count)
        for place in order {
            if lags.isEmpty || differences[place] - lags.last! > tolerance { lags.append(differences[place]) }
            index[place] = Int32(lags.count - 1)
        }
        self.lags = lags
        self.index = index
    }

    /// Derivatives of the kernel at every lag: element [n][lag] is k⁽ⁿ⁾.
    func derivatives(_ mixture: SpectralMixture, order: Int) -> [[Double]] {
        var jets = SpectralJets(mixture, order: order)
        var table = [[Double]](repeating: [Double](repeating: 0, count: lags.count), count: order + 1)
        for q in 0..<mixture.count {
            for (l, τ) in lags.enumerated() {
                jets.evaluate(component: q, at: τ)
                for n in 0...order { table[n][l] += jets.value[n] }
            }
        }
        return table
    }

    /// Σ_n Σ_lag g[n][lag] ∂k⁽ⁿ⁾(lag)/∂θ for θ = log w₁…, μ₁…, log σ₁….
    func gradient(_ mixture: SpectralMixture, _ g: [[Double]]) -> [Double] {
        var jets = SpectralJets(mixture, order: g.count - 1)
        var sums = [Double](repeating: 0, count: 3 * mixture.count)
        for q in 0..<mixture.count {
            for (l, τ) in lags.enumerated() {
                jets.evaluate(component: q, at: τ)
                for n in g.indices {
                    sums[q] += g[n][l] * jets.value[n]
                    sums[mixture.count + q] += g[n][l] * jets.byFrequency[n]
                    sums[2 * mixture.count + q] += g[n][l] * jets.byLogWidth[n]
                }
            }
        }
        return sums
    }
}

/// Covariances between linear observations of a process whose kernel is a product over variables.
///
///     Cov(Lu(x), L′u(x′)) = Σ_{s,t} c_s c′_t Π_d (−1)^{β_{t,d}} k_d^{(α_{s,d} + β_{t,d})}(x_d − x′_d)
///
/// A part of the observations with one operator is a block.
struct CovarianceLayout {
    typealias Block = (operator: DifferentialOperator, count: Int)
    let rows: [Block]
    let columns: [Block]
    /// One a variable.
    let lags: [LagTable]
    /// The highest derivative of the kernel of each variable.
    let orders: [Int]

    init(rows: [Block], columns: [Block], lags: [LagTable]) {
        self.rows = rows
        self.columns = columns
        self.lags = lags
        orders = lags.indices.map { d in
            (rows.map { $0.operator.order(of: d) }.max() ?? 0) + (columns.map { $0.operator.order(of: d) }.max() ?? 0)
        }
    }

    func tables(_ kernel: [SpectralMixture]) -> [[[Double]]] {
        lags.indices.map { lags[$0].derivatives(kernel[$0], order: orders[$0]) }
    }

    func covariance(_ tables: [[[Double]]]) -> Matrix {
        let height = rows.reduce(0) { $0 + $1.count }
        var result = Matrix(rows: height, columns: columns.reduce(0) { $0 + $1.count })
        forEachTerm { rows, columns, coefficient, orders in
            for j in columns {
                for i in rows {
                    let place = j * height + i
                    var term = coefficient
                    for d in orders.indices { term *= tables[d][orders[d]][Int(lags[d].index[place])] }
                    result.elements[place] += term
                }
            }
        }
        return result
    }

    /// Σ_ij Wᵢⱼ ∂Cᵢⱼ/∂θ for the parameters of all variables, one variable after the other.
    func gradient(_ kernel: [SpectralMixture], _ tables: [[[Double]]], weights w: Matrix) -> [Double] {
        var sums = tables.map { $0.map { [Double](repeating: 0, count: $0.count) } }
        forEachTerm { rows, columns, coefficient, orders in
            for j in columns {
                for i in rows {
                    let place = j * w.rows + i
                    let weight = coefficient * w.elements[place]
                    for d in orders.indices {
                        var share = weight
                        for e in orders.indices where e != d { share *= tables[e][orders[e]][Int(lags[e].index[place])] }
                        sums[d][orders[d]][Int(lags[d].index[place])] += share
                    }
                }
            }
        }
        return kernel.indices.flatMap { lags[$0].gradient(kernel[$0], sums[$0]) }
    }

    private func forEachTerm(
        _ body: (_ rows: Range<Int>, _ columns: Range<Int>, _ coefficient: Double, _ orders: [Int]) -> Void
    ) {
        var top = 0
        for row in rows {
            var left = 0
            for column in columns {
                for a in row.operator.terms {
                    for b in column.operator.terms {
                        let isOdd = b.orders.reduce(0, +) % 2 == 1
                        body(
                            top..<top + row.count, left..<left + column.count, a.coefficient * b.coefficient * (isOdd ? -1 : 1),
                            zip(a.orders, b.orders).map(+))
                    }
                }
                left += column.count
            }
            top += row.count
        }
    }
}
