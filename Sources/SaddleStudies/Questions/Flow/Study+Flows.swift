import SaddleModels
import SaddleNumerics

extension Study {
    /// The flow or map of the section `flow`.
    ///
    /// - Throws: `StudyFileError` for an unknown name (with the closest), an equation that cannot be read, an unknown parameter.
    func dynamicalSystem() throws -> DynamicalSystem {
        let asked = flow ?? FlowStudy()
        var values: [(String, Double)] = []
        for text in asked.parameters {
            let parts = text.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix(" ") }
            guard parts.count == 2, let value = Double(parts[1]), value.isFinite else {
                throw problem("flow.parameters", "'\(shortened(text))' is not of the form name=value, as r=28")
            }
            values.append((String(parts[0]), value))
        }
        do {
            if let variables = asked.variables, let equations = asked.equations {
                guard asked.start!.count == variables.count else {
                    throw problem(
                        "flow.start",
                        "\(asked.start!.count) numbers for \(NumberText.count(variables.count, of: "variable")); expected one for each"
                    )
                }
                return try DynamicalSystem(
                    asked.system == FlowStudy().system ? name : asked.system, "own equations", asked.kind, variables: variables,
                    equations: equations, parameters: values,
                    start: asked.start!,
                    period: asked.kind == .map ? 1 : asked.period ?? 1)
            }
            guard let known = DynamicalSystem.named(asked.system) else {
                let names = DynamicalSystem.all.map(\.name)
                throw problem(
                    "flow.system",
                    "no system is called '\(shortened(asked.system))'\(suggestion(for: asked.system, among: names)) (known here: "
                        + names.joined(separator: ", ") + ")")
            }
            for (name, _) in values where !known.parameters.contains(where: { $0.name == name }) {
                let names = known.parameters.map { "\($0.name) (\(NumberText.short($0.value)))" }.joined(separator: ", ")
                throw problem(
                    "flow.parameters",
                    "\(known.name) has no parameter '\(shortened(name))'; it has \(names.isEmpty ? "none" : names)")
            }
            if let start = asked.start, start.count != known.dimension {
                throw problem(
                    "flow.start",
                    "\(start.count) numbers for \(NumberText.count(known.dimension, of: "variable")) (\(known.variables.joined(separator: ", "))); expected one for each"
                )
            }
            return try known.with(Dictionary(values) { $1 }, start: asked.start)
        } catch let error as ActivationError {
            throw problem("flow.equations", "\(error)")
        }
    }
}
