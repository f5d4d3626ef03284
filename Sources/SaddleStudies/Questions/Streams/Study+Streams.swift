import SaddleModels

extension Study {
    /// This study on another stream: fresh samples of a synthetic task, or the samples of a file in another order. The first is the study's own.
    func stream(_ number: Int) -> Study {
        var result = self
        result.data.draw = data.draw + number
        result.training.batchSeed = training.batchSeed + number
        return result
    }

    /// Widths, networks and streams, where these exist.
    func streamSimulation() throws -> Simulation {
        var simulation = simulate ?? .init()
        if simulate == nil { (simulation.widths, simulation.networks) = ([32, 128], 160) }
        let isFresh = data.source == "gaussian"
        guard isFresh || training.batchSize != nil && training.order == .shuffled else {
            let key = training.batchSize == nil ? "training.batch_size" : "training.order"
            throw problem(
                key,
                "the samples of '\(data.source)' come in one order only; expected 'training.batch_size' and 'training.order: shuffled', or gaussian "
                    + "inputs, which are drawn afresh for every stream")
        }
        if data.test == 0 {
            throw problem(
                "data.test",
                "streams are compared by the loss on test samples, and there are none; expected 'data.test' at least 1")
        }
        if predict.statedDirections == 0 || predict.method == .adjoint {
            throw problem(
                "predict",
                "'predict' leaves out the 1/N corrections, which say what initialisations differ by; expected an accuracy, or directions"
            )
        }
        if simulation.networks < 4 * simulation.streams {
            throw problem(
                "simulate.networks",
                "'simulate.networks' is \(simulation.networks) at each width for \(simulation.streams) streams; expected "
                    + "\(4 * simulation.streams) or more, or fewer 'simulate.streams'")
        }
        return simulation
    }
}
