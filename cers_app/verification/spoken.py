"""The spoken form: six digits, said with noise in between, as a WAV file."""

from captcha.audio import AudioCaptcha

from cers_app.verification.models import DIGITS


class _Digits(AudioCaptcha):
    """Digits alone: letters sound alike, and the noise is made of the same voices."""

    @property
    def choices(self) -> list[str]:
        """What may be said."""
        return list(DIGITS)


def speak(digits: str) -> bytes:
    """About thirteen seconds at 8 kHz; speed, loudness and noise are random each time. A quarter of a second of CPU."""
    return bytes(_Digits().generate(digits))
