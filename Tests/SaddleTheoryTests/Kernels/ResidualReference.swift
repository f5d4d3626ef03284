import SaddleModels
import SaddleNumerics

/// mpmath with 60 digits: residual networks of three hidden layers, σ_w = 1.3.
struct ResidualReference: Sendable {
    let activation: Activation
    let bias: Double
    let normalizes: Bool
    /// Entries (0, 0), (0, 1), (0, 2) and (2, 2).
    let nngp, ntk: [Double]

    static let inputs = Matrix(
        rows: 3, columns: 4,
        elements: [1, 1, -0.75, -0.5, -0.5, 1.5, 2, 2, 0.5, 0.25, 0.25 + 1e-9, -1])

    static let all = [
        ResidualReference(
            activation: .relu, bias: 0.4, normalizes: false,
            nngp: [7.4610403925976577421, 7.4610403929014776192, 3.1391248343122035539, 5.9419410484570324395],
            ntk: [21.21166890632812951, 21.211668904400216446, 4.1899486346517489501, 16.781991686015628576]),
        ResidualReference(
            activation: .relu, bias: 0.0, normalizes: false,
            nngp: [6.4561722125976575362, 6.4561722129014774133, 2.2834123747164454687, 4.9370728684570322336],
            ntk: [18.82612818632812897, 18.826128184518016157, 2.7307363504067314538, 14.396450966015628036]),
        ResidualReference(
            activation: .relu, bias: 0.0, normalizes: true,
            nngp: [4.8611179012500009685, 4.861117901250000968, 1.8358203202941084081, 4.8611179012500009685],
            ntk: [14.174967105000002989, 14.174967102880296782, 2.015629623183555785, 14.174967105000002989]),
        ResidualReference(
            activation: .erf, bias: 0.4, normalizes: false,
            nngp: [1.3845801293509143084, 1.3845801293563785739, 0.17721561807973844259, 1.3537601267257348753],
            ntk: [5.8114390419672032075, 5.8114390420162234866, 0.17334575912943713908, 5.5415323365129633089]),
        ResidualReference(
            activation: .erf, bias: 0.0, normalizes: false,
            nngp: [1.1999746649351729069, 1.1999746649416669801, -0.14127615747181553207, 1.1626604251707584874],
            ntk: [5.5317568266863725651, 5.5317568267389880616, -0.36089733695344630683, 5.2385610045770639739]),
        ResidualReference(
            activation: .erf, bias: 0.0, normalizes: true,
            nngp: [1.1604849054031220595, 1.1604849054031220592, -0.21637630251303536781, 1.1604849054031220595],
            ntk: [5.2219869632386806837, 5.2219869632386806805, -0.56648665417865064036, 5.2219869632386806837]),
    ]
}
