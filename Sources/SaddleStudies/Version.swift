/// The version of the program. It belongs to every result: another version may change the last bits.
public let saddleVersion = "0.1.0"
