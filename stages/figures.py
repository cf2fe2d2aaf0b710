"""Draw all pictures: python stages/figures.py."""

import own_code  # noqa: F401
from deepfake_attribution.core import paths
from deepfake_attribution.core.errors import run
from deepfake_attribution.figures import gallery, shown


def main() -> None:
    """Write reports/pictures."""
    pictures = gallery.draw_all(shown.from_settings())
    for picture in pictures:
        if not picture.file:
            print(f"{picture.title}: {picture.caption}")
    print(f"{sum(bool(picture.file) for picture in pictures)} pictures: {paths.pictures()}")


if __name__ == "__main__":
    run(main)
