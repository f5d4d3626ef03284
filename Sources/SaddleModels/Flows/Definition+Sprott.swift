extension DynamicalSystem.Definition {
    /// The simplest quadratic flows with chaos (Sprott 1994).
    static let sprott: [Self] = [
        .init(
            "sprott_a", "Nosé and Hoover; Sprott 1994, case A", variables: ["x", "y", "z"],
            equations: ["y", "-x + y*z", "1 - y^2"], start: [0.0, 5.0, 0.0], period: 5.0),
        .init(
            "sprott_b", "Sprott 1994, case B", variables: ["x", "y", "z"],
            equations: ["y*z", "x - y", "1 - x*y"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_c", "Sprott 1994, case C", variables: ["x", "y", "z"],
            equations: ["y*z", "x - y", "1 - x^2"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_d", "Sprott 1994, case D", variables: ["x", "y", "z"],
            equations: ["-y", "x + z", "x*z + 3*y^2"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_e", "Sprott 1994, case E", variables: ["x", "y", "z"],
            equations: ["y*z", "x^2 - y", "1 - 4*x"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_f", "Sprott 1994, case F", variables: ["x", "y", "z"],
            equations: ["y + z", "-x + 0.5*y", "x^2 - z"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_g", "Sprott 1994, case G", variables: ["x", "y", "z"],
            equations: ["0.4*x + z", "x*z - y", "-x + y"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_h", "Sprott 1994, case H", variables: ["x", "y", "z"],
            equations: ["-y + z^2", "x + 0.5*y", "x - z"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_i", "Sprott 1994, case I", variables: ["x", "y", "z"],
            equations: ["-0.2*y", "x + z", "x + y^2 - z"], start: [0.05, 0.05, 0.05], period: 8.0),
        .init(
            "sprott_j", "Sprott 1994, case J", variables: ["x", "y", "z"],
            equations: ["2*z", "-2*y + z", "-x + y + y^2"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_k", "Sprott 1994, case K", variables: ["x", "y", "z"],
            equations: ["x*y - z", "x - y", "x + 0.3*z"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_l", "Sprott 1994, case L", variables: ["x", "y", "z"],
            equations: ["y + 3.9*z", "0.9*x^2 - y", "1 - x"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_m", "Sprott 1994, case M", variables: ["x", "y", "z"],
            equations: ["-z", "-x^2 - y", "1.7 + 1.7*x + y"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_n", "Sprott 1994, case N", variables: ["x", "y", "z"],
            equations: ["-2*y", "x + z^2", "1 + y - 2*z"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_o", "Sprott 1994, case O", variables: ["x", "y", "z"],
            equations: ["y", "x - z", "x + x*z + 2.7*y"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_p", "Sprott 1994, case P", variables: ["x", "y", "z"],
            equations: ["2.7*y + z", "-x + y^2", "x + y"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_q", "Sprott 1994, case Q", variables: ["x", "y", "z"],
            equations: ["-z", "x - y", "3.1*x + y^2 + 0.5*z"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_r", "Sprott 1994, case R", variables: ["x", "y", "z"],
            equations: ["0.9 - y", "0.4 + z", "x*y - z"], start: [0.05, 0.05, 0.05], period: 5.0),
        .init(
            "sprott_s", "Sprott 1994, case S", variables: ["x", "y", "z"],
            equations: ["-x - 4*y", "x + z^2", "1 + x"], start: [0.05, 0.05, 0.05], period: 5.0),
    ]
}
