import SaddleModels

/// Means over windows of a grid of positions, or of pairs of positions whose windows move together.
struct WindowGrid: Sendable {
    /// Height and width before and after; one-dimensional sequences have height 1.
    let from: (height: Int, width: Int)
    let to: (height: Int, width: Int)
    private let windows: (height: Int, width: Int)
    private let padding: Convolution.Padding

    /// - Parameter layer: 0 for the convolution of the input.
    init(_ convolution: Convolution, layer: Int) {
        let (s, isSequence) = (convolution.window, convolution.shape.count == 1)
        let loss = convolution.padding == .valid ? s - 1 : 0
        func side(_ length: Int, _ layers: Int) -> Int { length - layers * loss }
        let width = convolution.shape.last!
        from = (isSequence ? 1 : side(convolution.shape[0], layer), side(width, layer))
        to = (isSequence ? 1 : side(convolution.shape[0], layer + 1), side(width, layer + 1))
        windows = (isSequence ? 1 : s, s)
        padding = convolution.padding
    }

    var isTooSmall: Bool { to.height < 1 || to.width < 1 }
    /// Positions after.
    var positions: Int { to.height * to.width }

    /// ⟨x⟩ over windows, for arrays of positions, or pairs (α, α′) of them, with `stride` numbers each.
    func means(_ x: [Double], isPaired: Bool, stride: Int) -> [Double] {
        let other = isPaired ? from.height * from.width : 1
        precondition(x.count == from.height * from.width * other * stride, "\(x.count) numbers on \(from), stride \(stride)")
        // Along the width, then along the height; the array is [h][w][h′][w′][stride] or [h][w][stride].
        let (h, w) = (from.height, from.width)
        let rows = sums(
            x, outer: h, inner: isPaired ? h : 1, side: w, newSide: to.width, window: windows.width, block: stride,
            isPaired: isPaired)
        let afterWidth = isPaired ? to.width : 1
        let all = sums(
            rows, outer: 1, inner: to.width, side: h, newSide: to.height, window: windows.height, block: afterWidth * stride,
            isPaired: isPaired)
        let scale = 1 / Double(windows.height * windows.width)
        return all.map { $0 * scale }
    }

    /// Σ over the window of one axis of [outer][side][inner]([side][block]), where the axis appears twice if paired.
    private func sums(
        _ x: [Double], outer: Int, inner: Int, side: Int, newSide: Int, window: Int, block: Int, isPaired: Bool
    ) -> [Double] {
        if window == 1 { return x }
        let offset = padding == .valid ? 0 : (window - 1) / 2
        let (twin, newTwin) = (isPaired ? side : 1, isPaired ? newSide : 1)
        var result = [Double](repeating: 0, count: outer * newSide * inner * newTwin * block)
        func place(_ position: Int) -> Int? {
            if padding == .circular { return (position % side + side) % side }
            return (0..<side).contains(position) ? position : nil
        }
        x.withUnsafeBufferPointer { x in
            result.withUnsafeMutableBufferPointer { result in
                for o in 0..<outer {
                    for a in 0..<newSide {
                        for shift in 0..<window {
                            guard let sa = place(a + shift - offset) else { continue }
                            for i in 0..<inner {
                                for b in 0..<newTwin {
                                    guard let sb = isPaired ? place(b + shift - offset) : 0 else { continue }
                                    let source = (((o * side + sa) * inner + i) * twin + sb) * block
                                    let target = (((o * newSide + a) * inner + i) * newTwin + b) * block
                                    for k in 0..<block { result[target + k] += x[source + k] }
                                }
                            }
                        }
                    }
                }
            }
        }
        return result
    }
}
