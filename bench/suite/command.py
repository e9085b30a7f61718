"""Arguments, output and exit codes of `bench/bench`."""
import argparse, difflib, os, pathlib, shutil, signal, sys

from . import comparing, detection, gates, readme, report, results, running

REFERENCE = pathlib.Path(__file__).resolve().parent.parent / "results/reference.json"
PRIVATE = "KANARIA_BENCH_PRIVATE"
EPILOG = ("Exit codes: 0 done; 1 something got worse (compare), a gate was missed (run, gates) or "
          "nothing was measured (run), a README differs (report --check); 64 wrong arguments; 65 no results "
          "file of this schema; 66 a file cannot be read; 69 no corpus can be had (corpus); "
          "73 a file cannot be written.")


class Parser(argparse.ArgumentParser):
    def error(self, message):
        self.print_usage(sys.stderr)
        self.exit(64, f"{self.prog}: {message}\n")


def main(words):
    options = parser().parse_args(words)
    try:
        return options.act(options)
    except results.ResultsError as error:
        print(f"bench: {error}", file=sys.stderr)
        return error.code
    except KeyboardInterrupt:
        return 130


def parser():
    made = Parser(prog="bench/bench", description="Kanaria's benchmarks.", epilog=EPILOG)
    verbs = made.add_subparsers(required=True, metavar="VERB", parser_class=Parser)
    verb = verbs.add_parser("list", help="what can be measured")
    verb.set_defaults(act=list_all)
    verb = verbs.add_parser("run", help="measure", epilog=EPILOG)
    verb.add_argument("names", nargs="+", metavar="NAME", help="see list; or all")
    verb.add_argument("--quick", action="store_true", help="little work, at most 3 runs")
    verb.add_argument("--runs", type=count, help="rounds of each benchmark")
    verb.add_argument("--budget", type=minutes, metavar="MINUTES", help="end about then")
    verb.add_argument("--json", type=pathlib.Path, metavar="FILE", help="write results there")
    verb.add_argument("--add", action="store_true",
                      help="keep what the file has of other benchmarks of the same programs")
    verb.add_argument("--mixed", action="store_true",
                      help="with --add: also what other programs measured; each says its commit")
    verb.add_argument("--quiet", action="store_true", help="no progress")
    verb.set_defaults(act=run)
    verb = verbs.add_parser("gates", epilog=EPILOG,
                            help="hold this build to the limits of bench/gates.json")
    verb.add_argument("names", nargs="*", metavar="NAME",
                      help=f"some of {', '.join(gates.QUICK)} (default: all)")
    verb.add_argument("--quiet", action="store_true", help="no progress")
    verb.set_defaults(act=hold)
    verb = verbs.add_parser("corpus", epilog=EPILOG,
                            help="download and make what `run detection` judges")
    verb.add_argument("--cache", type=pathlib.Path, metavar="FOLDER",
                      help="where it lies (default: kanaria-bench in the user's cache folder)")
    verb.add_argument("--quiet", action="store_true", help="no progress")
    verb.set_defaults(act=detection.prepare)
    verb = verbs.add_parser("compare", help="tell what changed", epilog=EPILOG)
    verb.add_argument("old", type=pathlib.Path)
    verb.add_argument("new", type=pathlib.Path)
    verb.set_defaults(act=compare)
    verb = verbs.add_parser("report", help="write pages, or a README's figures", epilog=EPILOG)
    verb.add_argument("file", nargs="?", type=pathlib.Path, default=REFERENCE,
                      help="results (default: bench/results/reference.json)")
    verb.add_argument("--html", type=pathlib.Path, metavar="FILE", help="one page with plots")
    verb.add_argument("--markdown", type=pathlib.Path, metavar="FILE",
                      help="the same; its plots are *.svg beside it")
    verb.add_argument("--readme", type=pathlib.Path, nargs="+", metavar="FILE",
                      help="renew what stands between the marks")
    verb.add_argument("--check", action="store_true", help="with --readme: write nothing")
    verb.set_defaults(act=show)
    return made


def count(text):
    if not text.isdecimal() or not 1 <= int(text) <= 1000:
        raise argparse.ArgumentTypeError("1 to 1000")
    return int(text)


def minutes(text):
    try:
        number = float(text)
    except ValueError:
        number = 0
    if not 0 < number <= 1440:
        raise argparse.ArgumentTypeError("minutes, at most 1440")
    return number


def list_all(options):
    for name in running.EVERY:
        print(f"{name:11} {running.describe(name)}")
    return 0


def run(options):
    names = list(running.EVERY) if options.names == ["all"] else options.names
    for name in names:
        if name not in running.EVERY:
            near = difflib.get_close_matches(name, running.EVERY, 1)
            parser().error(f"no benchmark {name!r}; "
                           + (f"did you mean {near[0]!r}?" if near else "bench/bench list tells them"))
    if options.add and not options.json:
        parser().error("--add goes with --json")
    if options.mixed and not options.add:
        parser().error("--mixed goes with --add")
    enter_private_mounts()
    end_with_us()
    if options.json and not os.access(options.json.absolute().parent, os.W_OK | os.X_OK):
        # Before an hour's work, not after it.
        raise results.ResultsError(f"cannot write beside {options.json}", 73)
    found = running.run(list(dict.fromkeys(names)), options)
    print(report.as_text(found))
    missed = [row for row in found["rows"] if row.get("goal", {}).get("gate")
              and not results.met(row)]
    for row in missed:
        print(f"GATE MISSED: {' · '.join(map(str, results.row_key(row)[:4]))}", file=sys.stderr)
    return 1 if missed or not found["rows"] else 0


def hold(options):
    for name in options.names:
        if name not in gates.QUICK:
            parser().error(f"no quick gates {name!r}; there are {', '.join(gates.QUICK)}")
    enter_private_mounts()
    end_with_us()
    return gates.hold(options)


def end_with_us():
    """What was started ends with this program at SIGTERM, as it does at Ctrl-C."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


def enter_private_mounts():
    """Starts anew where mounts are nobody else's, and gone at the end, however that comes."""
    if os.geteuid() == 0 and shutil.which("unshare") and not os.environ.get(PRIVATE):
        os.environ[PRIVATE] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation", "private", sys.executable,
                              *sys.argv])


def compare(options):
    old, new = results.read(options.old), results.read(options.new)
    text, worse = comparing.compare(old, new)
    print(text)
    return 1 if worse else 0


def show(options):
    found = results.read(options.file)
    if options.check and not options.readme:
        parser().error("--check goes with --readme")
    if options.html:
        report.write_text(options.html, report.as_html(found))
    if options.markdown:
        report.write_markdown(options.markdown, found)
    if options.readme:
        return readme.renew(options.readme, found, options.check)
    if not options.html and not options.markdown:
        print(report.as_text(found))
    return 0
