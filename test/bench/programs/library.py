"""Library-heavy: a few lines of our own, and the standard library's Python does the work."""
import clock

import difflib
import email
import html.parser
import pprint
import textwrap
import _pydecimal

LINES = ["line %d of some text with words" % i for i in range(120)]
MAIL = "From: a@example.org\nTo: b@example.org\nSubject: hello\n\n" + "\n".join(LINES)


class Links(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.count = 0

    def handle_starttag(self, tag, attrs):
        self.count += 1


for round_ in range(clock.times(25)):
    changed = [line.upper() if i % 9 == 0 else line for i, line in enumerate(LINES)]
    assert list(difflib.unified_diff(LINES, changed))
    assert email.message_from_string(MAIL)["Subject"] == "hello"
    links = Links()
    links.feed("<p>some <a href='x'>text</a> &amp; more</p>" * 100)
    assert links.count == 200
    assert textwrap.wrap(" ".join(LINES), 60)
    assert pprint.pformat({i: LINES[:5] for i in range(40)})
    assert _pydecimal.Decimal(2).sqrt() > 1
clock.stop()
