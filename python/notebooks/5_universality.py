# %% [markdown]
# # Universality of spectra
#
# The eigenvalues of a large random matrix do not remember what its entries were: Gaussian numbers, coin tosses or the pixels of shuffled images have the same spectrum. This is what makes a spectrum a
# measuring instrument: whatever deviates from the universal law is not noise. And where real data deviate from it entirely, a second kind of universality survives.

# %% [markdown]
# ## The theory in three formulas
#
# The covariance C = XᵀX/P of P samples of D independent features of variance σ² has, for large P and D with q = D/P, the density of Marchenko and Pastur,
#
#     ρ(λ) = √((λ₊ − λ)(λ − λ₋))/(2πqσ²λ),      λ± = σ²(1 ± √q)²
#
# if the entries have a finite fourth moment; nothing else of their law enters. The largest eigenvalue lies within O(P^(−2/3)) of λ₊, by the law of Tracy and Widom.
#
# Neighbouring eigenvalues repel each other. The ratio of successive spacings sᵢ = λᵢ₊₁ − λᵢ,
#
#     rᵢ = min(sᵢ, sᵢ₊₁)/max(sᵢ, sᵢ₊₁),      ⟨r⟩ = 0.5307 for random symmetric matrices,  2 ln 2 − 1 = 0.386 for independent levels
#
# does not depend on the density at all.

# %% [markdown]
# ## The data
#
# The bundled digits: 1797 images of 64 pixels in 17 grey values, of which 61 vary. From them *shuffled* images: each pixel's values in a random order, so that every pixel keeps its law
# (far from Gaussian) and knows nothing of the others. Beside them coin tosses, and numbers so broadly distributed (Student's law with 1.5 degrees of freedom) that they have not even a variance.

# %%
import matplotlib.pyplot as plt
import numpy as np
import saddle

everything = {"source": "digits", "classes": list(range(10)), "train": 1797, "test": 0, "preprocess": "none"}
pixels = saddle.data({"data": everything})["train_inputs"]
rng = np.random.default_rng(0)


def standardised(images, least=0.0):
    images = images[:, images.std(0) > least]
    return (images - images.mean(0)) / images.std(0)


X = standardised(pixels)
data = {
    "digits": X,
    "shuffled": np.stack([rng.permutation(column) for column in X.T], axis=1),
    "coins": rng.choice([-1.0, 1.0], size=X.shape),
    "broad": rng.standard_t(1.5, size=X.shape),
}

# %% [markdown]
# ## The run

# %%
spectra = saddle.measure.spectrum(data)
law = saddle.predict.spectrum(ensemble="mp", ratio=X.shape[1] / len(X), size=X.shape[1], matrices=20)
table = {}
for i, name in enumerate(data):
    table[name] = {"kind": spectra.kind[i], "outliers": int(spectra.outliers[i]), "largest": spectra.largest[i], "probability": spectra.bulk_probability[i]}
    print(f"{name:9} {table[name]['kind']:6} {table[name]['outliers']:3} outliers, largest {table[name]['largest']:8.3f}, probability that noise is as far from the law {table[name]['probability']:.3f}")
print(f"edges of the law: {law.band_lower[0]:.3f} and {law.band_upper[0]:.3f}")


# %% [markdown]
# For the spacings the images are dealt into 20 parts of some 90 images, each with a covariance matrix of its own, so that there are a thousand spacings. Pixels that hardly vary (standard deviation below one
# grey value) are left out of these: a pixel that is lit in two or three images makes an eigenvalue of its own, which repels nothing.

# %%
def ratios(eigenvalues):
    spacings = np.diff(np.sort(eigenvalues))
    return np.minimum(spacings[1:], spacings[:-1]) / np.maximum(spacings[1:], spacings[:-1])


parts = np.array_split(pixels[rng.permutation(len(pixels))], 20)  # 20 matrices of some 90 images each
samples = [standardised(part, least=1.0) for part in parts]
digits = np.concatenate([ratios(np.linalg.eigvalsh(sample.T @ sample)) for sample in samples])
matrices = np.concatenate([ratios(row) for row in np.asarray(law.eigenvalue)])
independent = np.concatenate([ratios(rng.uniform(size=50)) for _ in range(20)])
mean = {name: (values.mean(), values.std() / np.sqrt(len(values))) for name, values in [("digits", digits), ("random matrices", matrices), ("independent levels", independent)]}
for name, (value, error) in mean.items():
    print(f"⟨r⟩ of {name}: {value:.3f} ± {error:.3f}")

# %% [markdown]
# ## The picture

# %%
# Spectra beside the law of Marchenko and Pastur, and ratios of spacings
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4), layout="constrained")
for name in ("shuffled", "coins", "digits"):
    values = np.asarray(spectra[f"matrix_{list(data).index(name) + 1}_eigenvalue"])
    left.plot(values, (np.arange(len(values)) + 1) / len(values), "o", markersize=3, label=name)
x, density = np.asarray(law.density_x), np.asarray(law.density)
above = 1 - np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2 * np.diff(x))])
left.plot(x, above, "k", label="Marchenko and Pastur")
left.set(xscale="log", xlabel="eigenvalue λ", ylabel="share of eigenvalues above")
bins = np.linspace(0, 1, 13)
right.hist(digits, bins, density=True, alpha=0.5, label="digits")
right.hist(matrices, bins, density=True, histtype="step", color="k", label="random matrices")
r = np.linspace(0, 1, 100)
right.plot(r, 2 / (1 + r) ** 2, color="tab:red", linestyle=":", label="independent levels")
right.set(xlabel="ratio r of spacings", ylabel="density")
left.legend(fontsize=8), right.legend(fontsize=8)
plt.show()

# %% [markdown]
# Left: shuffled pixels and coin tosses lie on one curve with the theory, whatever their entries. The digits are elsewhere. Right: and yet their eigenvalues repel each other as those of random matrices
# do: small ratios are rare, where independent levels have most of them.
#
# ## The verdict
#
# Shuffled digits are noise, digits are not, broad entries break the law (their fourth moment is infinite). And the digits' spacings are those of random matrices to within so many standard errors.

# %%
standard_errors = 3.0  # change this number

assert table["shuffled"]["kind"] == table["coins"]["kind"] == "noise" and table["shuffled"]["outliers"] == 0
assert table["digits"]["outliers"] > 5 and table["broad"]["kind"] != "noise"
value, error = mean["digits"]
distance = abs(value - 0.5307) / error
print(f"digits: {distance:.1f} standard errors from random matrices, {abs(value - 0.3863) / error:.1f} from independent levels")
assert distance < standard_errors, f"more than {standard_errors} standard errors from random matrices"
assert abs(value - 0.3863) / error > standard_errors, "could as well be independent levels"
print(f"{table['digits']['outliers']} directions of the digits are no noise; their spacings are universal within {standard_errors} standard errors")

# %% [markdown]
# ## What to try
#
# - `standard_errors = 30` fails too: then the digits could be anything. A test needs both sides.
# - Student's law with 5 degrees of freedom has a fourth moment. Is it noise? With 3?
# - `least=0.0` keeps the pixels that hardly vary. What becomes of the digits' ⟨r⟩, and why?
# - Shuffle rows in place of columns: what is destroyed now?
# - `saddle.measure.spectrum` of a trained network's weights (a `.safetensors` file): which of its layers are more than noise?
