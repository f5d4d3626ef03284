import ArgumentParser
import SaddleStudies

@main
struct Saddle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "saddle", abstract: "Know how your network will learn before you train it.")
}
