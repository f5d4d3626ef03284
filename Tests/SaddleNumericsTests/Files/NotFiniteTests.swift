import SaddleNumerics
import Testing

/// Numbers that are no results are found before they are written, with their place; infinities that mean "unknown" pass.
@Suite struct NotFiniteTests {
    private func error(_ arrays: [(name: String, array: Tensor)], infinite: Set<String> = []) -> String? {
        do { try NotFinite.check(arrays, infinite: infinite) } catch { return "\(error)" }
        return nil
    }

    @Test func namesQuantityAndStep() {
        let time = (name: "time", array: Tensor(shape: [3], elements: [0, 10, 100]))
        var output = Tensor(shape: [3, 2], elements: [1, 2, 3, 4, 5, 6])
        #expect(error([time, ("train_output", output)]) == nil)
        output[1, 1] = .nan
        #expect(
            error([time, ("train_output", output)])
                == "train_output at step 10, entry [1] (from 0) is nan. No result was written")
        #expect(
            error([("kernel", Tensor(shape: [2, 2], elements: [1, 2, -.infinity, 3]))])
                == "kernel, entry [1, 0] (from 0) is -inf. No result was written")
        #expect(
            error([time, ("loss", Tensor(shape: [3], elements: [1, 1, .nan]))])?.hasPrefix("loss at step 100 is nan") == true)
    }

    @Test func infinitiesThatMeanSomething() {
        let unknown = Tensor(shape: [1], elements: [.infinity])
        for name in ["train_loss_error", "train_output_mean_error_64"] { #expect(error([(name, unknown)]) == nil) }
        #expect(error([("kernel", unknown)]) != nil && error([("kernel", unknown)], infinite: ["kernel"]) == nil)
        #expect(error([("x_error", Tensor(shape: [1], elements: [.nan]))]) != nil)
        #expect(error([("x_error", Tensor(shape: [1], elements: [-.infinity]))]) != nil)
    }
}
