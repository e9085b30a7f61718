"""Tests of what `detection` counts and shows; nothing is downloaded, encrypted or judged here."""
import contextlib, io, json, os, pathlib, subprocess, sys, tempfile, unittest, xml.etree.ElementTree
from unittest import mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True

from detection import corpus  # noqa: E402
from peers import rule  # noqa: E402
from suite import command, detection, detection_page, machine, report, results, shares, work  # noqa: E402

CALM = {"sampleClass": "recognised", "class": "recognised", "entropy": 7.9, "chiSquare": 1000.0, "area": 200.0,
        "piError": 3.0, "base64": 0.2, "byteCount": 70_000, "head": "504b0304", "decoded": 1 << 20,
        "sampleMicroseconds": 30.0, "microseconds": 200.0, "read": 1, "kind": "zip", "structure": "verified"}
RANDOM = CALM | {"sampleClass": "uniform", "class": "uniformFromStart", "entropy": 7.999, "chiSquare": 255.0,
                 "area": 12.0, "piError": 0.1, "head": "0011223344556677"}
CHANGE = {"change": "lostUniform", "oldClass": "recognised", "oldByteCount": 70_000}


def events():
    """Twenty benign files, one of which looks random; ten rewrites; attacks of two groups."""
    yield from ({"event": "benign", "case": "a", "type": f"t{n % 4}"} | CALM for n in range(19))
    yield {"event": "benign", "case": "b", "type": "zst"} | RANDOM
    yield from ({"event": "rewrite", "case": "edited", "type": "p"} | CALM | CHANGE | {"change": "ordinary"}
                for _ in range(10))
    for case, group in (("AES-CTR", "whole"), ("16 of 32 bytes", "fine or kept")):
        yield from ({"event": "attack", "case": case, "group": group, "type": "t1"} | RANDOM | CHANGE
                    for _ in range(8))
    yield {"event": "attack", "case": "AES-CTR", "group": "whole", "type": "t1"} | RANDOM | CHANGE | {
        "oldByteCount": 700, "sampleClass": "unknown", "class": "unknown", "change": "lostOnly"}
    yield {"event": "designed", "case": "a", "type": "secret-gpg"} | CALM | {"class": "encryptedContainer"}
    yield {"missing": "age", "said": "not found"}


def recorded():
    recorder = results.Recorder("detection")
    detection.record(recorder, [detection.with_hits(dict(event)) for event in events()], "test")
    return recorder


class Shares(unittest.TestCase):
    def test_bounds_are_those_of_the_score_interval(self):
        # Source: Newcombe, Two-sided confidence intervals for the single proportion (1998), table I.
        for hits, of, low, high in ((81, 263, .2553, .3662), (15, 148, .0624, .1605), (0, 20, 0, .1611),
                                    (1, 29, .0061, .1718), (29, 29, .8830, 1)):
            found = shares.bounds(hits, of)
            self.assertAlmostEqual(found[0], low, 4)
            self.assertAlmostEqual(found[1], high, 4)

    def test_words_do_not_round_to_all_or_nothing(self):
        for share, words in ((0, "0 %"), (1, "100 %"), (.99995, "99.995 %"), (.00005, "0.005 %"), (.5, "50.0 %")):
            self.assertEqual(shares.percent(share), words)

    def test_curve_goes_from_nothing_to_all(self):
        curve = shares.curve([0.1, 0.2, 0.9], [0.8, 0.95, 0.3])
        self.assertEqual(curve[0], [0.0, 0.0])
        self.assertEqual(curve[-1], [1.0, 1.0])
        self.assertIn([0.0, round(1 / 3, 6)], curve)
        self.assertEqual(curve, sorted(curve))


