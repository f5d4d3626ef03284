import SaddleNumerics

/// One neuron's influence on K_{cd}(·, X) for outputs c and d.
struct NeuronInfluence {
    let value: (_ c: Int, _ d: Int) -> Matrix
}

/// Σψ² and Σψ⁴ of each layer.
struct InfluenceSums: Sendable {
    var second: [[Double]]
    var fourth: [[Double]]
    let sites: Double

    init(numbers: Int, layers: Int, sites: Int) {
        second = Array(repeating: [Double](repeating: 0, count: numbers), count: layers)
        fourth = second
        self.sites = Double(sites)
    }

    mutating func add(_ influences: [[Double]], layer: Int) {
        for values in influences {
            for (i, x) in values.enumerated() {
                second[layer][i] += x * x
                fourth[layer][i] += x * x * x * x
            }
        }
    }

    func variance(rows: Int, columns: Int) -> TangentKernelFluctuations.Variance {
        var (value, error) = (Matrix(rows: rows, columns: columns), Matrix(rows: rows, columns: columns))
        for layer in second.indices {
            for i in value.elements.indices {
                let mean = second[layer][i] / sites
                value.elements[i] += mean
                error.elements[i] += max(fourth[layer][i] / sites - mean * mean, 0) / (sites - 1)
            }
        }
        for i in error.elements.indices { error.elements[i] = error.elements[i].squareRoot() }
        return TangentKernelFluctuations.Variance(value: value, error: error)
    }
}
