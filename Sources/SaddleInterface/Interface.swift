// swift-format-ignore-file: AlwaysUseLowerCamelCase

import CSaddleInterface
import Foundation
import SaddleStudies

// The functions of `saddle.h`, which says what they do. A job is a reference that the caller holds from start to release.

/// Lives as long as the library.
private nonisolated(unsafe) let version = UnsafePointer(strdup(saddleVersion)!)

@c @implementation
public func saddle_version() -> UnsafePointer<CChar>! { version }

/// Before the first job computes.
private let prepared: Void = KernelChoice.mendInPlace()

@c @implementation
public func saddle_start(
    _ request: UnsafePointer<CChar>!, _ files: UnsafePointer<saddle_file>!, _ count: Int
) -> OpaquePointer! {
    _ = prepared
    let contents = UnsafeBufferPointer(start: files, count: count).map { file in
        HeldFile(
            path: String(cString: file.path),
            parts: [
                UnsafeRawBufferPointer(start: file.head, count: file.head_length),
                UnsafeRawBufferPointer(start: file.body, count: file.body_length),
            ])
    }
    let job = Job(request: String(cString: request), files: contents)
    job.start()
    return OpaquePointer(Unmanaged.passRetained(job).toOpaque())
}

@c @implementation
public func saddle_wait(_ job: OpaquePointer!, _ seconds: Double) -> Int32 { of(job).wait(seconds) ? 1 : 0 }

@c @implementation
public func saddle_event(_ job: OpaquePointer!) -> UnsafeMutablePointer<CChar>! { of(job).nextEvent().map { strdup($0) } }

@c @implementation
public func saddle_progress(_ job: OpaquePointer!) -> Double { of(job).progress }

@c @implementation
public func saddle_stop(_ job: OpaquePointer!) { of(job).stop() }

@c @implementation
public func saddle_outcome(_ job: OpaquePointer!) -> UnsafePointer<CChar>! { of(job).results?.text }

@c @implementation
public func saddle_array_count(_ job: OpaquePointer!) -> Int { of(job).results?.arrays.count ?? 0 }

@c @implementation
public func saddle_array_at(_ job: OpaquePointer!, _ index: Int) -> saddle_array {
    guard let arrays = of(job).results?.arrays, arrays.indices.contains(index) else {
        return saddle_array(name: nil, rank: 0, shape: nil, values: nil)
    }
    return arrays[index].view
}

@c @implementation
public func saddle_page(_ job: OpaquePointer!) -> UnsafeMutablePointer<CChar>! { of(job).results?.page.map { strdup($0) } }

@c @implementation
public func saddle_release(_ job: OpaquePointer!) {
    of(job).stop()
    Unmanaged<Job>.fromOpaque(UnsafeRawPointer(job)).release()
}

@c @implementation
public func saddle_free(_ text: UnsafeMutablePointer<CChar>!) { free(text) }

private func of(_ job: OpaquePointer) -> Job { Unmanaged<Job>.fromOpaque(UnsafeRawPointer(job)).takeUnretainedValue() }
