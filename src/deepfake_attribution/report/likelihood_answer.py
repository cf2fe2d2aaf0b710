"""Whether the likelihood ratios help, in a sentence for each kind of database."""

from collections.abc import Collection

import pandas as pd

from deepfake_attribution.report import answers

SCALE = " (0 is perfect, 1 is as good as none)"
HELP, SOME, MISLEAD = "help", "help some approaches only", "mislead"
ALL_SEEN = "databases trained on"


def answer(results: pd.DataFrame, families: Collection[str], compared_on: Collection[str]) -> str:
    """Return sentences with the range of Cllr over the approaches; empty without any Cllr.

    Databases with the same verdict share a sentence. Those trained on and the others have
    sentences of their own.

    Args:
        results: `likelihood.files.read_results`.
        families, compared_on: as for `answers.groups`.
    """
    rows = results[(results["measure"] == "cllr") & results["value"].notna()]
    sentences: list[str] = []
    for about, own in answers.groups(rows, families, compared_on):
        single = own["approach"].nunique() == 1
        verdicts = own.groupby("database", sort=False)["value"].agg(_verdict)
        for verdict, same in verdicts.groupby(verdicts, sort=False):
            values = own.loc[own["database"].isin(same.index), "value"].tolist()
            whole = about == answers.ABOUT[answers.SEEN] and len(same) == len(verdicts)
            where = ALL_SEEN if whole else f"{answers.joined_names(same.index)} ({about})"
            over = "" if sentences or single else " over the approaches"
            sentences.append(
                f"On {where}{' they' if sentences else ', the ratios'} {verdict}: "
                f"Cllr {answers.ranged(values, _text)}{over}{'' if sentences else SCALE}."
            )
    return " ".join(sentences)


def _verdict(values: pd.Series) -> str:
    """Return what the ratios do on one database, from the Cllr of each approach."""
    if (values < 1).all():
        return HELP
    return MISLEAD if (values >= 1).all() else SOME


def _text(value: float) -> str:
    """Return a Cllr with as many decimals as are needed to print on the right side of 1."""
    printed = [f"{value:.{decimals}f}" for decimals in (2, 3, 4)]
    return next((one for one in printed if (float(one) < 1) == (value < 1)), repr(value))
