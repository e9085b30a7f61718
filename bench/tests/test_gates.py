"""Tests of the gates and of what holds a build to them; nothing is measured here."""
import contextlib, io, json, pathlib, sys, tempfile, unittest, unittest.mock

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True

from suite import command, gates, limits, report, results, running, seals, smb, work  # noqa: E402


def measuring(value):
    def measure(recorder, pace):
        for _ in pace.rounds(runs=1):
            recorder.add("small files", "kanaria", "system calls an event", value, "", gate=True)
            recorder.add("small files", "kanaria", "close an event", 99, "")
    return measure


def breaking(error):
    def measure(recorder, pace):
        raise error
    return measure


class Limits(unittest.TestCase):
    def test_each_is_recorded_and_has_a_reason(self):
        source = "".join(path.read_text() for path in (HERE.parent / "suite").glob("*.py"))
        for gate in limits.read():
            self.assertIn(gate["benchmark"], running.EVERY)
            self.assertIn(f'"{gate["quantity"]}"', source)
            self.assertGreater(len(gate["reason"]), 20)
        self.assertLessEqual(set(gates.QUICK), {gate["benchmark"] for gate in limits.read()})

    def test_exact_or_any_work(self):
        self.assertEqual(limits.find("canary", "inplace", "files lost")["limit"], 0)
        self.assertEqual(limits.find("counts", "small files", "system calls an event")["work"],
                         "small files")
        for wanted in (("counts", "other", "system calls an event"), ("canary", "x", "time")):
            with self.assertRaises(LookupError):
                limits.find(*wanted)

    def test_malformed_is_an_error(self):
        gate = limits.read()[0]
        for wrong in ({**gate, "more": 1}, {**gate, "reason": ""}, {**gate, "limit": -1}, {}):
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump({"gates": [wrong]}, file)
                file.flush()
                with unittest.mock.patch.object(limits, "FILE", pathlib.Path(file.name)):
                    self.assertRaises(ValueError, limits.read)

    def test_a_row_takes_its_bound_from_the_file(self):
        recorder = results.Recorder("canary")
        recorder.add("mmap", "kanaria", "files lost", 1, "files", gate=True)
        row = recorder.finished()[0]
        self.assertEqual(row["goal"], {"bound": 0, "figure": "maximum", "gate": True})
        self.assertFalse(results.met(row))


class Holding(unittest.TestCase):
    def held(self, measure, *words):
        out = io.StringIO()
        with unittest.mock.patch.dict(running.EVERY, {"counts": (measure, 1, 1)}), \
                contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()), \
                unittest.mock.patch.object(command, "enter_private_mounts"), \
                unittest.mock.patch.object(command, "end_with_us"):
            try:
                code = command.main(["gates", "--quiet", *(words or ["counts"])])
            except SystemExit as ended:
                code = ended.code
        return code, out.getvalue()

    def test_met(self):
        code, text = self.held(measuring(10))
        self.assertEqual(code, 0)
        self.assertIn("ok       counts: small files: system calls an event: 10, limit 10.5", text)
        self.assertNotIn("close", text)

    def test_missed_says_what_how_much_the_limit_and_why(self):
        code, text = self.held(measuring(12.5))
        self.assertEqual(code, 1)
        self.assertIn("MISSED   counts: small files: system calls an event: 12.5, limit 10.5", text)
        self.assertIn(limits.find("counts", "small files", "system calls an event")["reason"], text)

    def test_only_what_the_machine_lacks_is_skipped(self):
        self.assertEqual(self.held(breaking(work.Missing("needs root")))[0], 0)
        for error in (work.Unable("the guard did not start"), KeyError("odd"), OSError("gone")):
            code, text = self.held(breaking(error))
            self.assertEqual(code, 1)
            self.assertIn("FAILED   counts", text)

    def test_programs_that_are_not_built_are_no_reason_to_skip(self):
        with self.assertRaises(work.Unable) as caught:
            work.programs("kanaria-none")
        self.assertNotIsInstance(caught.exception, work.Missing)
        self.assertIn("make build", str(caught.exception))

    def test_names(self):
        self.assertEqual(self.held(measuring(1), "loss")[0], 64)


class Format(unittest.TestCase):
    def test_prescribed_length(self):
        # The lengths that Debian's age writes.
        self.assertEqual([seals.prescribed(size, 1) for size in (0, 1, 65536, 65537, 1 << 20)],
                         [200, 200, 200, 216, 440])


class Pages(unittest.TestCase):
    def setUp(self):
        self.found = json.loads((HERE / "example.json").read_text())

    def test_what_is_missing_is_said(self):
        text = report.as_html(self.found)
        self.assertIn("Not drawn", text)
        self.assertIn(report.TIMELINE, text)
        self.assertIn("- " + report.TIMELINE, report.as_markdown(self.found, []))

    def test_clients_and_timeline_are_drawn(self):
        run = {"damaged": 1, "after_canary": 0, "connects": False, "other_errors": 0,
               "other_longest": 9.5, "guard_memory": 20.5, "milliseconds": 5.0}
        recorder = results.Recorder("smb")
        smb.take(recorder, {
            "touch": {name + "_milliseconds": [1.0, 2.0] for name in ("decision", "guard", "client")}})
        crowds = results.Recorder("clients")
        smb.take(crowds, {
            "clients": {"canary in the way": {"1": [run], "100": [run, run | {"milliseconds": None}]}}})
        self.found["rows"] = recorder.finished() + crowds.finished()
        pictures = dict(report.drawn(self.found))
        self.assertEqual(len(report.stages_of(self.found)), 3)
        self.assertIn("smb-timeline", pictures)
        curve = pictures["clients-canary-to-cut-off-canary-in-the-way"]
        self.assertIn("other clients", curve)
        row, = [row for row in self.found["rows"]
                if row["quantity"] == "canary to cut-off" and row.get("at") == 100]
        self.assertEqual(row["values"], [5.0])
        self.assertNotIn(report.TIMELINE, report.not_drawn(self.found))


if __name__ == "__main__":
    unittest.main()