class Counting(unittest.TestCase):
    def test_every_figure_is_a_count(self):
        rows = {(row["work"], row["tool"]): row for row in recorded().finished()}
        work_of = "written file only, whole, header or blocks, from 1 KiB on"
        self.assertEqual(rows[work_of, "kanaria"]["share"], {"hits": 8, "of": 8})
        self.assertEqual(rows["written file only, benign files", "kanaria"]["share"], {"hits": 1, "of": 20})
        self.assertFalse(results.met(rows["written file only, benign files", "kanaria"]))
        self.assertEqual(rows["written file only, benign files", "Shannon > 7.5"]["share"]["hits"], 20)
        self.assertEqual(rows["benign rewrites", "kanaria, old content"]["share"], {"hits": 0, "of": 10})
        self.assertTrue(results.met(rows["16 of 32 bytes, from 4 KiB on", "kanaria, old content"]))

    def test_tables_have_everything_once(self):
        details = recorded().details
        self.assertEqual(details["missing"], ["age: not found"])
        schemes = {row["case"]: row for row in details["shares"] if row["table"] == "scheme"}
        self.assertEqual((schemes["AES-CTR"]["of"], schemes["AES-CTR"]["hits"]["kanaria"]), (8, 8))
        small = [row for row in details["shares"] if row["table"] == "small file"]
        self.assertEqual([(row["case"], row["of"], row["hits"]["kanaria"]) for row in small], [("whole", 1, 0)])
        types = [row for row in details["shares"] if row["table"] == "benign type"]
        self.assertEqual(sum(row["of"] for row in types), details["corpus"]["files"])

    def test_content_that_was_random_before_is_no_new_evidence(self):
        found = detection.with_hits(dict(RANDOM) | CHANGE | {"change": "ordinary", "oldClass": "uniform"})
        self.assertFalse(found["hits"][detection.CHANGE])
        self.assertTrue(found["hits"][detection.OURS])


class Showing(unittest.TestCase):
    def found(self):
        example, recorder = json.loads((HERE / "example.json").read_text()), recorded()
        example["rows"] += recorder.finished()
        entry = {"name": "detection", "about": "", "warmUp": 0, "rounds": 1, "seconds": 1, "load": 0}
        example["benchmarks"].append(entry | recorder.details | {"commit": "0123456789abcdef"})
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "found.json")
            results.write(path, example)
            return results.read(path)

    def test_curves_are_pictures_and_tables_are_there(self):
        found = self.found()
        pictures = [picture for name, picture in report.drawn(found) if "-curve-" in name]
        self.assertEqual(len(pictures), 2)
        for picture in pictures:
            xml.etree.ElementTree.fromstring(picture)
        for page in (report.as_html(found), report.as_markdown(found, []), report.as_text(found)):
            self.assertIn("8 of 8", page)
        self.assertIn("False alarms, by type of file", report.as_html(found))
        self.assertIn("detection at 0123456789abcdef", report.as_text(found))

    def test_manuals_have_both_languages_and_say_what_is_missing(self):
        found = self.found()
        for language, words in (("en", "8 of 8"), ("ja", "評価用の半分")):
            self.assertIn(words, detection_page.part(found, language))
        found["benchmarks"].pop()
        self.assertEqual(detection_page.part(found, "en"), "not measured\n")

    def test_a_share_that_is_not_its_value_is_refused(self):
        example = json.loads((HERE / "example.json").read_text())
        example["rows"].append(recorded().finished()[0])
        example["rows"][-1]["share"]["hits"] -= 1
        with self.assertRaisesRegex(results.ResultsError, "share"):
            results.check("found.json", example)


