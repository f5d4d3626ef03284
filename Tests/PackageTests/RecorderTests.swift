import Foundation
import Testing

// The recorder of python/saddle/record.py: it compiles, it writes the tables that `measure coordinates` reads, and it runs where its library is.
extension CommandTests {
    private static let recorder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("python/saddle/record.py")

    /// The exit code of a Python program; nil without Python.
    private func python(_ arguments: String...) -> Int32? {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["PYTHONDONTWRITEBYTECODE": "1"]
        ) { $1 }
        process.currentDirectoryURL = directory
        (process.standardOutput, process.standardError) = (FileHandle.nullDevice, FileHandle.nullDevice)
        guard (try? process.run()) != nil else { return nil }
        process.waitUntilExit()
        return process.terminationStatus == 127 ? nil : process.terminationStatus
    }

    @Test(arguments: ["torch", "flax"]) func recorder(library: String) throws {
        defer { cleanUp() }
        let source = try String(contentsOf: Self.recorder, encoding: .utf8)
        try write(source, "record.py")  // a copy beside the script, without the package
        if let code = python("-c", "compile(open('record.py').read(), 'record', 'exec')") { #expect(code == 0) }
        if python("-c", "import \(library)") == 0 {
            #expect(python("-c", library == "torch" ? Self.torch : Self.flax) == 0)
        } else {
            // The very names that the recorder writes.
            for name in ["width", "seed", "step", "module", "of", "rms"] { #expect(source.contains("\"\(name)\": ")) }
            var rows = "width,seed,step,module,of,rms\n"
            for width in [64, 128, 256, 512] {
                for seed in 0...1 {
                    for (k, module) in ["embed", "fc", "head"].enumerated() {
                        let size =
                            (1 + 0.01 * Double((width / 64 * 3 + seed * 5 + k) % 7))
                            / (module == "head" ? Double(width).squareRoot() : 1)
                        rows += "\(width),\(seed),0,\(module),activations,\(size)\n"
                        rows +=
                            "\(width),\(seed),1,\(module),updates,\(0.1 + 0.001 * Double((width / 64 + seed * 2 + k) % 5))\n"
                    }
                }
            }
            try write(rows, "coordinates.csv")
        }
        let answer = try run("measure", "coordinates", "coordinates.csv")
        #expect(answer.code == 0 && answer.output.contains("Agrees"), "\(answer.output)\(answer.errors)")
    }

    /// Exit codes of the measures of tables: 3 for a check that fails, 0 where nothing can be told, 2 for bad input.
    @Test func tableMeasures() throws {
        defer { cleanUp() }
        var rows = "width,module,of,rms\n"
        for n in [64, 128, 256, 512] {
            rows += (0...1).map { "\(n),fc1,updates,\(pow(Double(n), -0.5) * (1 + 0.01 * Double((n / 64 + $0 * 3) % 4)))\n" }
                .joined()
        }
        try write(rows, "lazy.csv")
        let lazy = try run("measure", "coordinates", "lazy.csv", "--modules", "fc1=hidden")
        #expect(lazy.code == 3 && lazy.output.contains("expected is N^0"), "\(lazy.output)\(lazy.errors)")
        try write("seed,a,b\n1,1.0,2.0\n2,1.1,2.1\n3,1.2,2.3\n4,1.0,2.2\n5,1.1,2.1\n6,1.3,2.2\n", "seeds.csv")
        #expect(try run("measure", "seeds", "seeds.csv", "--compare", "a,b").code == 0)
        #expect(try run("measure", "seeds", "seeds.csv", "--compare", "b,a").code == 3)
        let few = try run("measure", "transfer", "seeds.csv")
        #expect(few.code == 2 && few.errors.contains("learning rates"), "\(few.errors)")
    }

    /// Maximal updates by hand: inputs of fixed size, hidden weights ~ 1/√n, a readout of weights ~ 1/n, and each layer's own step.
    private static let torch = """
        import itertools, torch
        from record import TorchRecorder, gather
        for n, seed in itertools.product((64, 128, 256, 512), (0, 1)):
            torch.manual_seed(seed)
            model = torch.nn.Sequential()
            for name, i, o, s in (("embed", 8, n, 8 ** -0.5), ("fc", n, n, n ** -0.5), ("head", n, 4, 1 / n)):
                layer = torch.nn.Linear(i, o, bias=False)
                torch.nn.init.normal_(layer.weight, std=s)
                model.add_module(name, layer)
                if name != "head": model.add_module("tanh" + name, torch.nn.Tanh())
            rates = [n, 1, 1 / n]
            optimizer = torch.optim.SGD([dict(params=p, lr=0.1 * r) for p, r in zip(model.parameters(), rates)])
            g = torch.Generator().manual_seed(9)
            x, y = torch.randn(32, 8, generator=g), torch.randn(32, 4, generator=g)
            with TorchRecorder(".", model, width=n, seed=seed) as record:
                for step in range(3):
                    record.sizes(step, x)
                    optimizer.zero_grad(); ((model(x) - y) ** 2).mean().backward(); optimizer.step()
        gather(".")
        """

    private static let flax = """
        import itertools, jax, jax.numpy as jnp
        import flax.linen as nn
        from record import JaxRecorder, gather
        class MLP(nn.Module):
            n: int
            @nn.compact
            def __call__(self, x):
                def dense(o, s, name): return nn.Dense(o, use_bias=False, kernel_init=nn.initializers.normal(s), name=name)
                x = jnp.tanh(dense(self.n, 8 ** -0.5, "embed")(x))
                x = jnp.tanh(dense(self.n, self.n ** -0.5, "fc")(x))
                return dense(4, 1 / self.n, "head")(x)
        for n, seed in itertools.product((64, 128, 256, 512), (0, 1)):
            model, x, y = MLP(n), jax.random.normal(jax.random.key(9), (32, 8)), jax.random.normal(jax.random.key(8), (32, 4))
            variables = model.init(jax.random.key(seed), x)
            rates = dict(embed=n, fc=1, head=1 / n)
            with JaxRecorder(".", model, width=n, seed=seed) as record:
                for step in range(3):
                    record.sizes(step, variables, x)
                    grads = jax.grad(lambda v: ((model.apply(v, x) - y) ** 2).mean())(variables)
                    params = {k: jax.tree.map(lambda p, g: p - 0.1 * rates[k] * g, variables["params"][k], grads["params"][k]) for k in rates}
                    variables = dict(params=params)
        gather(".")
        """
}
