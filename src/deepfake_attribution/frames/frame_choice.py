"""Choose which frames of a video are decoded."""


def middles(length: int, count: int) -> list[int]:
    """Return the numbers of ``count`` evenly spaced frames of ``length``: all when fewer.

    They are the middles of ``count`` equal parts: floor((i + 1/2) * length / count).
    """
    if length <= count:
        return list(range(length))
    return [(2 * i + 1) * length // (2 * count) for i in range(count)]
