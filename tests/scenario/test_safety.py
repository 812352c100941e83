"""Files of strangers, and data that would mean something to a config tool."""

import pytest

from sim.scenario import Scenario, ScenarioError


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("name: feed", "name: ???", "1:7: name: ??? is not a value"),
        ("constant(1h)", "${oc.env:HOME}", "12:9: platform.push: interpolation ${...} is not allowed"),
        ("constant(1h)", '"${x}"', "12:9: platform.push: interpolation ${...} is not allowed"),
        ("  push:", "  _target_: os.system\n  push:", "12:3: platform._target_: this key is not allowed"),
        ("  push:", '  "__class__": x\n  push:', "12:3: platform.__class__: this key is not allowed"),
        ("  push:", "  ? [a]\n  : b\n  push:", "12:5: platform: a key must be a word"),
        ("platform:", "hydra: {sweeper: {}}\nplatform:", "11:1: hydra: this key is not allowed"),
        ("platform:", "platform: {push: 1h}\nplatform:", "12:1: platform: the key is given twice"),
        ("name: feed", "# @package _global_\nname: feed", "1:1: the file: '# @package' is a directive"),
        ("name: feed", "name: feed\n   #@hydra x", "2:1: the file: '#@hydra' is a directive"),
        ("name: feed", "%YAML 1.1\n---\nname: feed", "1:1: the file: a % directive is not allowed"),
        ("name: feed", "%TAG !e! tag:x,2000:\n---\nname: feed", "1:1: the file: a % directive is not allowed"),
        ("name: feed", "name: !!str feed", "1:7: the file: the tag tag:yaml.org,2002:str is not allowed"),
        ("name: feed", "name: ! feed", "1:7: the file: the tag ! is not allowed"),
        ("name: feed", "name: &a feed", "1:7: the file: anchors and aliases are not allowed"),
        ("name: feed", "name: fe\x07ed", "1:9: the file: the character '\\x07' is not allowed"),
        ("constant(1h)", "constant(1h)\n...\n---\na: 1", "14:1: the file: a second document"),
    ],
)
def test_what_is_refused(wrong, feed, old, new, message):
    assert wrong(feed.replace(old, new))[0].startswith(f"mine.yaml:{message}")


@pytest.mark.parametrize(
    "content",
    [
        b"[" * 900_000,
        b"a: " + b"[" * 33 + b"]" * 33,
        b"".join(b" " * n + b"a:\n" for n in range(1200)),
        b"? " * 500_000,
        b"a: [" + b"1," * 400_000 + b"]",
        b"{a: " * 200_000,
        b"a: '" + b"x" * (1 << 20) + b"'",
        b"x" * 1_000_000,
        b"a: " + b"1" * 1_000_000,
        b"platform: {push: '" + b"1a" * 500_000 + b"'}",
        b"platform: {push: '" + b"f(" * 500_000 + b"'}",
        b"slate: {choice: '" + b"a( " * 300_000 + b"'}",
        b"a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
        b"\xff\xfe\x00",
        b"\x00",
        b"",
        b"- 1\n",
        b"just words",
    ],
    ids=range(18),
)
def test_hostile_files_are_refused(wrong, content):
    lines = wrong(content)
    assert lines
    assert all("\n" not in line and len(line) < 500 for line in lines)


def test_messages_have_no_say_over_the_terminal(wrong, feed):
    lines = wrong(feed + '"\\e[31mred\\nname": 1\n"\\u202Eabc": 2\n')
    assert [line.split(":")[3] for line in lines] == [" \\x1b[31mred\\nname", " \\u202eabc"]
    assert all(line.isprintable() for line in lines)


def test_a_device_is_not_read():
    with pytest.raises(ScenarioError, match="there is no file"):
        Scenario.load("/dev/zero")


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"description": "${oc.env:HOME}"}, "mine.yaml: description: interpolation"),
        ({"description": "???"}, "mine.yaml: description: ??? is not a value"),
        ({"platform": {"_target_": "os.system"}}, "mine.yaml: platform._target_: this key is not allowed"),
        ({"platform.push": "${x}"}, "mine.yaml: platform.push: interpolation"),
    ],
)
def test_overrides_are_data_too(wrong, feed, overrides, message):
    lines = wrong(feed, overrides)
    assert len(lines) == 1
    assert lines[0].startswith(message)


def test_bottomless_data():
    deep = {}
    deep["a"] = deep
    with pytest.raises(ScenarioError, match="more than 32 levels"):
        Scenario.load(deep)


def test_byte_order_marks_and_windows_line_ends(load, feed):
    assert load("\ufeff" + feed) == load(feed) == load(feed.replace("\n", "\r\n"))
