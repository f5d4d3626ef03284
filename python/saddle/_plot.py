"""Figures of answers with matplotlib, from the same descriptions as the pages."""

_COLOURS = ["#2a6fbb", "#c8553d", "#3d8b5f", "#8a5aa8", "#b8860b", "#3a8fa3"]


def figures(answer, name=None):
    import matplotlib.pyplot as pyplot

    described = [(view["_0"], view["columns"], view["panels"]) for view in answer._views("figure")]
    names = [view[0] for view in described]
    if name is not None and name not in names:
        raise KeyError(f"{answer.question} has no figure '{name}'; it has {', '.join(names) or 'none'}")
    drawn = []
    for own, columns, panels in described:
        if name is not None and own != name:
            continue
        columns = min(columns, len(panels))
        rows = -(-len(panels) // columns)
        figure, axes = pyplot.subplots(rows, columns, figsize=(5.2 * columns, 3.8 * rows), squeeze=False, layout="constrained")
        for place, panel in zip(axes.flat, panels):
            _panel(answer, place, panel)
        for place in list(axes.flat)[len(panels) :]:
            place.set_axis_off()
        drawn.append(figure)
    return drawn


def _panel(answer, axes, panel):
    axes.set_title(panel["title"], fontsize=10)
    ground = panel.get("ground")
    if ground is not None:
        _ground(answer, axes, ground, panel.get("groups") is not None)
    for mark in panel["marks"]:
        _mark(answer, axes, mark)
    first = panel["marks"][0] if panel["marks"] else None
    for side in "xy":
        axis = panel[side]
        label = axis.get("label")
        if label is None and first is not None:
            quantity = answer[first["quantity"]]
            if side == "x":
                along = first.get("x") or (quantity.along[1 if first.get("at") is not None else 0] if quantity.along else "")
                quantity = answer.quantities.get(along)
            label = quantity.label if quantity is not None else ""
        if panel.get("groups") is None:
            getattr(axes, f"set_{side}label")(label or "")
        if axis["scale"] == "logarithmic":
            getattr(axes, f"set_{side}scale")("log")
        elif axis["scale"] == "logarithmicFromZero":
            getattr(axes, f"set_{side}scale")("symlog", linthresh=1)
    if ground is not None and panel.get("groups") is None:
        # What is drawn over a map ends with it.
        left, right, bottom, top = axes.images[0].get_extent()
        axes.set_xlim(left, right)
        axes.set_ylim(bottom, top)
    if any(axis["scale"] == "logarithmic" for axis in (panel["x"], panel["y"])):
        _calm(axes)
    named = dict(zip(*reversed(axes.get_legend_handles_labels())))
    if named:
        axes.legend(named.values(), named.keys(), fontsize=8)


def _calm(axes):
    """Logarithmic axes without numbers that lie on each other, and without decades far below all that matters."""
    from matplotlib.ticker import LogLocator, NullFormatter

    for axis, scale in ((axes.xaxis, axes.get_xscale()), (axes.yaxis, axes.get_yscale())):
        if scale != "log":
            continue
        low, high = axis.get_view_interval()
        if high / max(low, 1e-300) > 10:
            axis.set_minor_formatter(NullFormatter())
            axis.set_major_locator(LogLocator(numticks=8))
        if low < 1e-30 * high:
            (axes.set_xlim if axis is axes.xaxis else axes.set_ylim)(1e-16 * high, high)


def _ground(answer, axes, ground, is_matrix):
    import numpy

    quantity = answer[ground["quantity"]]
    values = numpy.asarray(quantity.value)
    ranges = []
    for axis in (1, 0):
        name = quantity.along[axis] if axis < len(quantity.along) else ""
        places = numpy.asarray(answer[name].value) if name in answer.quantities else None
        if places is not None and len(places) == values.shape[axis] and len(places) > 1:
            half = 0.5 * (places[-1] - places[0]) / (len(places) - 1)
            ranges += [places[0] - half, places[-1] + half]
        else:
            ranges += [0, values.shape[axis]]
    options = {"cmap": "viridis"}
    if ground.get("is_diverging"):
        most = numpy.nanmax(numpy.abs(values))
        options = {"cmap": "RdBu_r", "vmin": -most, "vmax": most}
    image = axes.imshow(values, origin="lower", aspect="equal" if is_matrix else "auto", extent=ranges, **options)
    axes.figure.colorbar(image, ax=axes)


def _mark(answer, axes, mark):
    import numpy

    quantity, at = answer[mark["quantity"]], mark.get("at")

    def part(values):
        return None if values is None else numpy.asarray(values if at is None else values[at])

    y, errors = part(quantity.value), part(quantity.error)
    along = quantity.along[0 if at is None else 1 :]
    name = mark.get("x") or (along[0] if along else "")
    x = numpy.asarray(answer[name].value) if name in answer.quantities else numpy.arange(len(y))
    style = {"color": _colour(mark["ink"]), "label": mark.get("label")}
    chosen = mark.get("part")
    if chosen is not None:
        rows = numpy.asarray(answer[chosen["quantity"]].value) == chosen["value"]
        x, y, errors = x[rows], y[rows], None if errors is None else errors[rows]
    shape = mark["shape"]
    if shape in ("line", "dashed"):
        axes.plot(x, y, "--" if shape == "dashed" else "-", **style)
    elif shape == "points":
        axes.errorbar(x, y, yerr=errors, fmt="o", markersize=mark["radius"], linewidth=1, **style)
    elif shape == "steps":
        axes.stairs(y, x, **style)
    else:
        axes.fill_between(x, y, part(answer[mark.get("high") or mark["quantity"]].value), alpha=0.2, linewidth=0, **style)


def _colour(ink):
    if "series" in ink:
        return _COLOURS[ink["series"]["_0"] % len(_COLOURS)]
    return "#777777" if "muted" in ink else "#222222"
