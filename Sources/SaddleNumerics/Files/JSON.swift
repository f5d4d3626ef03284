import Foundation

/// JSON as the run folder has it: snake_case keys, sorted, so that the same content is the same text.
public enum JSON {
    /// A value as one line of UTF-8 with a line break, or over several lines.
    ///
    /// - Throws: ``NotFinite`` for an infinite number or NaN, with its place.
    public static func encode(_ value: some Encodable, indented: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting =
            indented ? [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes] : [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
        } catch EncodingError.invalidValue(let number, let context) where number is Double {
            let place = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }.joined()
            throw NotFinite(quantity: String(place.drop { $0 == "." }), value: "\(number)")
        }
    }

    /// The value that a text of such keys holds.
    public static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(type, from: Data(bytes))
    }
}
