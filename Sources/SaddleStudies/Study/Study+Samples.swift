import SaddleModels

/// What training and data say together: steps that follow from epochs, and the samples of a stream.
extension Study {
    mutating func completeSamples(_ section: StudySection) {
        data.keepsOrder = training.order == .sequential
        if training.epochs != nil { completeEpochs(section) }
        if training.isStream { completeStream(section) }
    }

    private mutating func completeEpochs(_ section: StudySection) {
        let epochs = training.epochs!
        training.epochs = nil
        guard let samples = data.train else {
            let key = section.section("data").isPresent ? "data" : "training.epochs"
            section.reject(
                key, "'training.epochs' needs 'data.train', the number of training samples; give it, or 'training.steps'")
            return
        }
        let batches = samples / min(training.batchSize ?? samples, samples)
        if training.isStream {
            // The last batch of a stream is judged and not learnt.
            training.steps = max(batches - 1, 0)
            if epochs != 1 {
                section.reject("training.epochs", "'training.epochs' is \(epochs), but a stream has each sample once; expected 1")
            }
        } else {
            training.steps = epochs * batches
        }
        training.checkWarmup { section.reject("training.\($0)", $1) }
    }

    private mutating func completeStream(_ section: StudySection) {
        if data.source == "gaussian" {
            let length = training.streamLength
            if let train = data.train, train != length {
                section.reject(
                    "data.train",
                    "'data.train' is \(train); a stream of \(training.steps) steps takes \(length) samples, one batch more than it learns: "
                        + "leave it out")
            }
            data.train = length
        }
        if kernels == .yes {
            section.reject(
                "kernels",
                "'kernels' is true, but kernels of the training samples of a stream are not recorded; expected auto or false")
        }
        if data.test == 0 || (data.test == nil && data.source == "gaussian") {
            section.reject(
                "data.test", "'data.test' is 0, but a stream is judged on test samples; expected a whole number, at least 1")
        }
    }

    /// A stream has each sample once, and test samples.
    func checkStream(_ data: Dataset) throws {
        guard training.isStream else { return }
        if data.trainCount < training.streamLength {
            let steps = data.trainCount / (training.batchSize ?? 1) - 1
            throw problem(
                "training.steps",
                "'training.steps' is \(training.steps), which takes \(training.streamLength) samples of a stream; there are "
                    + "\(data.trainCount): expected at most \(steps)")
        }
        if data.testCount == 0 {
            throw problem("data.test", "a stream is judged on test samples, and there are none; expected 'data.test' at least 1")
        }
    }
}
