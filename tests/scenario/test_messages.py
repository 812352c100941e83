"""Every kind of mistake, its place and its words."""

import pytest

from sim.scenario import Scenario, ScenarioError


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "dim: 4",
            "dim: 4, spraed: 1",
            "6:25: users.preferences.spraed: unknown key, did you mean spread; allowed are dim",
        ),
        ("count: 50", "count: many", "4:3: users.count: input should be a valid integer, found 'many'"),
        ("count: 50", "count: 5.0", "4:3: users.count: input should be a valid integer, found 5.0"),
        ("count: 50", "count: true", "4:3: users.count: input should be a valid integer, found true"),
        ("count: 50", "count: 0", "4:3: users.count: input should be greater than or equal to 1, found 0"),
        ("count: 50", "count:", "4:3: users.count: input should be a valid integer, found null"),
        ("count: 50", "count: " + "9" * 5000, "4:3: users.count: input should be a valid integer, found '999"),
        ("rate: 4 per day", "rate: 4", "5:12: users.visits.rate: 4 is not a rate; write one such as 4 per day"),
        ("rate: 4 per day", "rate: 1 per 0s", "5:12: users.visits.rate: '1 per 0s' is not a rate above 0"),
        ("rate: 4 per day", "every: 1h", "5:23: users.visits.daily_swing: has no effect without rate"),
        ("rate: 4 per day", "rate: 4 per day, every: 1h", "5:3: users.visits: give exactly one of rate and every"),
        ("{dim: 4, spread: 1}", "4", "6:3: users.preferences: expected a block of keys: dim, spread, mean, found 4"),
        ("{dim: 4, spread: 1}", "{spread: 1}", "6:17: users.preferences.spread: has no effect while "),
        ("dim: 4", "dim: .inf", "6:17: users.preferences.dim: input should be a valid integer, found '.inf'"),
        ("spread: 1", "spread: 1e999", "6:25: users.preferences.spread: input should be "),
        ("spread: 1", "spread: 21", "6:25: users.preferences.spread: input should be less than or equal to 20"),
        ("items: {", "items: {lifetime: 3, ", "7:9: items.lifetime: 3 has no unit; write a duration such as 90s"),
        ("items: {", "items: {lifetime: 3 days, ", "7:9: items.lifetime: '3 days' is not a duration; write a number"),
        ("items: {", "items: {lifetime: 0s, ", "7:9: items.lifetime: '0s' must be longer than 0s"),
        ("click_rate: 0.1", "lifetime: 1d", "7:1: items: give exactly one of click_rate and click_rates"),
        (
            "click_rate: 0.1",
            "click_rate: 1.5",
            "7:20: items.click_rate: 1.5 is not a click rate; a number from 0 to 1,",
        ),
        ("click_rate: 0.1", "click_rates: []", "7:20: items.click_rates: expected a list of at least one entry"),
        ("click_rate: 0.1", "click_rates: 0.1", "7:20: items.click_rates: expected a list [...], found 0.1"),
        ("{size: 2}", "{size: 21}", "8:9: slate.size: is 21, but only 20 items live; at most 20 is allowed"),
        ("{size: 2}", "{size: 2, choice: casacde}", "8:18: slate.choice: unknown choice model 'casacde', did you mean"),
        ("window: 30m", "negatives: silent", "10:51: feedback.click.negatives: silent needs a window"),
        ("window: 30m", "negatives: loud", "10:51: feedback.click.negatives: input should be 'silent' or 'explicit'"),
        ("constant(1h)", "exponentail(mean=1h)", "12:3: platform.push: unknown law 'exponentail', did you mean exp"),
        ("constant(1h)", "exponential(mean=1)", "12:3: platform.push: exponential: mean is 1, expected a duration"),
        ("constant(1h)", "never(p=0.1, else=1s)", "12:3: platform.push: never(p=0.1, else=constant(1s)) may never end"),
        ("constant(1h)", "", "12:3: platform.push: null is not a law; write one as text such as constant(30s)"),
        ("constant(1h)", "3", "12:3: platform.push: 3 is not a law; write one as text such as constant(30s)"),
        ("name: feed", "name: ../x", "1:1: name: expected letters, digits and any of _ - . and spaces, found '../x'"),
    ],
)
def test_one_mistake(wrong, feed, old, new, message):
    lines = wrong(feed.replace(old, new))
    assert len(lines) == 1
    assert lines[0].startswith(f"mine.yaml:{message}")


