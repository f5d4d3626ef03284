/// The program.
public enum Saddle {
    public static let version = "0.1.0"
}
