"""Checks the HTML report of test_write_report.cpp with Python's own parser: well formed, self-contained, escaped."""
import base64
import sys
from html.parser import HTMLParser

VOID = {"meta", "img", "br"}


class Report(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.images, self.text, self.tags = [], [], "", set()

    def handle_starttag(self, tag, attributes):
        self.tags.add(tag)
        attributes = dict(attributes)
        if tag == "img":
            self.images.append(attributes["src"])
            assert attributes["alt"]
        assert "href" not in attributes, "nothing is loaded from elsewhere"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data):
        self.text += data


report = Report()
report.feed(open(sys.argv[1], encoding="utf-8").read())
report.close()
assert not report.open, report.open
assert len(report.images) == int(sys.argv[2]), len(report.images)
for source in report.images:
    kind, data = source.split(",")
    assert kind == "data:image/png;base64" and base64.b64decode(data, validate=True).startswith(b"\x89PNG\r\n")
assert "script" not in report.tags and "evil" not in report.tags
for text in ("<evil>", "no face found", "A plain sentence.", "A grave sentence.", "Right for 1 of 2 images", "nose", "gender.pt", "0.1.0", "csm_mpi --task gender",
              "Canonical Saliency Maps", "r = 0.2", "a<b.png"):
    assert text in report.text, text
