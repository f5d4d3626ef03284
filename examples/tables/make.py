"""Makes the tables and arrays of this folder with numpy alone: what a training log, a checkpoint or a recording looks like.

    python3 examples/tables/make.py          # a minute; the same numbers every time
"""
import csv
import gzip
import pathlib
import numpy as np

here = pathlib.Path(__file__).parent
digits = np.loadtxt(gzip.open(here / "../../Sources/CDigits/digits.csv.gz", "rt"), delimiter=",", skiprows=1)


def table(name, header, rows):
    with open(here / name, "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])


def task(count=64, inputs=8, seed=0):
    """Gaussian inputs, and a smooth function of two of them."""
    x = np.random.default_rng(seed).normal(size=(count, inputs))
    return x, np.sin(x[:, :1]) * x[:, 1:2]


class Net:
    """Two hidden layers of tanh. `mup`: rates of maximal updates; otherwise one rate for all weights."""

    def __init__(self, width, seed, inputs, mup=True):
        draw, n = np.random.default_rng(seed), width
        self.w = [draw.normal(size=s) / np.sqrt(s[0]) for s in ((inputs, n), (n, n), (n, 1))]
        if mup:
            self.w[2] /= np.sqrt(n)
        self.rates = [n, 1.0, 1 / n] if mup else [1.0, 1.0, 1.0]

    def fields(self, x):
        h1 = x @ self.w[0]
        h2 = np.tanh(h1) @ self.w[1]
        return h1, h2, np.tanh(h2) @ self.w[2]

    def step(self, x, y, rate, momentum=0.0):
        h1, h2, f = self.fields(x)
        a1, a2, e = np.tanh(h1), np.tanh(h2), (f - y) / len(x)
        g2 = (e @ self.w[2].T) * (1 - a2**2)
        g1 = (g2 @ self.w[1].T) * (1 - a1**2)
        grads = [x.T @ g1, a1.T @ g2, a2.T @ e]
        self.v = [momentum * v + g for v, g in zip(getattr(self, "v", [0, 0, 0]), grads)]
        self.w = [w - rate * r * v for w, r, v in zip(self.w, self.rates, self.v)]
        return 0.5 * np.mean((f - y) ** 2)


def rms(a):
    return f"{np.sqrt(np.mean(a**2)):.6g}"


def coordinates():
    x, y = task(32)
    rows = []
    for width in (64, 128, 256, 512):
        for seed in (0, 1):
            net = Net(width, seed, x.shape[1])
            start = net.fields(x)
            for step in range(4):
                for module, h, h0 in zip(("input", "hidden", "output"), net.fields(x), start):
                    rows.append((width, seed, step, module, "activations", rms(h)))
                    if step:
                        rows.append((width, seed, step, module, "updates", rms(h - h0)))
                net.step(x, y, 0.2)
    table("coordinates.csv", ("width", "seed", "step", "module", "of", "rms"), rows)


def rates():
    """Every sample seen once, with noise on its label: large rates keep the noise, small ones do not arrive."""
    x, fresh = task(4096, seed=1)[0], task(256, seed=2)[0]
    y, clean = np.sin(x[:, :1]), np.sin(fresh[:, :1])
    y = y + 0.5 * np.random.default_rng(3).normal(size=y.shape)
    rows = []
    for width in (32, 64, 128, 256):
        for rate in 0.02 * 1.8 ** np.arange(9):
            for seed in (0, 1, 2):
                net = Net(width, seed, x.shape[1])
                with np.errstate(all="ignore"):
                    for step in range(256):
                        net.step(x[16 * step : 16 * step + 16], y[16 * step : 16 * step + 16], rate)
                    loss = 0.5 * np.mean((net.fields(fresh)[2] - clean) ** 2)
                rows.append((width, f"{rate:.4g}", seed, f"{loss:.6g}"))
    table("rates.csv", ("width", "learning_rate", "seed", "loss"), rows)


def seeds():
    x, y = task()
    rows = []
    for seed in range(8):
        plain, heavy = Net(64, seed, x.shape[1]), Net(64, seed, x.shape[1])
        losses = [[plain.step(x, y, 0.3), heavy.step(x, y, 0.06, momentum=0.8)] for _ in range(200)][-1]
        rows.append((seed, *(f"{loss:.6g}" for loss in losses)))
    table("seeds.csv", ("seed", "plain", "momentum"), rows)


def curves():
    x, y = task(256, 8)
    rows = []
    for width in (32, 64, 128):
        for seed in (0, 1, 2):
            net = Net(width, seed, x.shape[1])
            for step in range(401):
                loss = net.step(x, y, 0.3)
                if step and step % 10 == 0:
                    rows.append((step, width, seed, f"{loss:.6g}"))
    table("curves.csv", ("step", "width", "seed", "loss"), rows)


def losses():
    """Kernel regression on all digits: test loss against the number of training samples."""
    x, y = digits[:, :-1] / 16, np.eye(10)[digits[:, -1].astype(int)] - 0.1
    draw, square = np.random.default_rng(0), np.sum(x**2, 1)
    kernel, rows = np.exp(-(square[:, None] + square - 2 * x @ x.T) / 64), []
    for samples in (20, 40, 80, 160, 320, 640, 1280):
        for seed in range(4):
            order = draw.permutation(len(x))
            train, test = order[:samples], order[samples:]
            f = kernel[np.ix_(test, train)] @ np.linalg.solve(kernel[np.ix_(train, train)] + 1e-3 * np.eye(samples), y[train])
            rows.append((samples, seed, f"{0.5 * np.mean(np.sum((f - y[test]) ** 2, 1)):.6g}"))
    table("losses.csv", ("samples", "seed", "test_loss"), rows)


def grokking():
    """A committee of quadratic units that memorises before it generalises: inputs in 16 dimensions, 96 samples."""
    draw = np.random.default_rng(1)
    d, n, alpha, epsilon = 16, 200, 1.0, 0.25
    beta = draw.normal(size=d)
    x, fresh = (draw.normal(size=(m, d)) / np.sqrt(d) for m in (96, 2000))
    w, rows, records = draw.normal(size=(n, d)), [], set(np.unique(np.geomspace(1, 6000, 60).astype(int)))
    def f(x): z = x @ w.T; return alpha * np.mean(z + epsilon * z * z / 2, 1)
    for step in range(6001):
        r, t = f(x) - (x @ beta) ** 2 / 2, f(fresh) - (fresh @ beta) ** 2 / 2
        if step == 0 or step in records:
            rows.append((step, f"{np.mean(r**2):.6g}", f"{np.mean(t**2):.6g}"))
        w -= 2 / alpha * ((1 + epsilon * (x @ w.T)) * r[:, None]).T @ x / len(x)
    table("grokking.csv", ("step", "train_loss", "test_loss"), rows)


def weights():
    """A network in PyTorch's order of axes before and after it learnt to tell zeros from ones."""
    rows = digits[digits[:, -1] < 2][:50]
    x, y = rows[:, :-1] - rows[:, :-1].mean(0), 1 - 2 * rows[:, -1:]
    x *= 8 / np.linalg.norm(x, axis=1, keepdims=True)
    net = Net(64, 0, 64, mup=False)
    for name, steps in (("step0.npz", 0), ("step200.npz", 200)):
        for _ in range(steps):
            net.step(x, y, 0.05)
        np.savez(here / name, **{f"{i}.weight": w.T.astype(np.float32) for i, w in enumerate(net.w)})


def sphere():
    """A rotation of the sphere, seen at 300 places with noise."""
    draw = np.random.default_rng(0)
    points = draw.normal(size=(300, 3))
    points /= np.linalg.norm(points, axis=1, keepdims=True)
    vectors = np.cross([0, 0, 1], points) + 0.1 * draw.normal(size=points.shape)
    np.savez(here / "sphere.npz", points=points.astype(np.float32), vectors=vectors.astype(np.float32))


def maps():
    """Rate maps of six units on 20 × 20 places: two hexagonal, a square, a stripe, two of smoothed noise."""
    draw = np.random.default_rng(0)
    place = np.stack(np.meshgrid(*[np.arange(20.0)] * 2, indexing="ij"), -1)
    def waves(angles, k): return sum(np.cos(place @ (k * np.array([np.cos(a), np.sin(a)])) + draw.uniform(0, 6)) for a in angles)
    third, k = np.pi / 3, 4 * np.pi / np.sqrt(3) / 7
    def noise():
        z, c = np.fft.rfft2(draw.normal(size=(20, 20))), np.fft.fftfreq(20)
        return np.fft.irfft2(z * np.exp(-60 * (c[:, None] ** 2 + np.fft.rfftfreq(20) ** 2)), (20, 20))
    kinds = [waves([0, third, 2 * third], k), waves([0.3, 0.3 + third, 0.3 + 2 * third], k), waves([0, np.pi / 2], 0.9),
             waves([0.5], 0.9), 3 * noise(), 3 * noise()]
    np.save(here / "maps.npy", np.stack([m + 0.3 * draw.normal(size=m.shape) for m in kinds]).astype(np.float32))


def rings():
    """Two rings of points, one inside the other."""
    draw, rows = np.random.default_rng(0), []
    for number in range(160):
        angle, kind = draw.uniform(0, 2 * np.pi), ("inner", "outer")[number % 2]
        x = (1 + number % 2) * np.array([np.cos(angle), np.sin(angle)]) + 0.1 * draw.normal(size=2)
        rows.append((f"{x[0]:.4f}", f"{x[1]:.4f}", kind))
    table("rings.csv", ("x", "y", "ring"), rows)


import sys
for make in (coordinates, rates, seeds, curves, losses, grokking, weights, sphere, maps, rings):
    if len(sys.argv) < 2 or make.__name__ in sys.argv: make()
