"""A part that was saved and loaded decides and learns on as before; the file is plain data."""

from __future__ import annotations

import json
import pickle
from inspect import signature

import numpy as np
import pytest

from agents import Agent, EpsilonGreedy, LinUCB, MicroBatch, ObservedOnly, OnDrift, Softmax, load, save
from sim import simulate
from sim.ports import close_part
from tests.contracts.answers import act, predict, same
from tests.contracts.shelves import CADENCES, CORRECTIONS, LEARNERS, make
from tests.contracts.test_blocks import WORLD, together
from tests.support.logs import examples, experience, impressions, observations


def copied(part, fresh, folder):
    """Return a fresh part, filled from a file of another one."""
    save(part, folder / "part.npz")
    return load(folder / "part.npz", fresh)


def agree(one, other):
    asked = observations()
    first, second = one.policy(), other.policy()
    same(act(first, asked), act(second, asked))
    item = asked.catalogue.ids[np.arange(len(asked)) % len(asked.catalogue.ids)]
    expected, again = predict(first, asked, item), predict(second, asked, item)
    assert (expected is None) == (again is None)
    assert expected is None or np.array_equal(expected, again, equal_nan=True)


def test_saved_and_loaded_it_decides_and_learns_on_as_before(trained, another, tmp_path):
    other = copied(trained, another(), tmp_path)
    agree(trained, other)
    for refit in (False, True):
        if refit or not hasattr(trained, "package"):
            for one in (trained, other):
                one.train(experience(examples(impressions(80, seed=4)), refit=refit))
            agree(trained, other)


def test_untrained_it_can_be_saved_too(another, tmp_path):
    agree(another(), copied(another(), another(), tmp_path))


class Reloaded:
    """A part that is saved and loaded into a fresh one before each training."""

    def __init__(self, part, folder):
        self.kind, self.inner, self.folder = part, make(part), folder
        for name in ("labels", "makes", "retracts", "needs_truth", "reads"):
            if hasattr(self.inner, name):
                setattr(self, name, getattr(self.inner, name))

    def fresh(self):
        return type(self)(self.kind, self.folder)

    def begin(self, space):
        if hasattr(self.inner, "begin"):
            self.inner.begin(space)

    def again(self):
        old, self.inner = self.inner, copied(self.inner, make(self.kind), self.folder)
        close_part(old)
        return self.inner

    def close(self):
        close_part(self.inner)


class ReloadedLearner(Reloaded):
    def train(self, experience):
        self.again().train(experience)

    def policy(self):
        return self.inner.policy()


class ReloadedCorrection(Reloaded):
    def examples(self, news, model):
        made = self.again().examples
        try:
            return made(news, model)
        except TypeError:
            return made(news)


@pytest.mark.long
@pytest.mark.parametrize(
    "part",
    [pytest.param(part, marks=[pytest.mark.slow] if hasattr(part, "package") else []) for part in LEARNERS],
    ids=lambda part: part.__name__,
)
def test_a_run_of_reloaded_learners_is_the_same(part, tmp_path):
    agent = Agent(ReloadedLearner(part, tmp_path), ObservedOnly(), MicroBatch("90m"))
    assert simulate(WORLD, agent, trace=True).impressions.item.tolist() == together(part).item.tolist()


@pytest.mark.long
@pytest.mark.parametrize("part", CORRECTIONS, ids=lambda part: part.__name__)
def test_a_run_of_reloaded_corrections_is_the_same(part, tmp_path):
    made = make(part), ReloadedCorrection(part, tmp_path)
    runs = [simulate(WORLD, Agent(LinUCB(), one, MicroBatch("90m")), trace=True).impressions for one in made]
    assert runs[0].item.tolist() == runs[1].item.tolist()


def answers(cadence, first, last):
    """Return what a cadence says at some of its looks, the parts of a log between them."""
    at, said = first * 1e4, []
    for look in range(first, last):
        at = cadence.next(at)
        rows = impressions(40, seed=look, window=1e5)
        columns = {name: getattr(rows, name) + look * 1e4 for name in ("request_at", "delivered_at", "closes_at")}
        label = (rows.label > 0) & (look < 5)  # a drift
        said.append((at, cadence.wants(rows.replace(label=label.astype(float), **columns))))
        at = (look + 1) * 1e4
    return said


