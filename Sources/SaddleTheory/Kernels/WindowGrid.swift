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

    /// Replaces x by ⟨x⟩ over windows, for arrays of positions, or pairs (α, α′) of them, with `stride` numbers each.
    ///
    /// Along the width, then along the height, each by adding rows that lie side by side in memory: for a window of s positions 2s additions
    /// in place of s². A running sum, which takes off what leaves the window, would save no time for the usual three positions, and
    /// leave rounding errors of what has left where a window is blank, or where an angle between windows is small.
    ///
    /// - Parameter spare: is overwritten; a buffer that is used again.
    func takeMeans(of x: inout [Double], spare: inout [Double], isPaired: Bool, stride: Int) {
        let (h, w) = (from.height, from.width), other = isPaired ? h * w : 1
        precondition(x.count == h * w * other * stride, "\(x.count) numbers on \(from), stride \(stride)")
        // The array is [h][w][h′][w′][stride] or [h][w][stride].
        let width = Axis(
            outer: h, inner: isPaired ? h : 1, side: w, newSide: to.width, window: windows.width, block: stride,
            isPaired: isPaired)
        let height = Axis(
            outer: 1, inner: to.width, side: h, newSide: to.height, window: windows.height,
            block: (isPaired ? to.width : 1) * stride, isPaired: isPaired)
        for axis in [width, height] where axis.window > 1 {
            sum(x, along: axis, into: &spare)
            swap(&x, &spare)
        }
        let scale = 1 / Double(windows.height * windows.width)
        x.withUnsafeMutableBufferPointer { x in for k in x.indices { x[k] *= scale } }
    }

    /// One axis of [outer][side][inner]([side][block]), which appears twice if paired.
    private struct Axis {
        let outer, inner, side, newSide, window, block: Int
        let isPaired: Bool
        var twin: Int { isPaired ? side : 1 }
        var newTwin: Int { isPaired ? newSide : 1 }
    }

    private func sum(_ x: [Double], along axis: Axis, into result: inout [Double]) {
        result.resize(to: axis.outer * axis.newSide * axis.inner * axis.newTwin * axis.block)
        let offset = padding == .valid ? 0 : (axis.window - 1) / 2
        let (length, newLength) = (axis.twin * axis.block, axis.newTwin * axis.block)
        let shifts = (-offset..<axis.window - offset).map { (shift: $0, runs: runs(axis, $0)) }
        x.withUnsafeBufferPointer { x in
            result.withUnsafeMutableBufferPointer { result in
                for o in 0..<axis.outer {
                    for a in 0..<axis.newSide {
                        let target = result.baseAddress! + (o * axis.newSide + a) * axis.inner * newLength
                        target.update(repeating: 0, count: axis.inner * newLength)
                        for (shift, runs) in shifts {
                            guard let from = place(a + shift, axis.side) else { continue }
                            let source = x.baseAddress! + (o * axis.side + from) * axis.inner * length
                            for (start, end, step) in runs {
                                for i in 0..<axis.inner {
                                    let (t, s) = (target + i * newLength, source + i * length + step * axis.block)
                                    for k in start * axis.block..<end * axis.block { t[k] += s[k] }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    private func place(_ position: Int, _ side: Int) -> Int? {
        if padding == .circular { return (position % side + side) % side }
        return (0..<side).contains(position) ? position : nil
    }

    /// Runs of partners b whose windows' `shift`-th positions are b + step.
    private func runs(_ axis: Axis, _ shift: Int) -> [(start: Int, end: Int, step: Int)] {
        if !axis.isPaired { return [(0, 1, 0)] }
        let side = axis.side
        if padding == .circular {
            let r = (shift % side + side) % side
            return r == 0 ? [(0, side, 0)] : [(0, side - r, r), (side - r, side, r - side)]
        }
        let (start, end) = (max(0, -shift), min(axis.newSide, side - shift))
        return start < end ? [(start, end, shift)] : []
    }
}

extension [Double] {
    /// Keeps the memory; new elements are zeros.
    mutating func resize(to count: Int) {
        if self.count > count { removeLast(self.count - count) }
        if self.count < count { append(contentsOf: repeatElement(0, count: count - self.count)) }
    }
}
