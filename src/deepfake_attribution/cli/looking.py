"""How ``analyse`` goes through videos in a terminal: a bar, lines or a table, and how it ends."""

import signal
from collections.abc import Sequence
from contextlib import AbstractContextManager, closing, nullcontext
from dataclasses import replace
from pathlib import Path
from types import FrameType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from deepfake_attribution.analyse import approach_words, running, words
from deepfake_attribution.analyse.amounts import counted
from deepfake_attribution.analyse.analyser import Analyser
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.files import json_line, taken
from deepfake_attribution.analyse.folder import ResultsFolder, opened
from deepfake_attribution.analyse.inputs import Found, any_video
from deepfake_attribution.analyse.names import shown
from deepfake_attribution.analyse.options import Options
from deepfake_attribution.analyse.result_files import PAGE
from deepfake_attribution.analyse.results import NOT_FINISHED, VideoResult
from deepfake_attribution.analyse.running import Done
from deepfake_attribution.analyse.signals import caught
from deepfake_attribution.analyse.table import notes, reasons, strange_marked, table

NO_VERDICT, INTERRUPTED, TERMINATED = 3, 130, 143  # exit codes
WIDTH = 140  # columns, where there is no terminal


class _TerminatedError(KeyboardInterrupt):
    """The process was asked to end."""


class Look:
    """One analysis.

    Args:
        found: what is looked at.
        bundle: the model.
        options: how it looks at videos.
        why: why this model.
        as_json: print lines of JSON, and nothing else, on standard output.
        explain: print what the results are based on.
    """

    def __init__(
        self,
        found: Found,
        bundle: Bundle,
        options: Options,
        why: str,
        as_json: bool,
        explain: bool = False,
    ) -> None:
        self._found = found
        self._bundle = bundle
        self._options = options
        self._why = why
        self._as_json = as_json
        self._explain = explain
        self._others = 0  # results in the folder that are not of this analysis
        self._errors = Console(stderr=True, highlight=False, markup=False, soft_wrap=True)
        self._done: list[Done] = []  # without frames: there may be thousands

    def go(self, out: Path | None, crops: bool, fresh: bool) -> int:
        """Look at everything that was found.

        Args:
            out: folder for pages and tables; None: none.
            crops: whether its pages show faces.
            fresh: begin it anew.

        Returns:
            The exit code.

        Raises:
            UserError: the folder is not to be used, or the face finder cannot be made.
            OSError: the disk is full or the like; what is done is kept.
        """
        for remark in self._found.remarks:
            self._errors.print(remark)
        clash = taken(self._bundle.record.every_class, self._found.columns) if out else []
        if clash:
            self._errors.print(
                f"{shown(', '.join(clash))}: left out of the list's columns: results have their own"
            )
        place: AbstractContextManager[ResultsFolder | None] = (
            opened(out, self._bundle, self._options, crops, fresh) if out else nullcontext()
        )
        stopped = 0
        with place as folder:
            try:
                self._look(folder)
            except KeyboardInterrupt as stop:
                stopped = TERMINATED if isinstance(stop, _TerminatedError) else INTERRUPTED
                self._add_finished(folder)
            if folder is not None:
                short = approach_words.rests_in_short(self._bundle.record, self._why)
                lines = [short, words.threshold(self._bundle.record), self._counts(False)]
                done = [(one.given, one.result) for one in self._done]
                folder.finish(done, self._found, lines)
                self._others = folder.journal.others({one.path for one in self._found.inputs})
        self._tell(out, stopped)
        without = any(one.result.verdict is None for one in self._done)
        return stopped or (NO_VERDICT if without else 0)

    def _look(self, folder: ResultsFolder | None) -> None:
        def analyser() -> Analyser:
            return Analyser(self._bundle, self._options)

        results = running.run(self._found, analyser, self._bundle, folder)
        with caught(_end, signal.SIGTERM), closing(results), self._bar() as bar:
            task = bar.add_task("", total=len(self._found.inputs))
            for one in results:
                if self._as_json:
                    print(json_line(one.result), flush=True)
                self._done.append(replace(one, result=replace(one.result, frames=())))
                bar.advance(task)

    def _add_finished(self, folder: ResultsFolder | None) -> None:
        """Add what was finished earlier and was not come to again."""
        for given in self._found.inputs[len(self._done) :]:
            if given.status or (folder is not None and folder.holds(given.path)):
                one = running.looked_at_before(given, self._bundle, folder)
                self._done.append(replace(one, result=replace(one.result, frames=())))

    def _bar(self) -> Progress:
        return Progress(
            TextColumn("looking at videos"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            console=self._errors,
            transient=True,
            disable=not self._errors.is_terminal,
        )

    def _tell(self, out: Path | None, stopped: int) -> None:
        if any_video(self._found):  # otherwise the reasons were printed before
            self._tell_results()
        if out is not None:
            self._errors.print(f"Pages and tables: {out / PAGE}")
        if self._others:
            self._errors.print(
                f"earlier results of other videos in {out}: {self._others}; they are kept, and "
                "listed again when the command names these videos, too"
            )
        unfinished = sum(one.result.status == NOT_FINISHED for one in self._done)
        if unfinished:
            self._errors.print(_try_again(unfinished))
        if stopped:
            again = "the same command goes on from here" if out else "--out DIR would keep it"
            self._errors.print(f"Stopped; {again}.")

    def _tell_results(self) -> None:
        record, results = self._bundle.record, self._results()
        if self._as_json:
            simulated = approach_words.simulated_in_short(record)
            self._errors.print(self._counts(), *self._caveats(), *simulated, sep="\n")
            return
        console = Console(highlight=False, markup=False)
        if not console.is_terminal:
            console = Console(highlight=False, markup=False, width=max(console.width, WIDTH))
        console.print(table(results, record.score_kind, console.width))
        for line in approach_words.simulated_in_short(record):  # beside what it is about
            console.print(line, style="yellow")
        for line in [*strange_marked(results), *reasons(results), *notes(results)]:
            console.print(line)
        console.print(self._counts(), *self._caveats(), sep="\n")

    def _caveats(self) -> list[str]:
        record = self._bundle.record
        short = [approach_words.rests_in_short(record, self._why)]
        if self._explain:
            sentences = words.rests_on(record)
            return [*short, "", "What this is based on:", *(f"- {line}" for line in sentences)]
        return [*short, f"{approach_words.LIMITS} --explain: what it is based on."]

    def _counts(self, with_again: bool = True) -> str:
        summary = words.counts(self._results(), len(self._found.inputs))
        again = sum(one.again for one in self._done)
        if again and with_again:  # pages do not know that they were stopped on the way
            was = "was" if again == 1 else "were"
            summary += f" {again} of {len(self._found.inputs)} {was} there already."
        return summary

    def _results(self) -> Sequence[VideoResult]:
        return [one.result for one in self._done]


def _try_again(count: int) -> str:
    was = "was" if count == 1 else "were"
    return (
        f"{counted(count, 'video')} {was} not finished: the same command tries again; "
        "--max-seconds raises the limit, --workers 1 needs the least memory"
    )


def _end(number: int, frame: FrameType | None) -> None:
    """End as after Ctrl-C, with what is done kept, when the system asks the process to end."""
    raise _TerminatedError
