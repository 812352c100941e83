"""A page that neither loads nor runs anything."""

import re
from html.parser import HTMLParser


class Page(HTMLParser):
    """Collects elements, attributes and text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs
        self.open += [] if tag == "meta" else [tag]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def is_safe(text: str) -> Page:
    """Assert that a page loads and runs nothing, and that its elements are closed in order."""
    page = Page(text)
    assert page.open == []
    assert not {"script", "link", "img", "iframe", "object", "image", "foreignobject"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on") or name == "src"]
    assert all(str(value).startswith("#") for name, value in page.attributes if name == "href")
    assert not re.search(r"https?://|url\((?!#)|@import|nan|inf\b", text.replace("-apple-system", ""))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {str(value)[1:] for name, value in page.attributes if name == "href"} <= set(ids)
    assert page.tags.count("main") == 1
    named = ("aria-labelledby", "scope")
    assert [sum(name == one for name, _ in page.attributes) for one in named] == [
        page.tags.count("svg"), page.tags.count("th"),
    ]  # fmt: skip
    return page
