import SaddleModels
import Testing

// The axioms, element by element; a reflection on the wrong side makes the dihedral table another one, or none.

@Suite struct FiniteGroupTests {
    @Test(arguments: ["Z2", "Z7", "D1", "D2", "D5", "Z3xZ5", "Z2xD4", "d3×z2"]) func axioms(name: String) throws {
        let group = try #require(FiniteGroup(name)), elements = 0..<group.order
        for a in elements {
            #expect(group.product(0, a) == a && group.product(a, 0) == a)
            #expect(group.product(a, group.inverses[a]) == 0 && group.product(group.inverses[a], a) == 0)
            for b in elements {
                for c in elements { #expect(group.product(group.product(a, b), c) == group.product(a, group.product(b, c))) }
            }
        }
        let isCommutative = elements.allSatisfy { a in elements.allSatisfy { group.product(a, $0) == group.product($0, a) } }
        #expect(isCommutative == !["D5", "Z2xD4", "d3×z2"].contains(name))
    }

    /// Symmetries of the n-gon as permutations of its corners.
    @Test func dihedralIsThePolygon() throws {
        let n = 6, group = try #require(FiniteGroup("D6"))
        func act(_ g: Int, _ corner: Int) -> Int { ((g >= n ? -corner : corner) + g % n + n) % n }
        for a in 0..<12 { for b in 0..<12 { for x in 0..<n { #expect(act(group.product(a, b), x) == act(a, act(b, x))) } } }
    }

    @Test(arguments: ["", "Z0", "Z", "7", "Q8", "Z3x", "Z-2", "Z201", "D101", "Z20xZ20", "Z3 x Z5"]) func otherTexts(text: String)
    {
        #expect(FiniteGroup(text) == nil)
    }

    @Test func pairs() throws {
        let group = try #require(FiniteGroup("Z5"))
        let few = GroupTask(group, samples: 10, seed: 3), more = GroupTask(group, samples: 15, seed: 3)
        #expect(Array(more.seen.prefix(10)) == few.seen && Set(few.seen + few.unseen) == Set(0..<25) && few.unseen.count == 15)
        #expect(GroupTask(group, samples: 10, seed: 3, index: 1).seen != few.seen && GroupTask(group).unseen.isEmpty)
    }
}

/// The table as data of a study: every pair once, one-hot, labelled with its product.
@Suite struct GroupDataTests {
    @Test func samples() throws {
        var source = DataSource(source: "group", train: 30, test: 5, preprocess: .none, seed: 2)
        source.group = "D3"
        let data = try source.load(loss: .squared).dataset, group = try #require(FiniteGroup("D3"))
        #expect(data.trainCount == 30 && data.testCount == 5)
        var seen: Set<[Int]> = []
        for (inputs, classes) in [(data.trainInputs, data.trainClasses), (data.testInputs, data.testClasses)] {
            for i in 0..<inputs.rows {
                let hot = (0..<12).filter { inputs[i, $0] == 1 }
                #expect(hot.count == 2 && hot[0] < 6 && hot[1] >= 6)
                #expect(classes[i] == group.product(hot[0], hot[1] - 6))
                seen.insert(hot)
            }
        }
        #expect(seen.count == data.trainCount + data.testCount)
    }

    @Test func badInput() {
        func text(_ change: (inout DataSource) -> Void) -> String {
            var source = DataSource(source: "group", seed: 2)
            change(&source)
            do { _ = try source.load(loss: .squared) } catch { return "\(error)" }
            return "no error"
        }
        #expect(text { _ in }.contains("missing: Z7, D5"))
        #expect(text { $0.group = "Z1" }.contains("'Z1'; expected Z7, D5"))
        #expect(text { ($0.group, $0.train, $0.test) = ("Z5", 20, 6) }.contains("Z5 has 25 pairs"))
        #expect(text { ($0.group, $0.teacher) = ("Z5", .linear) }.contains("teacher"))
    }
}