class Corpus(unittest.TestCase):
    def test_pins_are_whole_and_in_both_halves(self):
        pins = corpus.pins()
        self.assertEqual({pin["half"] for pin in pins}, set(corpus.HALVES))
        self.assertEqual(len({pin["name"] for pin in pins}), len(pins))
        for pin in pins:
            self.assertRegex(pin["sha256"], "^[0-9a-f]{64}$")
            self.assertEqual(pathlib.PurePath(pin["file"]).name, pin["file"])

    def test_types_go_by_the_last_suffixes(self):
        for name, kind in (("a/b.PNG", "png"), ("font.pcf.gz", "pcf.gz"), ("changelog.gz", "gz"),
                           ("README", "bare"), ("x.frobnicated", "bare"), ("x.frob", "other")):
            self.assertEqual(corpus.type_of(name), kind, name)

    def call(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            return command.main([str(word) for word in words]), err.getvalue()

    def test_without_a_network_it_says_so_and_keeps_what_is_there(self):
        with tempfile.TemporaryDirectory() as folder:
            failed = mock.Mock(returncode=100, stderr="E: Could not resolve host\n")
            with mock.patch.object(corpus.subprocess, "run", return_value=failed):
                code, said = self.call("corpus", "--cache", folder, "--quiet")
            self.assertEqual(code, 69)
            self.assertIn("Could not resolve host", said)
            self.assertTrue(pathlib.Path(folder, "packages").is_dir())

    def test_what_is_not_what_was_pinned_is_removed(self):
        pin = corpus.pins()[0]
        with tempfile.TemporaryDirectory() as folder:
            place = pathlib.Path(folder, "packages", pin["file"])

            def download(*_, **__):
                place.write_bytes(b"something else")
                return mock.Mock(returncode=0, stderr="")

            with mock.patch.object(corpus.subprocess, "run", side_effect=download):
                code, said = self.call("corpus", "--cache", folder, "--quiet")
            self.assertEqual(code, 69)
            self.assertIn("not what was pinned", said)
            self.assertFalse(place.exists())

    def test_no_corpus_is_a_reason_not_to_measure(self):
        with tempfile.TemporaryDirectory() as folder, \
                mock.patch.dict("os.environ", {"KANARIA_CORPUS": folder}), \
                self.assertRaisesRegex(work.Unable, "bench/bench corpus"):
            detection.detection(results.Recorder("detection"), mock.Mock())


def program():
    """kanaria-judge of whatever build there is."""
    build = HERE.parent.parent / ".build"
    places = [machine.BIN, build / "release", build / "debug"]
    return next((place / "kanaria-judge" for place in places if (place / "kanaria-judge").exists()), None)


@unittest.skipUnless(program(), "kanaria-judge is not built")
class Judging(unittest.TestCase):
    def asked(self, *lines):
        run = subprocess.run([program()], input="".join(line + "\n" for line in lines), text=True,
                             capture_output=True, timeout=60, check=True)
        return [json.loads(line) for line in run.stdout.splitlines()]

    def test_answers_each_line_with_what_the_guard_would_say(self):
        with tempfile.TemporaryDirectory() as folder:
            old, new = pathlib.Path(folder, "old"), pathlib.Path(folder, "new")
            old.write_bytes(b"a line of plain text\n" * 3000)
            new.write_bytes(os.urandom(63_000))
            told = self.asked(str(old), str(new), f"{old}\t{new}", f"{folder}/none")
        self.assertEqual([answer.get("sampleClass") for answer in told],
                         ["recognised", "uniform", "uniform", None])
        self.assertEqual((told[0]["class"], told[0]["kind"], told[0]["byteCount"]),
                         ("recognised", "textASCII", 63_000))
        self.assertGreater(told[1]["entropy"], 7.99)
        self.assertEqual((told[2]["change"], told[2]["oldKind"]), ("lostUniform", "textASCII"))
        self.assertEqual(told[3], {"errno": 2})

    def test_statistics_are_those_of_the_rule(self):
        content = bytes(range(256)) * 40 + b"abcdefgh" * 100
        with tempfile.NamedTemporaryFile() as file:
            file.write(content)
            file.flush()
            told = self.asked(file.name)[0]
        self.assertAlmostEqual(told["piError"], rule.pi_error(content), 9)
        self.assertAlmostEqual(told["base64"], rule.base64_share(content[:4096]), 9)


if __name__ == "__main__":
    unittest.main()
