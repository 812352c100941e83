"""The rules of the world, read off the frames of a run and nothing else."""

from __future__ import annotations

import numpy as np


def hold(run, scenario, ship):
    """Assert rules 2 to 5 on the frames of a run of one replication."""
    versions = run.versions.set_index("version")
    lives_are_in_order(versions, ship, scenario.horizon)
    canary, rollbacks = scenario.platform.canary, rollbacks_of(scenario)
    if ship == "in_place" or not (canary or rollbacks):
        one_at_a_time(versions)
    elif not rollbacks:
        some_try_it_first(versions)
    else:
        rolled_back = versions.retired_at[versions.status == "rolled_back"]
        assert canary or set(rolled_back) <= rollbacks
        assert (versions.status == "live").sum() == 1
    statuses_add_up(run)
    if len(run.requests):
        in_order_of_time_and_user(run.requests)
        takes_back = bool(canary or rollbacks)
        if ship == "in_place" or not (takes_back or routed(scenario)):
            no_early_weights(run.requests, run.impressions, versions)
        else:
            no_version_before_it_is_live(run.requests, versions, takes_back)
        no_early_labels(run.impressions, versions)
        windows_are_kept(run.impressions, scenario)


def rollbacks_of(scenario):
    """Return the instants at which a version is taken back by hand."""
    return {one.at for one in scenario.incidents if one.kind == "rollback"}


def lives_are_in_order(versions, ship, horizon):
    """One trainer, cutoffs in order of number, one version live at a time, the newest wins."""
    assert versions.index.tolist() == list(range(len(versions)))
    assert (np.diff(versions.cutoff_at) >= 0).all()
    assert (np.diff(versions.examples) >= 0).all()
    assert (versions.trained_at.dropna() >= versions.cutoff_at[versions.trained_at.notna()]).all()
    # a training begins when the one before is over
    assert (versions.cutoff_at.to_numpy()[1:] >= versions.trained_at.fillna(np.inf).to_numpy()[:-1]).all()
    assert (np.diff(versions.live_at.dropna()) >= 0).all()
    assert (versions.trained_at.isna() == (versions.status == "training")).all()
    assert versions.iloc[:, :4].max(axis=None) <= horizon
    if ship == "in_place":
        assert (versions.cutoff_at == versions.trained_at).all()
        assert (versions.cutoff_at == versions.live_at).all()


def one_at_a_time(versions):
    """A version retires when a newer one goes live, and overtaken ones never do."""
    live = versions[versions.live_at.notna()]
    assert np.array_equal(live.retired_at.to_numpy()[:-1], live.live_at.to_numpy()[1:])
    assert np.isnan(live.retired_at.iloc[-1])
    assert (live.status == ["retired"] * (len(live) - 1) + ["live"]).all()
    assert set(versions.status[versions.live_at.isna()]) <= {"superseded", "rejected", "training", "pushing"}
    assert (versions.index[versions.status == "superseded"] < live.index[-1]).all()


def some_try_it_first(versions):
    """Trials come one after another; each ends with all users having the version, or nobody."""
    live = versions[versions.live_at.notna()]
    stable, tried = live[live.status.isin(["retired", "live"])], live[live.status == "canary"]
    assert (stable.status == ["retired"] * (len(stable) - 1) + ["live"]).all()
    assert set(live.status) <= {"retired", "live", "rolled_back", "canary"}
    assert tried.index.tolist() in ([], [live.index[-1]])
    ends = live.retired_at[live.status.isin(["retired", "rolled_back"])].sort_values().to_numpy()  # of trials
    assert np.array_equal(np.isnan(live.retired_at), live.status.isin(["live", "canary"]))
    assert len(set(ends)) == len(ends)
    assert (ends <= np.append(live.live_at.to_numpy()[2:], np.inf)[: len(ends)]).all()
    assert set(versions.status[versions.live_at.isna()]) <= {"superseded", "rejected", "training", "pushing", "waiting"}
    assert (versions.status == "waiting").sum() <= 1
    going = versions.index[versions.live_at.notna() | (versions.status == "waiting")]
    assert (versions.index[versions.status == "superseded"] < going[-1]).all()


