import Foundation
import SaddleNumerics
import TestSupport
import Testing

/// Claims exclude each other, end with who holds them, and count. Catches a lock on the whole file, and one that its release leaves.
@Suite struct ClaimFileTests {
    @Test func claims() throws {
        try withTemporaryDirectory { folder in
            let one = try ClaimFile("\(folder)/claims")
            do {
                let other = try ClaimFile("\(folder)/claims")
                #expect(try one.claim(3) && !other.claim(3) && other.claim(4))
                #expect(other.isClaimed(0..<4) && !other.isClaimed(0..<3) && one.isClaimed(4..<9))
                one.release(3)
                #expect(try other.claim(3))
            }
            // The other one is gone, and with it what it had.
            #expect(try !one.isClaimed(0..<9) && one.claim(4))
            #expect(one.attempts(6) == [0, 0, 0, 0, 0, 0])
            try one.setAttempts(2, 7)
            try one.setAttempts(5, 300)
            #expect(try ClaimFile("\(folder)/claims").attempts(6) == [0, 0, 7, 0, 0, 255] && one.attempts(of: 2) == 7)
        }
        #expect(throws: FileError.self) { try ClaimFile("/nowhere/claims") }
    }
}
