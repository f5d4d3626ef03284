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
