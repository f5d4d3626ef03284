# %% [markdown]
# # Checking a model of one's own
#
# Theory is worth what it says about *your* code. Here is a network in thirty lines of plain numpy, as somebody could have written it in any framework. Does it do what the theory of its parameterisation says? The recorder writes down
# what the network does; two checks judge it. And then a mistake of ten per cent is made on purpose.

# %% [markdown]
# ## What is checked
#
# **Exponents.** In the mean-field parameterisation (f = w·φ(h²)/(γ₀N), learning rate ηγ₀²N), which learns as maximal updates do, sizes over widths N go as
#
#     |hˡ| ~ N⁰,      |Δhˡ| ~ N⁰,      |f| ~ N^(−½) at the start,      |Δf| ~ N⁰
#
# **Numbers.** For every output on every image at every recorded step, over many seeds,
#
#     ⟨f⟩ = f∞ + b/N,      Var f = v/N
#
# with f∞, b and v from theory. The first check sees a wrong power of N. The second sees everything.

# %% [markdown]
# ## The study, its data, and the model
#
# The study describes the network in words that the theory understands. The network does not know of it, but for the samples.

# %%
import matplotlib.pyplot as plt
import numpy as np
import saddle
from saddle.record import Recorder, gather

study = {
    "name": "own",
    "data": {"source": "digits", "classes": [3, 5], "train": 50, "test": 150},
    "network": {"hidden_layers": 2, "activation": "tanh", "richness": 1.0},
    "training": {"steps": 30, "learning_rate": 0.5},
    "predict": {"accuracy": 0.2},
    "record": [0, 10, 30],
}
data = saddle.data(study)  # the samples as the study's networks see them
train, train_labels, test = data["train_inputs"], data["train_labels"].ravel(), data["test_inputs"]


class Network:
    """Two hidden layers of tanh in the mean-field parameterisation, trained by descent on half the mean of squared errors."""

    def __init__(self, width, seed, learning_rate, richness=1.0):
        rng = np.random.default_rng([seed, width])
        self.weights = [rng.standard_normal((64, width)), rng.standard_normal((width, width)), rng.standard_normal(width)]
        self.width, self.richness, self.step_size = width, richness, learning_rate * richness**2 * width

    def forward(self, x):
        first = x @ self.weights[0] / 8
        second = np.tanh(first) @ self.weights[1] / np.sqrt(self.width)
        return first, second, np.tanh(second) @ self.weights[2] / (self.richness * self.width)

    def step(self, x, y):
        first, second, output = self.forward(x)
        error = (output - y) / len(y) / (self.richness * self.width)
        back = error[:, None] * self.weights[2] * (1 - np.tanh(second) ** 2)
        further = back @ self.weights[1].T / np.sqrt(self.width) * (1 - np.tanh(first) ** 2)
        gradients = [x.T @ further / 8, np.tanh(first).T @ back / np.sqrt(self.width), np.tanh(second).T @ error]
        self.weights = [weight - self.step_size * gradient for weight, gradient in zip(self.weights, gradients)]


# %% [markdown]
# ## The record
#
# For PyTorch and JAX there are `TorchRecorder` and `JaxRecorder`. For anything else one says what its modules compute.


# %%
class NetworkRecorder(Recorder):
    def outputs_of(self, x):
        first, second, output = self.model.forward(x)
        return {"input": first, "hidden": second, "output": output, "": output}


def record(folder, widths, seeds, learning_rate=0.5, steps=30):
    for width in widths:
        for seed in range(seeds):
            network = Network(width, seed, learning_rate)
            with NetworkRecorder(folder, network, width=width, seed=seed) as recorder:
                for step in range(steps + 1):
                    if step in (0, 1, 3):
                        recorder.sizes(step, test)
                    if step in (0, 10, 30):
                        recorder.outputs(train=train, test=test)
                    network.step(train, train_labels)
    gather(folder)


record("right", widths=(32, 64, 128), seeds=100)
record("sizes", widths=(32, 64, 128, 256), seeds=4, steps=3)

# %% [markdown]
# ## The first check

# %%
check = saddle.measure.coordinates("sizes/coordinates.csv")
print(check.verdict, "-", check.reason)

# %% [markdown]
# ## The second check
#
# The theory of the study is solved, and the outputs of the networks are laid beside it.

# %%
theory = saddle.predict(study)
comparison = saddle.compare(theory, dict(np.load("right/ensemble.npz")), output="own-right")
print(comparison.verdict, "-", comparison.reason)

# %% [markdown]
# ## The picture

# %%
# Outputs on test images: theory and the network of one's own
outputs = np.load("right/ensemble.npz")["test_output_128"][:, -1]
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
limit = theory.theory["test_output"][-1] + theory.theory["test_output_bias"][-1] / 128
left.errorbar(limit, outputs.mean(0), outputs.std(0) / 10, fmt=".", elinewidth=0.5)
left.plot([-1.5, 1.5], [-1.5, 1.5], "k:")
left.set(xlabel="predicted mean output", ylabel="mean of 100 networks of width 128")
right.plot(theory.theory["test_output_variance"][-1], 128 * outputs.var(0, ddof=1), ".")
top = theory.theory["test_output_variance"][-1].max()
right.plot([0, top], [0, top], "k:")
right.set(xlabel="predicted N·variance", ylabel="measured N·variance")
plt.show()

# %% [markdown]
# Means lie on the diagonal. Of the variances the largest lie below it: the prediction is that of 1/N → 0 and known to 20 % here, a hundred networks of width 128 know a variance to 14 %, and outputs vary
# together. Which part is which these data cannot tell, and the comparison does not claim to: it says which error of variances it would have seen.
#
# ## The verdict
#
# Now the network is trained with a learning rate that is not the study's. Loss curves would look fine. Does the check see it?

# %%
factor = 1.1  # change this number

record(f"factor-{factor}", widths=(32, 64, 128), seeds=100, learning_rate=0.5 * factor)
judged = saddle.compare(theory, dict(np.load(f"factor-{factor}/ensemble.npz")), output=f"own-{factor}")
print(f"learning rate × {factor}: {judged.verdict} - {judged.reason}")
assert check.verdict == "agrees" and comparison.verdict == "agrees"
assert judged.verdict == "disagrees", f"a learning rate that is off by {factor - 1:.0%} is not seen"
print(f"a learning rate that is off by {factor - 1:.0%} is seen")

# %% [markdown]
# ## What to try
#
# - `factor = 1.0`: no mistake, and the assertion fails as it should. What is the smallest mistake that 100 networks see?
# - Forget `/ np.sqrt(self.width)` in `forward` or the factor `width` of the learning rate: what does the first check say?
# - Use `relu` in the network and leave `tanh` in the study.
# - Your own model: describe it in a study (`saddle.keys("network")`), record it, compare.
