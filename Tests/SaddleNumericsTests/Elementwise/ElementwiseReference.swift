/// Values of the elementary functions, correctly rounded to double precision, made with mpmath 1.3.0 at 400 digits: tiny and
/// huge arguments, both sides of each change of range in the kernels, near misses of multiples of π/2, and where a dense
/// search found the largest errors.
enum ElementwiseReference {
    typealias Row = (x: Double, value: Double)

    static let tanh: [Row] = [
        (0x1p-1074, 0x1p-1074), (0x1.56e1fc2f8f359p-997, 0x1.56e1fc2f8f359p-997),
        (0x1.12e0be826d695p-30, 0x1.12e0be826d695p-30), (0x1.47ae147ae147bp-7, 0x1.47ab48ae4595ep-7),
        (0x1.999999999999ap-4, 0x1.983d7795f413ap-4), (0x1.5c28f5c28f5c3p-3, 0x1.58d8296a405bdp-3),
        (0x1.62eb1c432ca58p-3, 0x1.5f6851a72a671p-3), (0x1.999999999999ap-3, 0x1.9439830b3a59p-3),
        (0x1.6666666666666p-2, 0x1.5872d4a8651d6p-2), (0x1.0a3d70a3d70a4p-1, 0x1.e92a312640004p-2),
        (0x1.6666666666666p-1, 0x1.356fb17af2e91p-1), (0x1p+0, 0x1.85efab514f394p-1), (0x1p+1, 0x1.ed9505e1bc3d4p-1),
        (0x1.a666666666666p+1, 0x1.fe9bdf44f7c03p-1), (0x1.cp+2, 0x1.ffffc832750f2p-1), (0x1.ep+3, 0x1.ffffffffff96ap-1),
        (0x1.2e66666666666p+4, 0x1.fffffffffffffp-1), (0x1.319999999999ap+4, 0x1p+0), (0x1.6p+4, 0x1p+0),
        (0x1.2cp+8, 0x1p+0), (0x1.1ccf385ebc8ap+1023, 0x1p+0),
    ]

    static let erf: [Row] = [
        (0x1p-1074, 0x1p-1074), (0x1.56e1fc2f8f359p-997, 0x1.82e6d98711d3ap-997),
        (0x1.12e0be826d695p-30, 0x1.362a9ffc610ddp-30), (0x1.47ae147ae147bp-7, 0x1.71bc266657b66p-7),
        (0x1.999999999999ap-4, 0x1.cca5ea24fb334p-4), (0x1.b645a1cac0831p-4, 0x1.eca7f8dc0a4e2p-4),
        (0x1.3333333333333p-2, 0x1.50838881dea0fp-2), (0x1p-1, 0x1.0a7ef5c18edd2p-1),
        (0x1.ae147ae147ae1p-1, 0x1.87c0c914f1a58p-1), (0x1p+0, 0x1.af767a741088bp-1), (0x1.8p+0, 0x1.eea5557137aep-1),
        (0x1p+1, 0x1.fd9ae142795e3p-1), (0x1.599999999999ap+1, 0x1.ffee648a8ce38p-1), (0x1.cp+1, 0x1.ffffe710d565ep-1),
        (0x1.199999999999ap+2, 0x1.fffffffbcc4d3p-1), (0x1.4cccccccccccdp+2, 0x1.ffffffffff93ap-1),
        (0x1.7333333333333p+2, 0x1.ffffffffffffep-1), (0x1.7ae147ae147aep+2, 0x1.fffffffffffffp-1),
        (0x1.7d70a3d70a3d7p+2, 0x1p+0), (0x1.cp+2, 0x1p+0), (0x1.1ccf385ebc8ap+1023, 0x1p+0),
    ]

    static let exp: [Row] = [
        (-0x1.749999999999ap+9, 0x0p+0), (-0x1.748cccccccccdp+9, 0x1p-1074), (-0x1.74p+9, Double(bitPattern: 0x2)),
        (-0x1.68p+9, Double(bitPattern: 0x993b4dc95)), (-0x1.624p+9, Double(bitPattern: 0xe6cf6d08897ac)),
        (-0x1.5ep+9, 0x1.14f2b0fb9307fp-1010), (-0x1.9p+6, 0x1.a8c1f14e2af5dp-145), (-0x1.4p+3, 0x1.7cd79b5647c9bp-15),
        (-0x1p+0, 0x1.78b56362cef38p-2), (-0x1.6666666666666p-2, 0x1.68cce09671f71p-1),
        (-0x1.5c28f5c28f5c3p-2, 0x1.6c6d28e50ebb5p-1), (-0x1.12e0be826d695p-30, 0x1.fffffff768fa1p-1),
        (0x1.56e1fc2f8f359p-997, 0x1p+0), (0x1.12e0be826d695p-30, 0x1.000000044b83p+0),
        (0x1.3333333333333p-2, 0x1.599058c8c1a96p+0), (0x1.70a3d70a3d70ap-2, 0x1.6eeead2fee75fp+0),
        (0x1p+0, 0x1.5bf0a8b145769p+1), (0x1.4p+2, 0x1.28d389970338fp+7), (0x1.9p+6, 0x1.3494a9b171bf5p+144),
        (0x1.5ep+9, 0x1.d945df4f8ec8ep+1009), (0x1.62d999999999ap+9, 0x1.d75ae7a50ee14p+1023),
        (0x1.62e4189374bc7p+9, 0x1.ffa297cab7a93p+1023),
    ]