def test_all_mistakes_at_once_in_file_order_and_missing_keys_last(wrong, feed):
    text = feed.replace("count: 50", "count: 0").replace("{size: 2}", "{size: 200, chioce: cascade}")
    text = text.replace("horizon: 2d\n", "").replace("daily_swing: 0.5", "daily_swing: 0.5, every: 1h")
    assert [line.split(": ")[:2] for line in wrong(text)] == [
        ["mine.yaml:3:3", "users.count"],
        ["mine.yaml:4:3", "users.visits"],  # a rule between keys, although others have wrong values
        ["mine.yaml:7:9", "slate.size"],
        ["mine.yaml:7:20", "slate.chioce"],
        ["mine.yaml:1:1", "horizon"],
    ]


def test_a_rule_says_nothing_about_values_that_are_wrong(wrong, feed):
    text = feed.replace("items: {count: 20,", "items: {count: few,").replace("{size: 2}", "{size: 200}")
    assert [line.split(": ")[1] for line in wrong(text)] == ["items.count"]


@pytest.mark.parametrize(
    ("block", "message"),
    [
        ("{at: 1h, share: 1}", "6:41: users.shifts.1.size: is missing"),
        ("{at: 1h, share: 2, size: 1}", "6:50: users.shifts.1.share: input should be less than or equal to 1, found 2"),
        ("3", "6:41: users.shifts.1: expected a block of keys: at, share, size, found 3"),
    ],
)
def test_mistakes_in_a_list_have_their_place(wrong, feed, block, message):
    text = feed.replace("  preferences", f"  shifts: [{{at: 1h, share: 1, size: 1}}, {block}]\n  preferences")
    assert wrong(text) == [f"mine.yaml:{message}"]


@pytest.mark.parametrize(
    ("law", "found"),
    [
        ("lognormal(median=20s, p95=5m)", "lognormal(median=20s"),
        ("released(every=1h, law=exponential(mean=10m))", "released(every=1h"),
        ("truncated(max=1h, law=mixture(0.5: 30s, 0.5: 90s))", "truncated(max=1h"),
    ],
)
def test_a_forgotten_quote_is_one_message_with_the_whole_law(wrong, feed, law, found):
    text = feed.replace('"lognormal(median=20s, p95=5m)"', law)
    assert wrong(text) == [
        f"mine.yaml:10:11: feedback.click.delay: '{found}' ends at a comma inside {{...}}: "
        f'put the whole law in quotes, "{law}"'
    ]


def test_a_forgotten_quote_that_yaml_cannot_read(wrong, feed):
    mixture = "mixture(0.5: constant(1s), 0.5: constant(2s))"
    for text in (
        feed.replace('"lognormal(median=20s, p95=5m)"', mixture),
        feed.replace("constant(1h)", mixture),
        feed.replace("{size: 2}", "{size: 2, choice: position_based(examination=[1, 0.5])}"),
    ):
        (line,) = wrong(text)
        assert "not YAML" in line
        assert line.endswith("must stand in quotes")


def test_a_bracket_that_never_closes_is_not_a_forgotten_quote(wrong, feed):
    (line,) = wrong(feed.replace("constant(1h)", "exponential(mean=1h"))
    assert line.startswith("mine.yaml:12:3: platform.push: cannot read 'exponential(mean=1h': ")


def test_an_override_has_no_line(wrong, feed):
    lines = wrong(feed, {"users.count": 0, "users.vists": {}, "slate": {"size": 300}, "platform.push": "soon"})
    assert sorted(line.split(": ")[:2] for line in lines) == [
        ["mine.yaml", "platform.push"],
        ["mine.yaml", "slate.size"],
        ["mine.yaml", "users.count"],
        ["mine.yaml", "users.vists"],
    ]


