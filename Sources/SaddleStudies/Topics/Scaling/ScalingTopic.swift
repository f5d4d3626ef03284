import SaddleTheory

/// `saddle predict scaling`: exponents, crossovers and frontiers of learning curves, from a power law or from data.
public struct ScalingTopic: Sendable {
    public init() {}

    public func result(_ context: TopicRunner.Context) throws -> TopicResult {
        let settings = context.study.scaling ?? ScalingStudy()
        switch settings.spectrum {
        case .data: return try KernelCurveTopic(settings, context).result
        case .powerLaw: return try PowerLawTopic(settings, context).result
        }
    }
}
