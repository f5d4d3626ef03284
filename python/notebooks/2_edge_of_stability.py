# %% [markdown]
# # The edge of stability
#
# Gradient descent with step η on a parabola of curvature λ multiplies the distance from the minimum by 1 − ηλ each time: it is stable if
#
#     λ < 2/η
#
# Nothing forces a network to obey: the curvature of its loss changes while it learns. It turns out that it does obey in a peculiar way. Curvature rises by itself (*progressive sharpening*) until it
# meets 2/η, and then stays there; descent neither diverges nor calms down. Which curvature a network ends with then tells about the step, not about the data.

# %% [markdown]
# ## What is measured
#
# The *sharpness* is the largest eigenvalue of the Hessian H = ∇²ℒ, in the units in which descent is stable below 2/η. With squared errors
#
#     H = A + (1/P) Σ_μ (f_μ − y_μ) ∇²f_μ,      A = (1/P) Σ_μ ∇f_μ ∇f_μᵀ
#
# and the first part has the eigenvalues of the tangent kernel divided by P. The second vanishes with the errors, so that in the end sharpness is a statement about the tangent kernel.

# %% [markdown]
# ## The run
#
# All ten digits, 200 images, one network of width 64, trained with the same initial weights and four steps η.

# %%
import matplotlib.pyplot as plt
import numpy as np
import saddle

study = {
    "name": "edge",
    "data": {"source": "digits", "classes": list(range(10)), "train": 200, "test": 100},
    "network": {"hidden_layers": 2, "activation": "tanh", "richness": 1.0},
    "training": {"steps": 1000},
    "record": 20,
}
rates = [2.0, 4.0, 5.0, 6.0]
answers = {
    rate: saddle.measure.hessian(study, set={"training.learning_rate": rate}, width=64, probes=1, top=3) for rate in rates
}

# %% [markdown]
# ## The picture

# %%
# Sharpness and loss while networks learn with four steps
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for rate, answer in answers.items():
    step = np.asarray(answer.measured_step)
    line = left.plot(step, answer.largest_eigenvalue, "o-", label=f"η = {rate:g}")[0]
    left.axhline(2 / rate, color=line.get_color(), linestyle=":")
    right.plot(step, answer.loss, "o-", label=f"η = {rate:g}")
left.set(xscale="symlog", xlim=(0, 1000), xlabel="step", ylabel="sharpness λ (dotted: 2/η)")
right.set(xscale="symlog", yscale="log", xlabel="step", ylabel="training loss")
left.legend(fontsize=8), right.legend(fontsize=8)
plt.show()

# %% [markdown]
# With the smallest step the network is left alone: its sharpness rises from 0.27 and comes to rest below the dotted line. That is what it *wants* on these data. With η = 4 it just touches its line. A larger step
# forbids as much curvature; sharpness goes through the line, is thrown back, and settles on it. All the while the loss falls.
#
# ## The verdict
#
# Sharpness in the end should be the smaller of what the network wants and what the step allows,
#
#     λ_end = min(λ_free, 2/η)

# %%
tolerance = 0.10  # change this number

end = {rate: float(answer.largest_eigenvalue[-1]) for rate, answer in answers.items()}
free = end[rates[0]]
for rate in rates:
    expected = min(free, 2 / rate)
    print(f"η = {rate:g}: λ = {end[rate]:.3f}, expected {expected:.3f}; η λ/2 = {rate * end[rate] / 2:.3f}")
    assert abs(end[rate] / expected - 1) < tolerance, f"η = {rate}: more than {tolerance:.0%} off"
print(f"right to {tolerance:.0%}")

# %% [markdown]
# ## What to try
#
# - `rates = [..., 12.0]`: there is an end to it. Where does descent diverge, and what is ηλ/2 at the start there?
# - `"richness": 3`: features move more, and so does sharpness: it overshoots and may end *below* the line. The formula of the verdict is a rule of thumb, no law.
# - `"richness": 0.1`: a lazy network cannot change its tangent kernel. What happens for η > 2/λ(0)?
# - Momentum β (`"training": {"momentum": 0.9}`) moves the edge to 2(1 + β)/η.
