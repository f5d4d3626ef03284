import Foundation
import SaddleNumerics
import TestSupport
import Testing

@testable import SaddleStudies

// Files of single questions in a run folder. It would catch an answer that was edited and is reported as it stands, and a run that
// forgets the answers beside it.

@Suite struct TopicContentTests {
    @Test func editedAnswersAreReported() throws {
        try withTemporaryDirectory { directory in
            let study = try Study(
                text: """
                    name: s
                    data: {source: gaussian, train: 4, test: 2, dimension: 3, teacher: linear}
                    network: {hidden_layers: 1}
                    training: {steps: 4, learning_rate: 0.1}
                    predict: {sites: 40, directions: 0, replicas: 2}
                    """, file: directory + "/s.yaml")
            let folder = directory + "/run"
            _ = try QuestionRunner(study, output: folder).run(PredictKernel.self)
            _ = try StudyRunner(study, output: folder).run()
            let manifest = try #require(try RunFolder(path: folder).readManifest())
            #expect(manifest.topics?["predict-kernel"] != nil && manifest.stages["theory"] != nil)
            #expect(Set(try #require(manifest.files).keys) == ["predict-kernel.json", "predict-kernel.npz", "theory.npz"])
            #expect(try RunFolder(path: folder).writeReport() == [])

            let path = folder + "/predict-kernel.npz"
            var bytes = try readFile(path)
            bytes[bytes.count / 2] ^= 1
            try writeFile(bytes, path)
            #expect(
                try RunFolder(path: folder).writeReport()
                    == [
                        "'\(path)' is not as it was written: its content has been edited, damaged or copied in part; ask its question again"
                    ])
            try FileManager.default.removeItem(atPath: path)
            #expect(try RunFolder(path: folder).writeReport() == ["'\(path)' is gone; ask its question again"])
        }
    }
}
