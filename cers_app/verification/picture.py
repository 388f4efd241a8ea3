"""The picture of the verification characters."""

import io
import secrets

from captcha.image import ImageCaptcha
from PIL import ImageOps

WIDTH, HEIGHT = 400, 140
"""Pixels. The page shows the picture at half this size, so the picture is sharp on dense screens."""
PAPER = (255, 255, 255)
INKS = ((11, 61, 92), (27, 39, 51), (74, 20, 60), (20, 70, 40))
"""Each ink has a contrast of at least 7:1 on white (WCAG 1.4.6)."""
BLACK, WHITE = (0, 0, 0), (255, 255, 255)
FONT_SIZES = (80, 88, 96)


class _Legible(ImageCaptcha):
    """Letters that neither overlap nor lie on their side. An unreadable picture keeps only people out."""

    character_rotate = (-18, 18)
    word_space_probability = 1.0  # no gaps: a gap can push the last letter out of the picture
    word_offset_dx = 0.05


def draw(characters: str) -> bytes:
    """A PNG of bent characters with dots and a curve. The ink and the shapes are random each time."""
    generator = _Legible(width=WIDTH, height=HEIGHT, font_sizes=FONT_SIZES)
    # The library derives a letter's opacity from its brightness, so draw in white on black first, then add the ink.
    image = generator.create_captcha_image(characters, WHITE, BLACK)
    image = generator.create_noise_dots(image, WHITE, width=4, number=40)
    image = generator.create_noise_curve(image, WHITE)
    inked = ImageOps.colorize(image.convert("L"), black=PAPER, white=secrets.choice(INKS))
    out = io.BytesIO()
    inked.quantize(16).save(out, "PNG")
    return out.getvalue()