def no_early_weights(requests, impressions, versions):
    """Rule 2: the newest version live at or before t answers, but for what the requests at t cause at t."""
    live = versions[versions.live_at.notna()]
    at = requests.request_at.to_numpy()
    newest = live.index[np.searchsorted(live.live_at, at, side="right") - 1].to_numpy()
    settled = live.index[np.maximum(np.searchsorted(live.live_at, at, side="left") - 1, 0)].to_numpy()
    own = set(impressions.request_at[impressions.delivered_at == impressions.request_at])
    served = requests.version.to_numpy()
    causes = np.array([t in own for t in at])
    assert (served[~causes] == newest[~causes]).all()
    assert ((settled <= served) & (served <= newest))[causes].all()
    assert requests.groupby("request_at").version.nunique().max() == 1


def in_order_of_time_and_user(requests):
    assert requests.index[np.lexsort((requests.user, requests.request_at))].tolist() == list(range(len(requests)))


def routed(scenario):
    """Say whether a pushed version reaches users at different instants."""
    serving = scenario.platform.serving
    return serving.rollout > 0 or serving.cache is not None


def no_version_before_it_is_live(requests, versions, takes_back):
    """A version that is not live answers nobody, and nobody goes back to an older one unless theirs is taken back."""
    assert (versions.live_at.loc[requests.version].to_numpy() <= requests.request_at.to_numpy()).all()
    assert takes_back or all(own.is_monotonic_increasing for _, own in requests.groupby("user").version)


def no_early_labels(impressions, versions):
    """Rule 3: a version has read the entries up to its cutoff; of those at the cutoff, at least the older ones."""
    entries = impressions.dropna(subset="delivered_at")
    first_round = entries.delivered_at > entries.request_at
    for cutoff, examples in zip(versions.cutoff_at[1:], versions.examples[1:], strict=True):
        upto = entries.delivered_at <= cutoff
        late = (entries.delivered_at == cutoff) & ~first_round  # answers to requests at the cutoff itself
        assert (upto & ~late).sum() <= examples <= upto.sum() + (entries.status == "reversed").sum()


def statuses_add_up(run):
    """Rule 5: every impression has one status, and the scores count them."""
    names = {
        "positive": "delivered",
        "negative": "negative",
        "expired": "expired",
        "lost": "lost",
        "pending": "pending",
        "reversed": "reversed",
    }
    counts = run.impressions.status.value_counts() if len(run.impressions) else {}
    for status, name in names.items():
        assert run.summary[f"feedback/{name}"] == counts.get(status, 0)
    assert sum(run.summary[f"feedback/{name}"] for name in names.values()) == len(run.impressions)


def windows_are_kept(impressions, scenario):
    """Rule 5: a status says what it means, and nothing is credited after its window."""
    i, outcome = impressions, impressions.outcome == 1
    positive, negative, expired = (i.status == s for s in ("positive", "negative", "expired"))
    positive |= i.status == "reversed"
    assert outcome[positive | expired].all()
    assert not outcome[negative].any()
    closed = i.delivered_at.notna() & (i.status != "lost")
    assert (closed == (positive | negative | expired)).all()
    assert (i.delivered_at >= i.request_at)[i.delivered_at.notna()].all()
    assert (i.feedback_at[positive] <= i.delivered_at[positive]).all()
    feedback = scenario.feedback
    losing = [one.kind == "label_loss" or not getattr(one, "backfill", True) for one in scenario.incidents]
    if feedback.learn_from == "click" and feedback.click.window is not None:
        last = i.request_at + feedback.click.window * (1 + 1e-12)
        assert (i.feedback_at[positive] <= last[positive]).all()
        assert ((i.feedback_at > i.request_at + feedback.click.window * (1 - 1e-12)) | i.feedback_at.isna())[
            expired
        ].all()
        assert not any(losing) or outcome[i.status == "lost"].all()
        assert any(losing) or not (i.status == "lost").any()