def test_a_dict_has_no_file():
    with pytest.raises(ScenarioError) as caught:
        Scenario.load({"name": "x", "users": {"count": 0}})
    assert caught.value.messages == [
        "users.count: input should be greater than or equal to 1, found 0",
        "horizon: is missing",
        "users.visits: is missing",
        "items: is missing",
        "slate: is missing",
        "feedback: is missing",
    ]


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"users.shifts.0.size": 1}, "is not an entry of the list"),
        ({"users.count.x": 1}, "what is above it is a value"),
        ({"users.preferences.dim": 256, "users.count": 10**7}, "they must fit in memory"),
        ({"items.count": 10**6, "users.preferences.dim": 250}, "they must fit in memory"),
        ({"users.count": 10**8, "users.preferences.dim": 2, "horizon": "1000d"}, "visits of all users"),
        ({"items.count": 10**6, "items.lifetime": "1m"}, "items in all"),
        ({"users.trend": {"half_life": "1ms", "spread": 1}}, "too short for this horizon"),
    ],
)
def test_overrides_that_cannot_be(wrong, feed, overrides, message):
    assert any(message in line for line in wrong(feed + "", {"users.shifts": [], **overrides}))


def test_a_path_that_is_not_there():
    for name in ("./absent.yaml", "~nobody/x.yaml", "a\0b/c.yaml"):
        with pytest.raises(ScenarioError, match="there is no file"):
            Scenario.load(name)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("horizon: 2d", "horizon:2d", "2:1: the file: not YAML: a space is needed after the colon of horizon:"),
        ("name: feed", "name:feed", "1:1: the file: not YAML: a space is needed after the colon of name:"),
        ("  count: 50", "  count:50", "4:3: the file: not YAML: a space is needed after the colon of count:"),
        ("  click: {", "  click:{", "10:3: the file: not YAML: a space is needed after the colon of click:"),
        ("{size: 2}", "{size:2}", "8:9: slate.size:2: unknown key; a space is needed after the colon"),
        ("slate: {size: 2}", "slate:{size: 2}", "8:1: slate:{size: unknown key; a space is needed after the colon"),
        (
            "push: con",
            "push:con",
            "11:1: platform: expected a block of keys: ingest, training, push, gate, serving, canary; a space is",
        ),
        ("  count: 50", "\tcount: 50", "4:1: the file: not YAML: a tab; indent with spaces"),
        ("  push: constant(1h)", "\tpush: constant(1h)", "12:1: the file: not YAML: a tab; indent with spaces"),
    ],
)
def test_slips_of_yaml_have_their_own_line_and_words(wrong, feed, old, new, message):
    assert wrong(feed.replace(old, new))[0].startswith(f"mine.yaml:{message}")


@pytest.mark.parametrize(
    ("law", "message"),
    [
        ("lognormal(20s)", "lognormal takes median= and one of p95=, sigma=, or mean= and sigma=, not 20s"),
        ("lognormal(median=20, p95=5m)", "lognormal: median is 20, expected a duration such as 20s"),
        ("gamma(shape=2s, mean=1h)", "gamma: shape is 2s, expected a plain number above 0"),
        ("released(every=1h, law=3)", "released: law is 3, expected a law such as exponential(mean=1h)"),
    ],
)
def test_what_was_typed_is_quoted(wrong, feed, law, message):
    assert message in wrong(feed, {"platform.push": law})[0]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            "{kind: push_stuk, at: 1h, for: 1h}",
            "2:14: incidents.0.kind: unknown kind 'push_stuk', did you mean push_stuck; allo",
        ),
        ("{at: 1h, for: 1h}", "2:13: incidents.0.kind: is missing"),
        ("3", "2:13: incidents.0: expected a block of keys: kind, at, for"),
        (
            "{kind: push_stuck, at: 1h, fro: 1h, for: 1h}",
            "2:40: incidents.0.fro: unknown key, did you mean for; allowed are kind, at, for",
        ),
        ("{kind: push_stuck, at: 1h}", "2:13: incidents.0.for: is missing"),
        ("{kind: push_stuck, at: 1h, for: 3}", "2:40: incidents.0.for: 3 has no unit; write a duration such as 90s"),
        ("{kind: push_stuck, at: 1h, for: 0s}", "2:40: incidents.0.for: '0s' must be longer than 0s"),
    ],
)
def test_incidents(wrong, feed, entry, message):
    (line,) = wrong(feed.replace("horizon", f"incidents: [{entry}]\nhorizon", 1))
    assert line.startswith(f"mine.yaml:{message}")
