"""What `make book` makes of a small repository, and what `make check-book` finds in books that are broken."""

import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import unittest
import zipfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tools"))
import browser  # noqa: E402

README = """# A book

[A paper](https://arxiv.org/abs/2006.11239), [a folder](Sources), [a source](Sources/A.swift), [its end](Other.md#end),
[a page with sliders](figures/play/index.html).

## The chapters

| | chapter | |
| --- | --- | --- |
| 1 | [One](Chapters/Chapter1/README.md) | [<img src="figures/line.png" width="20" alt="a line">](Chapters/Chapter1/README.md) |

## Notation

`x_0`
"""
OTHER = "# Other\n\n[Up](README.md)\n\n## End\n\nIt ends.\n"
CHAPTER = """<!-- Woven -->

# Chapter {0}: {1}

*source:* [`main.swift`](main.swift). Here is $q(x_{{t-1}})$.

<a id="law"></a>

$$a = b, \\qquad c = \\left[ d = e \\right] \\qquad \\text{{({0}.1)}}$$

$$a_1 = \\frac{{b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7}}{{c_1 + c_2 + c_3 + c_4}} + \\lVert d \\rVert = -e$$

## Cell

The forward process, by [equation {0}.1](#law) and [Figure 1.1](../Chapter1/README.md#line). A forward process again.[^1]

[^1]: Beside it.

```swift
let x = 1
```

<details><summary>More of it</summary>

```swift
let y = 2
```

</details>

```text
1
```

<a id="line"></a>

![A line.](../../figures/line.png)

***Figure {0}.1.** A line of $x_0$.*

---

[All chapters](../../README.md)
"""
PLAY = """<!DOCTYPE html><title>Play</title><link rel="icon" href="data:,">
<a href="../../Chapters/Chapter2/README.md">Two</a> <a href="../../README.md">All</a>
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><text font-family="DejaVu Sans">x</text></svg>'


def write(folder, path, text):
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


class BookTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.scratch = tempfile.TemporaryDirectory()
        cls.repository = pathlib.Path(cls.scratch.name)
        shutil.copytree(ROOT / "Book", cls.repository / "Book")
        write(cls.repository, "README.md", README)
        write(cls.repository, "Other.md", OTHER)
        write(cls.repository, "Sources/A.swift", "let a = \"<&>\"\n")
        for number, title in [(1, "One"), (2, "Two")]:
            write(cls.repository, f"Chapters/Chapter{number}/README.md", CHAPTER.format(number, title))
            write(cls.repository, f"Chapters/Chapter{number}/main.swift", "let x = 1\n")
        write(cls.repository, "figures/line.png", "the book shows the SVG")
        write(cls.repository, "figures/line.svg", SVG)
        write(cls.repository, "figures/play/index.html", PLAY)
        subprocess.run(["sh", ROOT / "Tools/book.sh", "book", "1", "2"], cwd=cls.repository, check=True,
                       capture_output=True)

    @classmethod
    def tearDownClass(cls):
        cls.scratch.cleanup()

    def page(self, name):
        return (self.repository / "book" / name).read_text(encoding="utf-8")

    def check(self, *options):
        """What is wrong with the book as it is, as lines; none for a book that is right."""
        result = subprocess.run([sys.executable, ROOT / "Tools/check-book.py", *options, "book", "1", "2"],
                                cwd=self.repository, capture_output=True, encoding="utf-8")
        self.assertEqual(result.stderr, "")
        return result.stdout.splitlines() if result.returncode else []

    def wrong_after(self, name, old, new, *options):
        """What is wrong with the book after a page was changed."""
        page = self.repository / "book" / name
        whole = page.read_text(encoding="utf-8")
        self.assertIn(old, whole)
        page.write_text(whole.replace(old, new, 1), encoding="utf-8")
        try:
            return self.check(*options)
        finally:
            page.write_text(whole, encoding="utf-8")

    def test_links_between_chapters_lead_to_pages_and_sources_to_listings(self):
        index = self.page("index.html")
        self.assertIn('<a href="chapter1.html">One</a>', index)
        self.assertIn('<a href="Sources-A.swift.html">a source</a>', index)
        self.assertIn('<a href="Other.md.html#end">its end</a>', index)
        self.assertIn('<a href="https://arxiv.org/abs/2006.11239">A paper</a>', index)
        self.assertIn('<a href="Chapters-Chapter1-main.swift.html">', self.page("chapter1.html"))
        self.assertIn("&lt;&amp;&gt;", self.page("Sources-A.swift.html"))

    def test_a_link_to_what_the_book_does_not_hold_is_no_link(self):
        self.assertRegex(self.page("index.html"), r", a\s+folder,")

    def test_the_contents_list_every_section_of_every_chapter(self):
        index = self.page("index.html")
        for link in ["chapter1.html", "chapter1.html#cell", "chapter2.html", "chapter2.html#cell"]:
            self.assertIn(f'<a href="{link}">', index[index.index('id="contents"'):index.index('id="notation"')])

    def test_a_chapter_leads_to_the_previous_and_the_next_at_head_and_foot(self):
        self.assertEqual(self.page("chapter1.html").count('<a rel="next" href="chapter2.html">Chapter 2: Two →</a>'), 2)
        self.assertEqual(self.page("chapter2.html").count('<a rel="prev" href="chapter1.html">← Chapter 1: One</a>'), 2)
        self.assertNotIn('rel="next"', self.page("chapter2.html"))
        self.assertNotIn("All chapters", self.page("chapter1.html"))
        self.assertNotIn("<hr", self.page("chapter1.html"))

    def test_a_figure_is_the_vector_graphics_with_its_caption(self):
        page = self.page("chapter1.html")
        self.assertRegex(page, r'<figure id="line">\s*<a href="figures/line.svg"><img src="figures/line.svg"')
        self.assertRegex(page, r"<figcaption>\s*<strong>Figure 1.1.</strong> A line of <")
        self.assertFalse((self.repository / "book/figures/line.png").exists())
        self.assertIn('"DejaVu Sans, Verdana, sans-serif"', self.page("figures/line.svg"))

    def test_an_equation_has_its_number_and_its_place(self):
        self.assertRegex(self.page("chapter1.html"), r'(?s)<div id="law">.*?<span class="number">\(1.1\)</span>')

    def test_sections_are_numbered_and_notes_stand_beside(self):
        page = self.page("chapter2.html")
        self.assertIn('<span class="section">2.1</span> Cell</h2>', page)
        self.assertRegex(page, r'<span class="side"><sup>1</sup> Beside it.</span>')

    def test_a_term_shows_its_meaning_where_it_comes_first_in_a_section(self):
        terms = re.findall(r'<abbr title="([^"]*)">([^<]*)</abbr>', self.page("chapter1.html"))
        self.assertEqual([term for _, term in terms], ["forward process,"])
        self.assertTrue(terms[0][0].startswith("the fixed chain of steps"))

    def test_one_page_has_all_chapters_and_leads_only_to_itself(self):
        page = self.page("book.html")
        for place in ["chapter1-top", "chapter1-cell", "chapter2-law", "chapter2-line", "Book-glossary-top"]:
            self.assertIn(f'id="{place}"', page)
        self.assertIn('<a href="#chapter2-law">equation 2.1</a>', page)
        self.assertEqual(page.count('<a href="#chapter1-line">Figure 1.1</a>'), 2)

    def test_the_epub_has_a_part_for_each_chapter(self):
        with zipfile.ZipFile(self.repository / "book/diffusion-by-hand.epub") as epub:
            texts = [epub.read(name).decode() for name in epub.namelist() if "/text/ch" in name]
        self.assertTrue(any("Chapter 2: Two" in text and "<math" in text for text in texts))

    def test_equations_are_cut_where_they_may_break(self):
        tex = re.findall(r'x-tex">([^<]*)<', self.page("chapter1.html"))
        self.assertEqual([t.strip() for t in tex[1:7]], [
            "a = b,", "c = \\left[ d = e \\right]",
            "a_1 = \\frac{b_1 + b_2 + b_3 + b_4 + b_5 + b_6 + b_7}{c_1 + c_2 + c_3 + c_4}",
            "{}+ \\mathopen{‖} d \\mathclose{‖}", "{}= \\text{−}e", "x_0"])

    def test_brackets_have_the_size_of_text_and_a_minus_in_a_subscript_no_space(self):
        formula = re.search(r"<math.*?</math>", self.page("chapter1.html")).group()
        self.assertIn('<mo stretchy="false" form="prefix">(</mo>', formula)
        self.assertIn("−</mtext>", formula)

    def test_a_whole_book_is_right(self):
        self.assertEqual(self.check(), [])

    def test_a_broken_link_is_found(self):
        self.assertEqual(self.wrong_after("index.html", 'href="Other.md.html#end"', 'href="Other.html"', "--no-browser")[0],
                         "index.html: a leads to a file that is not there: Other.html")

    def test_a_page_among_the_figures_leads_to_the_books_pages(self):
        play = "figures/play/index.html"
        self.assertIn('<a href="../../chapter2.html">Two</a> <a href="../../index.html">All</a>', self.page(play))
        self.assertEqual(self.wrong_after(play, "chapter2.html", "chapter3.html", "--no-browser"),
                         [f"{play}: a leads to a file that is not there: ../../chapter3.html"])

    def test_a_broken_fragment_is_found(self):
        self.assertEqual(self.wrong_after("index.html", "Other.md.html#end", "Other.md.html#ende", "--no-browser"),
                         ["index.html: a leads to a place that is not there: Other.md.html#ende"])

    def test_an_absolute_path_is_found(self):
        for link in [f"file://{self.repository}/book/style.css", "/style.css", "https://example.org/style.css"]:
            self.assertEqual(self.wrong_after("chapter1.html", 'href="style.css"', f'href="{link}"', "--no-browser"),
                             [f"chapter1.html: link leads out of the book: {link}"])

    def test_a_missing_picture_is_found(self):
        picture = self.repository / "book/figures/line.svg"
        picture.rename(self.repository / "line.svg")
        try:
            wrong = self.check("--no-browser")
        finally:
            (self.repository / "line.svg").rename(picture)
        self.assertIn("chapter1.html: img leads to a file that is not there: figures/line.svg", wrong)

    def test_a_figure_that_a_page_lost_is_found(self):
        wrong = self.wrong_after("chapter1.html", "<img src=", "<span title=", "--no-browser")
        self.assertEqual(wrong, ["chapter1.html: figure line is not shown"])

    def test_a_page_that_nobody_can_reach_is_found(self):
        write(self.repository, "book/lost.html", "<!DOCTYPE html><p>Lost.")
        try:
            self.assertEqual(self.check("--no-browser"), ["lost.html: no page leads there"])
        finally:
            (self.repository / "book/lost.html").unlink()

    @unittest.skipUnless(browser.find(), "needs Chromium")
    def test_an_error_in_the_console_is_found(self):
        wrong = self.wrong_after("chapter1.html", "</body>", "<script>nothing.there()</script></body>")
        self.assertEqual(len(wrong), 2, wrong)
        self.assertIn("console: \"Uncaught ReferenceError: nothing is not defined\"", wrong[0])

    @unittest.skipUnless(browser.find(), "needs Chromium")
    def test_what_is_wider_than_a_narrow_screen_is_found(self):
        wrong = self.wrong_after("chapter1.html", "<h2", '<div style="width: 500px">wide</div><h2')
        self.assertEqual(len(wrong), 1, wrong)
        self.assertRegex(wrong[0], r"^chapter1.html: 5\d\d pixels wide on a screen of 400: .*wide")

    @unittest.skipUnless(browser.find(), "needs Chromium")
    def test_a_picture_that_cannot_be_shown_is_found(self):
        wrong = self.wrong_after("figures/line.svg", "<svg", "<svgs")
        self.assertIn("chapter1.html: cannot show figures/line.svg", wrong)


if __name__ == "__main__":
    unittest.main()
