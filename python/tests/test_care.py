"""What users give by mistake, and what must never be lost."""
import copy
import os
import pickle
import warnings

import numpy as np
import pytest

import saddle

X = np.random.default_rng(0).standard_normal((120, 6))


def study(inputs):
    return {
        "name": "mine", "data": {"source": inputs, "labels": X[:, 0], "train": 20, "test": 10}, "training": {"steps": 5},
        "predict": {"accuracy": 1},
    }  # fmt: skip


def test_refused_calls_leave_data_and_files_alone():
    first = saddle.predict(study(X), progress=False)
    source = first.study["data"]["source"]
    with pytest.raises(saddle.StudyError):
        saddle.predict(study(X + 1), progress=False)
    assert np.array_equal(np.load(source), X) and len(os.listdir("runs/mine-data")) == 2
    os.mkdir("exp-data")
    np.save("exp-data/data.npy", np.ones(3))
    saddle.measure.dims(X, X[::-1], output="exp/")
    assert np.array_equal(np.load("exp-data/data.npy"), np.ones(3))
    with pytest.raises(saddle.StudyError, match=r"study\['name'\]"):
        saddle.predict({**study(X), "name": "../x"})
    assert not os.path.exists("../x-data")
    with pytest.raises(saddle.StudyError):
        saddle.predict({**study(X), "training": {"step": 3}}, output="other")
    assert not os.path.exists("other-data")


def test_nothing_of_arrays_and_tables_is_dropped():
    pandas = pytest.importorskip("pandas")
    with pytest.raises(saddle.StudyError, match="argument 'data': a masked array"):
        saddle.measure.dims(np.ma.array(X, mask=X > 1))
    frame = pandas.DataFrame({"group": ["a"] * 4 + ["b"] * 4, "seed": [0, 1, 2, 3] * 2, "loss": [1, 1.1, 0.9, 1, 5, 5.1, 4.9, 5]})
    plain, indexed = saddle.measure.seeds(frame), saddle.measure.seeds(frame.set_index(["group", "seed"]))
    assert indexed.text == plain.text and len(plain.table()) == 2
    rows = frame.to_dict("records")
    assert saddle.measure.seeds(rows).text == plain.text
    missing = frame.assign(loss=pandas.array([1.0, pandas.NA] * 4, dtype="Float64"))
    with pytest.raises(saddle.StudyError, match="missing='drop'"):
        saddle.measure.seeds(missing)
    assert saddle.measure.seeds(missing, missing="drop").quantities


def test_warnings_name_the_argument_and_the_callers_line():
    pandas = pytest.importorskip("pandas")
    frame = pandas.DataFrame(X).assign(z=["a", "b"] * 60)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = saddle.measure.dims(frame)
    told = [warning for warning in caught if issubclass(warning.category, saddle.SaddleWarning)]
    assert told and all(warning.filename == __file__ for warning in told)
    assert "argument 'data'" in str(told[0].message) and "/dev/" not in str(answer.warnings) + answer.text + answer.report()


def test_answers_and_questions_travel():
    answer = saddle.predict.criticality(activation="relu")
    for other in [pickle.loads(pickle.dumps(answer)), copy.deepcopy(answer)]:
        assert other.text == answer.text and other.report() == answer.report()
        for name, array in answer.arrays.items():
            assert np.array_equal(array, other.arrays[name], equal_nan=True)
    assert pickle.loads(pickle.dumps(saddle.predict.spectrum)) is saddle.predict.spectrum
    assert "phase" in answer and list(answer) == list(answer.keys()) and len(answer) == len(answer.quantities)
    number = answer.weight_variance
    assert bool(number) == bool(number.value) and round(number, 1) == round(number.value, 1) and -number == -number.value


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda: saddle.predict(3), "argument 'study': int"),
        (lambda: saddle.predict.criticality(X), "argument 'study': ndarray"),
        (lambda: saddle.open(None), "path: NoneType"),
        (lambda: saddle.measure.dims([[1, 2], [3]]), "argument 'data': no array"),
        (lambda: saddle.measure.seeds({"seed": 3, "loss": [1, 2]}), r"argument 'table'\['seed'\]: int"),
        (lambda: saddle.measure.seeds({"seed": "abc", "loss": [1, 2, 3]}), r"argument 'table'\['seed'\]: str"),
        (lambda: saddle.measure.seeds(X), "argument 'table': an array; expected a data frame"),
        (lambda: saddle.predict.criticality(threads="a"), "threads: 'a'"),
        (lambda: saddle.predict.criticality(threads=1.5), "threads: 1.5"),
        (lambda: saddle.predict({}, set=["a"]), "set: list"),
        (lambda: saddle.sweep({}, ["a"]), "vary: list"),
        (lambda: saddle.sweep({}, {"network.activation": ["re,lu"]}), "commas"),
        (lambda: saddle.predict({}, output=b"x"), "output"),
        (lambda: saddle.measure.dims("-"), "argument 'data': '-'"),
        (lambda: saddle.measure.dims({}), "argument 'data': an empty dictionary"),
        (lambda: saddle.compare({}, {}), "argument 'run'"),
        (lambda: saddle.compare("runs/x", np.ones(3)), "argument 'ensemble': ndarray"),
        (lambda: saddle.keys(3), "section: int"),
        (lambda: saddle.keys("netwrk"), "network"),
    ],
)
def test_mistakes_are_sentences(call, words):
    with pytest.raises(saddle.StudyError, match=words):
        call()


def test_keys_of_a_section_may_be_set_together():
    data = saddle.data({"data": {"source": "digits", "classes": [0, 1], "train": 30, "test": 10}}, set={"data": {"train": 12}})
    assert data["train_inputs"].shape == (12, 64)
    labels = [float(x) for x in X[:, 0]]
    listed = saddle.data({"data": {"source": X.tolist(), "labels": labels, "train": 20, "test": 5}})
    arrays = saddle.data({"data": {"source": X, "labels": X[:, 0], "train": 20, "test": 5}})
    assert all(np.array_equal(listed[name], arrays[name]) for name in arrays)
