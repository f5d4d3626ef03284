extension DynamicalSystem.Definition {
    /// Maps.
    static let maps: [Self] = [
        .init(
            "henon", "Hénon 1976", .map, variables: ["x", "y"],
            equations: ["1 - a*x^2 + y", "b*x"],
            parameters: [("a", 1.4), ("b", 0.3)], start: [0.1, 0.1]),
        .init(
            "lozi", "Lozi 1978", .map, variables: ["x", "y"],
            equations: ["1 - a*abs(x) + y", "b*x"],
            parameters: [("a", 1.7), ("b", 0.5)], start: [0.1, 0.1]),
        .init(
            "logistic", "May 1976", .map, variables: ["x"],
            equations: ["r*x*(1 - x)"],
            parameters: [("r", 4)], start: [0.2]),
        .init(
            "cubic", "Cubic map", .map, variables: ["x"],
            equations: ["r*x*(1 - x^2)"],
            parameters: [("r", 2.59)], start: [0.1]),
        .init(
            "gauss", "Gauss (mouse) map", .map, variables: ["x"],
            equations: ["exp(-a*x^2) + b"],
            parameters: [("a", 6.2), ("b", -0.5)], start: [0.1]),
        .init(
            "ikeda", "Ikeda 1979", .map, variables: ["x", "y"],
            equations: [
                "1 + u*(x*cos(0.4 - 6/(1 + x^2 + y^2)) - y*sin(0.4 - 6/(1 + x^2 + y^2)))",
                "u*(x*sin(0.4 - 6/(1 + x^2 + y^2)) + y*cos(0.4 - 6/(1 + x^2 + y^2)))",
            ],
            parameters: [("u", 0.9)], start: [0.1, 0.1]),
        .init(
            "tinkerbell", "Tinkerbell map", .map, variables: ["x", "y"],
            equations: ["x^2 - y^2 + a*x + b*y", "2*x*y + c*x + d*y"],
            parameters: [("a", 0.9), ("b", -0.6013), ("c", 2), ("d", 0.5)], start: [-0.72, -0.64]),
        .init(
            "duffing_map", "Holmes 1979", .map, variables: ["x", "y"],
            equations: ["y", "-b*x + a*y - y^3"],
            parameters: [("a", 2.75), ("b", 0.2)], start: [0.5, 0.5]),
        .init(
            "delayed_logistic", "Aronson and others 1982", .map, variables: ["x", "y"],
            equations: ["a*x*(1 - y)", "x"],
            parameters: [("a", 2.27)], start: [0.6, 0.5]),
        .init(
            "standard", "Chirikov 1979, at large kicks", .map, variables: ["x", "y"],
            equations: ["x + y + k*sin(x)", "y + k*sin(x)"],
            parameters: [("k", 6.5)], start: [0.5, 0.3]),
        .init(
            "henon_3d", "Generalised Hénon, hyperchaos (Baier and Klein 1990)", .map, variables: ["x", "y", "z"],
            equations: ["a - y^2 - b*z", "x", "y"],
            parameters: [("a", 1.76), ("b", 0.1)], start: [0.1, 0.1, 0.1]),
    ]
}
