import SaddleNumerics
import SaddleReport
import SaddleTheory

extension DepthScaling {
    var title: String {
        switch regime {
        case .unstable: "not stable at large depth"
        case .still: "branches stand still at large depth"
        case .linearized: "features move at every depth, each branch acts as its linearisation"
        case .complete: "complete feature learning at every depth"
        }
    }

    var tone: Page.Tone {
        switch regime {
        case .unstable, .still: .bad
        case .linearized: .neutral
        case .complete: .good
        }
    }

    var explanation: String {
        let rates = "learning rates of branches ∝ L^\(NumberText.exponent(rate))"
        if branchExponent < 0.5 { return "features start as L^\(NumberText.exponent(0.5 - branchExponent)) or faster" }
        return "with \(rates), L branches together move features as L^\(NumberText.exponent(featureUpdate)), and ΔWφ of each is "
            + "∝ L^\(NumberText.exponent(ownUpdate)) where Wφ starts at order one"
    }
}