    static let log: [Row] = [
        (0x1p-1074, -0x1.74385446d71c3p+9), (Double(bitPattern: 0x17b8), -0x1.6fdd43b3b8eabp+9),
        (0x1.089ed476ecabp-1022, -0x1.622e809940dffp+9), (0x1.56e1fc2f8f359p-997, -0x1.5963447f87fb5p+9),
        (0x1.12e0be826d695p-30, -0x1.4b927f32bffb8p+4), (0x1.999999999999ap-4, -0x1.26bb1bbb55515p+1),
        (0x1p-1, -0x1.62e42fefa39efp-1), (0x1.6666666666666p-1, -0x1.6d3c324e13f5p-2),
        (0x1.6a161e4f765fep-1, -0x1.62c1a17840101p-2), (0x1.fae147ae147aep-1, -0x1.495453e6fd4bcp-7),
        (0x1.fffffca501acbp-1, -0x1.ad7f2b1049b9fp-24), (0x1.000001ad7f29bp+0, 0x1.ad7f2847b6492p-24),
        (0x1.004189374bc6ap+0, 0x1.060354f8c3cc4p-10), (0x1.3333333333333p+0, 0x1.7565011e49675p-3),
        (0x1.68f5c28f5c28fp+0, 0x1.5fd5fabe64084p-2), (0x1.6b851eb851eb8p+0, 0x1.6712984ec8f15p-2),
        (0x1p+1, 0x1.62e42fefa39efp-1), (0x1.5c28f5c28f5c3p+1, 0x1.0029693141e7cp+0), (0x1.8p+1, 0x1.193ea7aad030bp+0),
        (0x1.9p+6, 0x1.26bb1bbb55516p+2), (0x1.249ad2594c37dp+332, 0x1.cc845b54b54f2p+7),
        (0x1.e42d130773b76p+1023, 0x1.62dd08fdc6f88p+9),
    ]

    static let log1p: [Row] = [
        (-0x1.fffffffffffffp-1, -0x1.25e4f7b2737fap+5), (-0x1.ff7ced916872bp-1, -0x1.ba18a998fff9fp+2),
        (-0x1.6666666666666p-1, -0x1.34378fcbda72p+0), (-0x1p-1, -0x1.62e42fefa39efp-1),
        (-0x1.2c083126e978dp-2, -0x1.630bc6e7aed9bp-2), (-0x1.2bd3c36113405p-2, -0x1.62c1a17840102p-2),
        (-0x1.999999999999ap-4, -0x1.af8e8210a415ep-4), (-0x1.a36e2eb1c432dp-14, -0x1.a3738d2cf1fefp-14),
        (-0x1.70ef54646d497p-57, -0x1.70ef54646d497p-57), (0x1p-1074, 0x1p-1074),
        (0x1.56e1fc2f8f359p-997, 0x1.56e1fc2f8f359p-997), (0x1.70ef54646d497p-57, 0x1.70ef54646d497p-57),
        (0x1.12e0be826d695p-30, 0x1.12e0be801f1d9p-30), (0x1.0624dd2f1a9fcp-10, 0x1.060354f8c3ebfp-10),
        (0x1.999999999999ap-4, 0x1.8663f793c46c7p-4), (0x1.a3d70a3d70a3dp-2, 0x1.5fd5fabe64085p-2),
        (0x1.ae147ae147ae1p-2, 0x1.6712984ec8f15p-2), (0x1.d0cb295e9e1b1p-2, 0x1.7f3b499293453p-2),
        (0x1p+0, 0x1.62e42fefa39efp-1), (0x1p+1, 0x1.193ea7aad030bp+0), (0x1.4p+3, 0x1.32ee3b77f374cp+1),
        (0x1.dcd65p+29, 0x1.4b927f3304b3bp+4), (0x1.1c37937e08p+53, 0x1.26bb1bbb55516p+5),
        (0x1.bc16d674ec8p+59, 0x1.4b927f32bffb8p+5), (0x1.3e9e4e4c2f344p+199, 0x1.144f69ff9ffc4p+7),
        (0x1.e42d130773b76p+1023, 0x1.62dd08fdc6f88p+9),
    ]

