"""Tests of the suite itself: files that are read, compared and shown. Nothing is measured here.

Run by the repository's tests, or with `python3 -m unittest discover bench/tests`.
"""
import contextlib, copy, io, json, pathlib, sys, tempfile, unittest, xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True

from peers import rule  # noqa: E402
from suite import command, comparing, pace, plots, readme, report, results, running, smb, work  # noqa: E402

EXAMPLE = HERE / "example.json"


class Files(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.example = json.loads(EXAMPLE.read_text())

    def written(self, text):
        path = self.folder / "results.json"
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    def call(self, *words):
        """Exit code, standard output and standard error of the command."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                code = command.main([str(word) for word in words])
            except SystemExit as ended:
                code = ended.code
        return code, out.getvalue(), err.getvalue()

    def slower(self, factor):
        """The example with the guard's cost multiplied."""
        for row in self.example["rows"]:
            if row["benchmark"] == "cost" and row["tool"] == "kanaria":
                row["values"] = [value * factor for value in row["values"]]
                row["summary"] = results.summary(row["values"])
        return self.written(self.example)


class Reading(Files):
    def test_reads_its_own(self):
        results.write(self.folder / "again.json", results.read(EXAMPLE))
        self.assertEqual(results.read(self.folder / "again.json"), self.example)

    def test_every_cut_is_refused(self):
        text = EXAMPLE.read_text().rstrip()
        for end in range(0, len(text), 97):
            code, out, err = self.call("report", self.written(text[:end]))
            self.assertEqual((code, out), (65, ""), end)
            self.assertIn("results.json", err)

    def test_what_is_wrong_is_said(self):
        row = "rows", 0
        cases = [
            (("version",), 2, "schema version 2"), (("schema",), "other", "no results"),
            (("rows",), {}, "\"rows\""), (("commit",), None, "\"commit\""),
            (("benchmarks",), [{}], "benchmarks[0]"), (row, 1, "rows[0]: not an object"),
            ((*row, "tool"), 3, "\"tool\""), ((*row, "better"), "faster", "\"better\""),
            ((*row, "values"), [], "\"values\""), ((*row, "values"), [True], "\"values\""),
            ((*row, "values"), [1.0], "\"summary\""), ((*row, "at"), 10, "\"at\""),
            ((*row, "goal"), {"bound": 1}, "\"goal\""),
            (("rows", 1), self.example["rows"][0], "repeats"),
        ]
        for path, value, message in cases:
            changed = copy.deepcopy(self.example)
            place = changed
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            code, _, err = self.call("report", self.written(changed))
            self.assertEqual(code, 65, path)
            self.assertIn(message, err)

    def test_numbers_that_are_none(self):
        text = EXAMPLE.read_text().replace("78000", "NaN", 1)
        self.assertEqual(self.call("report", self.written(text))[0], 65)

    def test_missing_file_and_bytes(self):
        self.assertEqual(self.call("report", self.folder / "none.json")[0], 66)
        (self.folder / "bytes").write_bytes(b"\xff\xfe")
        self.assertEqual(self.call("report", self.folder / "bytes")[0], 65)
        self.assertEqual(self.call("report", self.written("[" * 100_000))[0], 65)

    def test_summary(self):
        of = results.summary([5, 1, 4, 2, 3])
        self.assertEqual([of[key] for key in ("runs", "minimum", "lowerQuartile", "median",
                                              "upperQuartile", "maximum")], [5, 1, 2, 3, 4, 5])
        self.assertEqual(results.summary([7])["p99"], 7)
        self.assertEqual(results.summary(list(range(200)))["p99"], 197)


class Comparing(Files):
    def test_same_is_not_worse(self):
        code, out, _ = self.call("compare", EXAMPLE, EXAMPLE)
        self.assertEqual(code, 0)
        self.assertIn("0 got worse", out)

    def test_worse_only_beyond_the_spread(self):
        for factor, code, word in ((1.01, 0, "0 got worse"), (1.5, 1, "WORSE"), (0.5, 0, "better")):
            got, out, _ = self.call("compare", EXAMPLE, self.slower(factor))
            self.assertEqual(got, code, factor)
            self.assertIn(word, out)
            self.setUp()

    def test_higher_may_be_better(self):
        row = next(row for row in self.example["rows"] if row["better"] == "higher")
        less = row | {"summary": results.summary([1])}
        self.assertEqual(comparing.verdict(row, less), "WORSE")
        self.assertEqual(comparing.verdict(less, row), "better")

    def test_missing_benchmark_and_other_machine(self):
        self.example["rows"] = [row for row in self.example["rows"] if row["benchmark"] != "rate"]
        self.example["machine"]["kernel"] = "6.12"
        code, out, _ = self.call("compare", EXAMPLE, self.written(self.example))
        self.assertEqual(code, 0)
        self.assertIn("only in the old file: rate", out)
        self.assertIn("!! not the same kernel", out)
        self.assertIn("not measured in the new file: smb", out)


class Reporting(Files):
    def test_page_stands_alone(self):
        page = self.folder / "page.html"
        self.assertEqual(self.call("report", EXAMPLE, "--html", page)[0], 0)
        text = page.read_text()
        self.assertNotIn("<script", text)
        self.assertNotIn("src=", text)
        self.assertEqual(text.count("<svg"), 2)
        for picture in text.split("<svg")[1:]:
            xml.etree.ElementTree.fromstring("<svg" + picture.split("</svg>")[0] + "</svg>")

    def test_markup_in_results_stays_text(self):
        self.example["rows"][0]["work"] = "<b>&\"|"
        page, note = self.folder / "page.html", self.folder / "page.md"
        self.call("report", self.written(self.example), "--html", page, "--markdown", note)
        self.assertNotIn("<b>", page.read_text())
        self.assertIn("\\|", note.read_text())

    def test_pictures_of_markdown_are_there(self):
        note = self.folder / "page.md"
        self.assertEqual(self.call("report", EXAMPLE, "--markdown", note)[0], 0)
        files = [part.split(")")[0] for part in note.read_text().split("](")[1:]]
        self.assertEqual(len(files), 2)
        for file in files:
            xml.etree.ElementTree.parse(self.folder / file)

    def test_cannot_write(self):
        code, _, err = self.call("report", EXAMPLE, "--html", self.folder / "none/page.html")
        self.assertEqual(code, 73)
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_plots_of_any_extent(self):
        for values in ([0], [0, 0], [1e-9], [1e12, 1], [5, 5], [-0.1, 0.2]):
            of = results.summary(values)
            for kind in ("linear", "log", "zero"):
                for picture in (plots.lines("t", {"a": [(1, of), (1e6, of)]}, "x", "y", kind, 3),
                                plots.ranges("t", [("w", [("a", of, 2)])], "s", kind)):
                    xml.etree.ElementTree.fromstring(picture)
                    self.assertNotIn("nan", picture)


class Readme(Files):
    TEXT = "before\n<!-- bench guard -->\nold\n<!-- /bench guard -->\nafter\n"

    def test_renews_between_the_marks(self):
        path = self.folder / "README.md"
        path.write_text(self.TEXT)
        self.assertEqual(self.call("report", EXAMPLE, "--readme", path, "--check")[0], 1)
        self.assertEqual(path.read_text(), self.TEXT)
        self.assertEqual(self.call("report", EXAMPLE, "--readme", path)[0], 0)
        text = path.read_text()
        self.assertTrue(text.startswith("before\n") and text.endswith("after\n"))
        self.assertNotIn("old", text)
        self.assertIn("`0123456789ab`", text)
        self.assertIn("| 78,000 |", text)
        self.assertIn("≤ 1.1, missed", text)
        self.assertIn("not measured", text)
        self.assertEqual(self.call("report", EXAMPLE, "--readme", path, "--check")[0], 0)

    def test_japanese(self):
        path = self.folder / "README.ja.md"
        path.write_text(self.TEXT.replace("guard", "seal"))
        self.assertEqual(self.call("report", EXAMPLE, "--readme", path)[0], 0)
        self.assertIn("未測定", path.read_text())

    def test_marks(self):
        for text in ("none", self.TEXT.replace("/bench", "bench"), self.TEXT.replace("guard", "x"),
                     self.TEXT + "<!-- bench seal -->\n"):
            with self.assertRaises(results.ResultsError):
                readme.renewed(text, self.example, "en")

    def test_figures_name_what_is_measured(self):
        """The names in readme.py and those that the benchmarks record."""
        source = "".join(path.read_text() for path in (HERE.parent / "suite").glob("*.py")
                         if path.name != "readme.py")
        for *_, quantity, _, _ in readme.FIGURES:
            self.assertIn(f'"{quantity}', source)
        for name in {line[2] for line in (*readme.LOST, *readme.FIGURES, *readme.SEAL)}:
            self.assertIn(name, running.EVERY)
        self.assertEqual({name for name, *_ in report.PLOTS} - running.EVERY.keys(), set())


class Running(Files):
    def options(self, **more):
        made = command.parser().parse_args(["run", "loss", "--quiet"])
        for name, value in more.items():
            setattr(made, name, value)
        return made

    def with_benchmark(self, measure):
        old = dict(running.EVERY)
        running.EVERY.clear()
        running.EVERY.update({"one": (measure, 3, 1), "two": (good, 3, 1)})
        self.addCleanup(lambda: (running.EVERY.clear(), running.EVERY.update(old)))

    def test_one_that_breaks_leaves_the_others(self):
        for error, message in ((work.Unable("needs root"), "needs root"),
                               (KeyError("odd"), "KeyError"), (pace.OutOfTime(), "no time left")):
            def bad(recorder, rounds, error=error):
                recorder.add("half", "kanaria", "time", 1, "s")
                raise error
            self.with_benchmark(bad)
            path = self.folder / "out.json"
            running.run(["one", "two"], self.options(json=path))
            found = results.read(path)
            self.assertIn(message, found["benchmarks"][0]["skipped"])
            self.assertEqual([row["benchmark"] for row in found["rows"]], ["two"])
            self.assertEqual(found["rows"][0]["summary"]["runs"], 3)
            self.assertEqual(found["benchmarks"][1]["warmUp"], 1)

    def test_adds_to_a_file_of_the_same_programs(self):
        self.with_benchmark(good)
        path = self.folder / "out.json"
        running.run(["one"], self.options(json=path))
        running.run(["two", "one"], self.options(json=path, add=True))
        running.run(["two"], self.options(json=path, add=True, runs=2))
        found = results.read(path)
        self.assertEqual([entry["name"] for entry in found["benchmarks"]], ["one", "two"])
        self.assertEqual([row["summary"]["runs"] for row in found["rows"]], [3, 2])
        results.write(path, found | {"commit": "other"})
        with self.assertRaises(results.ResultsError):
            running.run(["two"], self.options(json=path, add=True))
        running.run(["two"], self.options(json=path, add=True, mixed=True))
        mixed = results.read(path)
        self.assertEqual((mixed["commit"], mixed["benchmarks"][1]["commit"]), ("other", found["commit"]))
        self.assertNotIn("commit", mixed["benchmarks"][0])

    def test_unknown_names_and_arguments(self):
        for words in (["run"], ["run", "none"], ["run", "loss", "--runs", "0"], ["shout"],
                      ["run", "loss", "--budget", "x"], ["report", EXAMPLE, "--check"], []):
            self.assertEqual(self.call(*words)[0], 64, words)

    def test_list_names_all(self):
        out = self.call("list")[1]
        for name in running.EVERY:
            self.assertIn(name, out)

    def test_takes_the_report_of_the_smb_bench(self):
        run = {"damaged": 1, "after_canary": 0, "back": 0, "connects": False, "other_errors": 0,
               "milliseconds": 5.0}
        recorder = results.Recorder("smb")
        smb.take(recorder, {"loss": {"in-place": [run, run | {"milliseconds": None}]},
                            "ban": {"60 files/s": [run | {"damaged": 9}]}, "cost": {
            "nobody": [2.0], "guard": [3.0], "full_audit": [4.0]}})
        rows = {(row["tool"], row["quantity"]): row["values"] for row in recorder.finished()}
        self.assertEqual(rows["kanaria", "files damaged"], [1, 1])
        self.assertEqual(rows[smb.BAN, "files damaged"], [9])
        self.assertEqual(rows["kanaria", "let in later"], [0, 0])
        self.assertEqual(rows["kanaria", "canary to cut-off"], [5.0])
        self.assertEqual(rows["kanaria", "time against nobody"], [1.5])
        self.assertEqual(rows["full_audit", "time against nobody"], [2.0])


def good(recorder, rounds):
    """A benchmark that measures nothing"""
    for counts in rounds.rounds(warm_up=1):
        if counts:
            recorder.add("nothing", "kanaria", "time", 1, "s")


class PeerRule(unittest.TestCase):
    def test_rule(self):
        noise = bytes(range(256)) * 64
        mixed = bytes(pseudo_random(16384))
        self.assertFalse(rule.looks_encrypted(b"a line of text\n" * 1000))
        self.assertFalse(rule.looks_encrypted(noise))  # entropy 8, pi far off
        self.assertTrue(rule.looks_encrypted(mixed))
        self.assertFalse(rule.looks_encrypted(b"\x89PNG" + mixed))
        kept = rule.Rule()
        self.assertEqual([kept.wrote(1, f"f{number}", mixed, 0) for number in range(5)],
                         [False] * 4 + [True])
        self.assertFalse(any(kept.wrote(2, f"f{number}", mixed, number * 31)
                             for number in range(9)))
        self.assertFalse(any(kept.wrote(3, "f", mixed, 0) for _ in range(9)))


def pseudo_random(count):
    """Bytes of a generator whose output is the same everywhere."""
    import random
    made = random.Random(1)
    return [made.getrandbits(8) for _ in range(count)]


if __name__ == "__main__":
    unittest.main()
