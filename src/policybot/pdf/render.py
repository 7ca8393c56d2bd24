"""Render a page of a PDF as an image. Runs only in the process that opens the PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_SIDE = 8000
"""The most pixels of an image's longer side."""


def render(page: Any, width: int) -> Image:  # noqa: ANN401 - pypdfium2's PdfPage has no types
    """Return a page as an image on white, about ``width`` pixels wide, less if it is long."""
    wide, high = (max(1.0, side) for side in page.get_size())
    scale = min(width / wide, MAX_SIDE / wide, MAX_SIDE / high)
    picture: Image = page.render(scale=scale).to_pil()
    return picture.convert("RGB")


def render_grey(page: Any, dots: int) -> Image:  # noqa: ANN401
    """Return a page as a greyscale image of ``dots`` per inch, fewer if it is large."""
    wide, high = (max(1.0, side) for side in page.get_size())
    scale = min(dots / 72, MAX_SIDE / wide, MAX_SIDE / high)
    picture: Image = page.render(scale=scale, grayscale=True).to_pil()
    return picture.convert("L")