    static let sin: [Row] = [
        (0x1p-1074, 0x1p-1074), (0x1.56e1fc2f8f359p-997, 0x1.56e1fc2f8f359p-997),
        (0x1.12e0be826d695p-30, 0x1.12e0be826d695p-30), (0x1.999999999999ap-4, 0x1.98eaecb8bcb2cp-4),
        (0x1.8f5c28f5c28f6p-1, 0x1.68143d72d4ce4p-1), (0x1.947ae147ae148p-1, 0x1.6bb36c9347c8ep-1),
        (0x1p+0, 0x1.aed548f090ceep-1), (0x1.921fb54442d18p+0, 0x1p+0), (0x1.2cccccccccccdp+1, 0x1.6c463c3c6c9e8p-1),
        (0x1.2e147ae147ae1p+1, 0x1.68a88723ddcf7p-1), (0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53),
        (0x1.2cccccccccccdp+2, -0x1.fff5f0f37ec52p-1), (0x1.921fb54442d18p+2, -0x1.1a62633145c07p-52),
        (0x1.4p+3, -0x1.1689ef5f34f52p-1), (0x1.9p+6, -0x1.03425b78c4db8p-1), (0x1.63p+8, -0x1.f9bd0307d1de3p-16),
        (0x1.f44p+9, 0x1.fd948c50a7a0dp-1), (0x1.979cp+15, -0x1.ffffffffdea62p-1),
        (0x1.869fe66666666p+16, 0x1.152d095f16415p-3), (0x1.86ap+16, 0x1.24daa9c527e96p-5),
        (0x1.fffffcccccccdp+19, 0x1.e07fa13370afbp-3), (0x1.2d97c7f3321d2p+2, -0x1p+0), (0x1.1475cc9eedf01p+4, -0x1p+0),
        (0x1.0e2d4dc9dce4cp+9, -0x1.3dba1aa51add5p-45), (0x1.3df51848a0414p+16, -0x1p+0),
        (0x1.f6723a5f4075p+16, 0x1.6c157aec6aa54p-38),
    ]

    static let cos: [Row] = [
        (0x1p-1074, 0x1p+0), (0x1.56e1fc2f8f359p-997, 0x1p+0), (0x1.12e0be826d695p-30, 0x1p+0),
        (0x1.999999999999ap-4, 0x1.fd712f9a817c1p-1), (0x1.8f5c28f5c28f6p-1, 0x1.6bfcdbf817bfap-1),
        (0x1.947ae147ae148p-1, 0x1.685e69c8569afp-1), (0x1p+0, 0x1.14a280fb5068cp-1),
        (0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54), (0x1.2cccccccccccdp+1, -0x1.67ca02266d8b1p-1),
        (0x1.2e147ae147ae1p+1, -0x1.6b69ee110a01bp-1), (0x1.921fb54442d18p+1, -0x1p+0),
        (0x1.2d97c7f3321d2p+2, -0x1.a79394c9e8a0ap-53), (0x1.921fb54442d18p+2, 0x1p+0), (0x1.6p+3, 0x1.220ae41ee2fdfp-8),
        (0x1.9p+6, 0x1.b981dbf665fdfp-1), (0x1.17e28p+19, -0x1.3b8fdd45b067fp-22), (0x1.f44p+9, 0x1.8dbff75eb664fp-4),
        (0x1.979cp+15, 0x1.719a47d413c35p-18), (0x1.869fe66666666p+16, -0x1.fb4a09c5331fdp-1),
        (0x1.86ap+16, -0x1.ffac3841b3da7p-1), (0x1.fffffcccccccdp+19, 0x1.f1b57557c0355p-1),
        (0x1.2d97c7f3321d2p+2, -0x1.a79394c9e8a0ap-53), (0x1.1475cc9eedf01p+4, 0x1.3ddc5bce200bbp-50),
        (0x1.0e2d4dc9dce4cp+9, 0x1p+0), (0x1.3df51848a0414p+16, -0x1.b3d4b22b50ff2p-45), (0x1.f6723a5f4075p+16, -0x1p+0),
    ]

    static let sigmoid: [Row] = [
        (-0x1.748p+9, 0x1p-1074), (-0x1.72p+9, Double(bitPattern: 0x55)), (-0x1.5ep+9, 0x1.14f2b0fb9307fp-1010),
        (-0x1.9p+6, 0x1.a8c1f14e2af5dp-145), (-0x1.2p+5, 0x1.0b6c3afdde062p-52), (-0x1.4p+3, 0x1.7cd32e41dd96p-15),
        (-0x1.628f5c28f5c29p+1, 0x1.e30eca4bf8666p-5), (-0x1p+0, 0x1.136561454ba86p-2),
        (-0x1.999999999999ap-4, 0x1.e66bdb1aca09p-2), (-0x1.12e0be826d695p-30, 0x1.fffffffbb47dp-2),
        (0x1.56e1fc2f8f359p-997, 0x1p-1), (0x1.999999999999ap-4, 0x1.0cca12729afb8p-1), (0x1p+0, 0x1.764d4f5d5a2bdp-1),
        (0x1p+1, 0x1.c2f7d5a8a79cap-1), (0x1.4p+3, 0x1.fffa0cb346f89p-1), (0x1.2p+5, 0x1.ffffffffffffep-1),
        (0x1.28p+5, 0x1.fffffffffffffp-1), (0x1.9p+6, 0x1p+0), (0x1.1ccf385ebc8ap+1023, 0x1p+0),
    ]
}
