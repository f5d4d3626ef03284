import SaddleModels
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

/// Run folders of studies with batches and streams. Catches results without the order that made them, an order of an earlier version that stays, and numbers of
/// training samples that a stream does not keep.
@Suite struct StreamStudyTests {
    static func study(_ place: Workplace, _ training: String) throws -> Study {
        try Study(
            text: """
                data: {source: gaussian, \(training.contains("stream") ? "" : "train: 12, ")test: 3, dimension: 4, teacher: linear}
                network: {hidden_layers: 2}
                training: {\(training), learning_rate: 0.1}
                simulate: {widths: [8], networks: 4}
                record: 4
                """, file: place.path("tiny.yaml"))
    }

    @Test func theOrderIsInTheFolder() throws {
        let place = try Workplace()
        try place.run(Self.study(place, "steps: 5, batch_size: 4, order: sequential"), goal: .simulation)
        let table = try NPY.read(place.folder + "/batches.npy")
        #expect(table.shape == [5, 4] && table.elements == (0..<5).flatMap { t in (0..<4).map { Double(t % 3 * 4 + $0) } })
        try place.run(Self.study(place, "steps: 5"), goal: .simulation, force: true)
        #expect(!place.exists("batches.npy"))
    }

    @Test func streamsKeepLossesOfComingBatches() throws {
        let place = try Workplace()
        let study = try Self.study(place, "data: stream, steps: 5, batch_size: 4, optimizer: muon, momentum: 0.5")
        let summary = try place.run(study, goal: .simulation)
        #expect(summary.trainLoss.widths.count == 1 && summary.testLoss?.widths.count == 1)
        let file = try NPZ(contentsOf: place.folder + "/ensemble.npz")
        #expect(file.names.contains("train_loss_mean_8") && file.names.contains("test_output_mean_8"))
        #expect(!file.names.contains { $0.hasPrefix("train_output") || $0.contains("kernel") })
        #expect(try NPY.read(place.folder + "/batches.npy").shape == [6, 4])
        // The theory knows the same numbers, and a theory alone says what it cannot do by sites.
        try place.run(study, force: true)
        let theory = try NPZ(contentsOf: place.folder + "/theory.npz")
        #expect(theory.names.contains("train_loss") && theory.names.contains("test_output_variance"))
        #expect(!theory.names.contains { $0.hasPrefix("train_output") || $0.contains("kernel") })
    }

    @Test func whatAStreamCannotHaveIsRefused() throws {
        let place = try Workplace()
        var study = try Self.study(place, "data: stream, steps: 5, batch_size: 4")
        study.data.train = 20
        let short = errorText { try place.run(study, goal: .simulation) }
        #expect(short?.contains("takes 24 samples of a stream; there are 20: expected at most 4") == true, "\(short ?? "")")
        var adam = try Self.study(place, "steps: 5, optimizer: adam")
        adam.network.parameterization = .standard
        let units = errorText { try place.run(adam, goal: .simulation) }
        #expect(units?.contains("expected mean_field, in which its units do not change with the width") == true, "\(units ?? "")")
    }
}
