"""Words of the verification field. Keep the legend, *Refresh* and the label of the CERS help page to the letter."""

LEGEND = "Enter Verification Characters"
REFRESH = "Refresh"
SYMBOLS = "Input symbols"
PICTURE = (
    "Picture of 6 verification characters. To hear digits instead, use Play audio. To continue without characters, use"
    " Verify another way."
)
ENTER_CHARACTERS = "Enter the verification characters"
ENTER_AGAIN = ", and the verification characters again"
WRONG_CHARACTERS = "The verification characters did not match the picture. Enter the new ones."
EXPIRED_CHARACTERS = "The verification characters expired. Enter the new ones."
PLAY, STOP = "Play audio", "Stop audio"
CANNOT_PLAY = "Play audio (that did not work, try again)"
OTHER_WAY = "Verify another way"
DO_THE_CHECK = "Select the box and wait until the check is done, or use the characters instead"
CHECK_AGAIN = "The check failed or expired. Select the new box."
CANNOT_PROVE = "The check does not work in your browser. Use the characters instead."
CHARACTERS_AGAIN = "Use the characters instead"
PROOF_WORDS = (
    "Select the box and wait a few seconds while your browser does the check. You do not have to read or listen to"
    " anything."
)
REFRESHED = "New verification characters loaded."
