extension DynamicalSystem.Definition {
    /// Flows that are named after those who found them.
    static let flows: [Self] = [
        .init(
            "lorenz", "Lorenz 1963", variables: ["x", "y", "z"],
            equations: ["s*(y - x)", "x*(r - z) - y", "x*y - b*z"],
            parameters: [("s", 10), ("r", 28), ("b", 8.0 / 3)], start: [-8.6, -14.0, 16.6], period: 0.75),
        .init(
            "rossler", "Rössler 1976", variables: ["x", "y", "z"],
            equations: ["-y - z", "x + a*y", "b + z*(x - c)"],
            parameters: [("a", 0.2), ("b", 0.2), ("c", 5.7)], start: [-4.0, -6.0, 0.02], period: 5.9),
        .init(
            "chen", "Chen and Ueta 1999", variables: ["x", "y", "z"],
            equations: ["a*(y - x)", "(c - a)*x - x*z + c*y", "x*y - b*z"],
            parameters: [("a", 35), ("b", 3), ("c", 28)], start: [-8.0, -9.0, 24.0], period: 0.4),
        .init(
            "lu", "Lü and Chen 2002", variables: ["x", "y", "z"],
            equations: ["a*(y - x)", "-x*z + c*y", "x*y - b*z"],
            parameters: [("a", 36), ("b", 3), ("c", 20)], start: [5.0, 6.0, 18.0], period: 0.5),
        .init(
            "chua", "Chua, with the cubic nonlinearity", variables: ["x", "y", "z"],
            equations: ["a*(y - c*x^3 - d*x)", "x - y + z", "-b*y"],
            parameters: [("a", 10), ("b", 16), ("c", 1), ("d", -0.143)], start: [0.7, 0.0, 0.0], period: 2.5),
        .init(
            "thomas", "Thomas 1999, cyclically symmetric", variables: ["x", "y", "z"],
            equations: ["sin(y) - b*x", "sin(z) - b*y", "sin(x) - b*z"],
            parameters: [("b", 0.18)], start: [1.0, 2.0, 0.5], period: 12.0),
        .init(
            "halvorsen", "Halvorsen, cyclically symmetric", variables: ["x", "y", "z"],
            equations: ["-a*x - 4*y - 4*z - y^2", "-a*y - 4*z - 4*x - z^2", "-a*z - 4*x - 4*y - x^2"],
            parameters: [("a", 1.4)], start: [-5.0, 0.0, 0.0], period: 1.5),
        .init(
            "rikitake", "Rikitake 1958", variables: ["x", "y", "z"],
            equations: ["-m*x + z*y", "-m*y + x*(z - a)", "1 - x*y"],
            parameters: [("m", 1), ("a", 1)], start: [1.4, 0.4, 0.4], period: 4.0),
        .init(
            "aizawa", "Langford; Aizawa", variables: ["x", "y", "z"],
            equations: ["(z - b)*x - d*y", "d*x + (z - b)*y", "c + a*z - z^3/3 - (x^2 + y^2)*(1 + e*z) + f*z*x^3"],
            parameters: [("a", 0.95), ("b", 0.7), ("c", 0.6), ("d", 3.5), ("e", 0.25), ("f", 0.1)], start: [0.1, 0.0, 0.0],
            period: 1.8),
        .init(
            "newton_leipnik", "Leipnik and Newton 1981", variables: ["x", "y", "z"],
            equations: ["-a*x + y + 10*y*z", "-x - 0.4*y + 5*x*z", "b*z - 5*x*y"],
            parameters: [("a", 0.4), ("b", 0.175)], start: [0.349, 0.0, -0.16], period: 5.0),
        .init(
            "burke_shaw", "Burke and Shaw 1981", variables: ["x", "y", "z"],
            equations: ["-s*(x + y)", "-y - s*x*z", "s*x*y + v"],
            parameters: [("s", 10), ("v", 4.272)], start: [0.6, 0.0, 0.0], period: 1.0),
        .init(
            "shimizu_morioka", "Shimizu and Morioka 1980", variables: ["x", "y", "z"],
            equations: ["y", "x*(1 - z) - a*y", "x^2 - b*z"],
            parameters: [("a", 0.75), ("b", 0.45)], start: [0.1, 0.1, 0.5], period: 6.0),
        .init(
            "rucklidge", "Rucklidge 1992", variables: ["x", "y", "z"],
            equations: ["-k*x + l*y - y*z", "x", "-z + y^2"],
            parameters: [("k", 2), ("l", 6.7)], start: [1.0, 0.0, 4.5], period: 2.5),
        .init(
            "finance", "Ma and Chen 2001", variables: ["x", "y", "z"],
            equations: ["z + (y - a)*x", "1 - b*y - x^2", "-x - c*z"],
            parameters: [("a", 0.001), ("b", 0.2), ("c", 1.1)], start: [2.0, 3.0, 2.0], period: 7.0),
        .init(
            "lorenz84", "Lorenz 1984", variables: ["x", "y", "z"],
            equations: ["-y^2 - z^2 - a*x + a*f", "x*y - b*x*z - y + g", "b*x*y + x*z - z"],
            parameters: [("a", 0.25), ("b", 4), ("f", 8), ("g", 1)], start: [1.0, 1.0, 1.0], period: 1.6),
        .init(
            "arneodo", "Arneodo, Coullet and Tresser 1981", variables: ["x", "y", "z"],
            equations: ["y", "z", "5.5*x - 3.5*y - z - x^3"], start: [0.2, 0.2, -0.75], period: 3.5),
        .init(
            "genesio_tesi", "Genesio and Tesi 1992", variables: ["x", "y", "z"],
            equations: ["y", "z", "-c*x - b*y - a*z + x^2"],
            parameters: [("a", 0.44), ("b", 1.1), ("c", 1)], start: [0.1, 0.1, 0.1], period: 6.5),
        .init(
            "hindmarsh_rose", "Hindmarsh and Rose 1984", variables: ["x", "y", "z"],
            equations: ["y - x^3 + 3*x^2 - z + i", "1 - 5*x^2 - y", "r*(4*(x + 1.6) - z)"],
            parameters: [("i", 3.25), ("r", 0.006)], start: [-0.5, 0.0, 3.0], period: 5.0),
        .init(
            "moore_spiegel", "Moore and Spiegel 1966", variables: ["x", "y", "z"],
            equations: ["y", "z", "-z - (t - r + r*x^2)*y - t*x"],
            parameters: [("t", 6), ("r", 20)], start: [0.1, 0.0, 0.0], period: 3.0),
        .init(
            "duffing", "Duffing, forced; Ueda 1979", variables: ["x", "y", "p"],
            equations: ["y", "-k*y - x^3 + b*cos(p)", "1"],
            parameters: [("k", 0.05), ("b", 7.5)], start: [2.5, 0.0, 0.0], period: 6.283185307179586),
        .init(
            "pendulum", "Pendulum, damped and forced", variables: ["x", "y", "p"],
            equations: ["y", "-k*y - sin(x) + g*cos(p)", "w"],
            parameters: [("k", 0.5), ("g", 1.15), ("w", 2.0 / 3)], start: [0.0, 0.0, 0.0], period: 9.42477796076938),
        .init(
            "hyper_rossler", "Rössler 1979, hyperchaos", variables: ["x", "y", "z", "w"],
            equations: ["-y - z", "x + 0.25*y + w", "3 + x*z", "-0.5*z + 0.05*w"], start: [-10.0, -6.0, 0.0, 10.0], period: 0.8),
        .init(
            "henon_heiles", "Hénon and Heiles 1964", variables: ["x", "y", "u", "v"],
            equations: ["u", "v", "-x - 2*x*y", "-y - x^2 + y^2"], start: [0.0, -0.25, 0.42, 0.0], period: 6.3),
        .init(
            "lorenz96", "Lorenz 1996, six variables", variables: ["x1", "x2", "x3", "x4", "x5", "x6"],
            equations: [
                "(x2 - x5)*x6 - x1 + f", "(x3 - x6)*x1 - x2 + f", "(x4 - x1)*x2 - x3 + f", "(x5 - x2)*x3 - x4 + f",
                "(x6 - x3)*x4 - x5 + f", "(x1 - x4)*x5 - x6 + f",
            ],
            parameters: [("f", 8)], start: [8.01, 8.0, 8.0, 8.0, 8.0, 8.0], period: 1.6),
    ]
}