@pytest.mark.parametrize("part", CADENCES, ids=lambda part: part.__name__)
def test_a_cadence_goes_on_as_the_saved_one(part, tmp_path):
    options = {"detector": "page_hinkley"} if part is OnDrift else {}
    one, other = (type(made)(**given(made) | options) for made in (make(part), make(part)))
    answers(one, 0, 8)
    filled = copied(one, other, tmp_path)
    assert answers(filled, 8, 30) == answers(one, 8, 30)
    assert filled.next(5e5) == one.next(5e5)


def given(made):
    """Return the arguments that a part was made with."""
    return {name: getattr(made, name) for name in signature(type(made)).parameters}


def test_the_compiled_detector_cannot_be_saved_and_says_so(tmp_path):
    cadence = OnDrift()
    save(cadence, tmp_path / "untold.npz")
    cadence.next(0.0)
    cadence.wants(impressions(40))
    with pytest.raises(TypeError, match=r"detector is adwin, .* cannot be saved; page_hinkley can"):
        save(cadence, tmp_path / "a.npz")


def test_a_part_of_another_kind_or_with_other_parameters_is_refused(tmp_path):
    save(LinUCB(alpha=0.3), tmp_path / "a.npz")
    for other in (LinUCB(alpha=0.4), EpsilonGreedy(), Softmax(LinUCB(alpha=0.3))):
        with pytest.raises(ValueError, match="another class, or with other parameters"):
            load(tmp_path / "a.npz", other)


@pytest.mark.parametrize("content", [b"", b"no file of ours", pickle.dumps(LinUCB())])
def test_what_is_no_file_of_ours_is_refused(content, tmp_path):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(ValueError, match="no file of a saved part"):
        load(tmp_path / "a.npz", LinUCB())


def with_state(file, change):
    """Write a saved part again, its tree changed."""
    with np.load(file) as saved:
        arrays = dict(saved)
    tree = json.loads(arrays.pop("tree").tobytes())
    tree["state"]["state"].update(change)
    np.savez(file, tree=np.frombuffer(json.dumps(tree).encode(), dtype=np.uint8), **arrays)


@pytest.mark.parametrize(
    "evil",
    [
        {"object": "os:_Environ", "state": {}},
        {"object": "subprocess:Popen", "state": {}},
        {"object": "agents.saving:Path", "state": {}},
        {"object": "agents.optional:import_module", "state": {}},
        {"object": "agents.learners.scikit_learn:ScikitLearn", "state": {}},
        {"same": 10**6},
        {"array": 99},
        {"nonsense": []},
        {},
        [],
    ],
)
def test_a_file_makes_nothing_but_data_and_our_objects(evil, tmp_path):
    save(LinUCB(), tmp_path / "a.npz")
    with_state(tmp_path / "a.npz", {"_kept": evil})
    with pytest.raises(ValueError, match=r"a\.npz|is no class of a part|is not in the part"):
        load(tmp_path / "a.npz", LinUCB())


def test_an_array_of_objects_is_neither_saved_nor_loaded(tmp_path):
    learner = EpsilonGreedy()
    learner.more = np.array([object()])
    with pytest.raises(TypeError, match=r"EpsilonGreedy\.more is an array of objects"):
        save(learner, tmp_path / "a.npz")
    np.savez(tmp_path / "b.npz", allow_pickle=True, tree=learner.more)
    with pytest.raises(ValueError, match="no file of a saved part"):
        load(tmp_path / "b.npz", EpsilonGreedy())


def test_what_is_no_data_is_named(tmp_path):
    learner = LinUCB()
    learner.notes = {"write": print}
    with pytest.raises(TypeError, match=r"LinUCB\.notes is <built-in function print>.*save_state"):
        save(learner, tmp_path / "a.npz")
    assert list(tmp_path.iterdir()) == []
