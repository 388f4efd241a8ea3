"""Speaks six digits with noise between them, as a WAV file."""

from captcha.audio import AudioCaptcha

from cers_app.verification.models import DIGITS


class _Digits(AudioCaptcha):
    """Speaks only digits, because letters sound alike. The library makes the noise from the same voices."""

    @property
    def choices(self) -> list[str]:
        """The symbols that may be spoken."""
        return list(DIGITS)


def speak(digits: str) -> bytes:
    """About 13 seconds at 8 kHz. Speed, volume and noise are random each time. Takes 0.25 seconds of CPU."""
    return bytes(_Digits().generate(digits))
