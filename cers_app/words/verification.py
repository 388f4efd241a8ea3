"""Words of the verification field. Keep the legend, *Refresh* and the label of the CERS help page to the letter."""

LEGEND = "Enter Verification Characters"
REFRESH = "Refresh"
SYMBOLS = "Input symbols"
PICTURE = (
    "Picture of 6 verification characters. To hear digits instead, use Play audio. To continue without characters, use"
    " Verify another way."
)
ENTER_CHARACTERS = "Enter the verification characters"
SYMBOLS_HINT = "The 6 characters in the picture, or the 6 digits of the audio. Small letters work as well."
ENTER_AGAIN = ", and the verification characters again"
WRONG_CHARACTERS = "The verification characters did not match. Enter the new ones."
EXPIRED_CHARACTERS = "The verification characters expired. Enter the new ones."
PLAY, STOP = "Play audio", "Stop audio"
CANNOT_PLAY = "Play audio (that did not work, try again)"
OTHER_WAY = "Verify another way"
DO_THE_CHECK = "Wait until the check is done, or use the characters instead"
CHECK_AGAIN = "The check failed or expired. Wait until the new check is done."
CANNOT_PROVE = "Your browser can't run this check. Use the characters."
CHARACTERS_AGAIN = "Use the characters instead"
CHECK_LABEL = "Check this browser"
PROOF_WORDS = "Your browser does a check for you. The check takes a few seconds."
OFFICE_CHECK = (
    "Many requests have come from your network, so your browser has to do one more check. The check can take up to a"
    " minute. Then the page sends your request."
)
OFFICE_CHECK_BROKEN = (
    "Your browser can't run this check. Try again later or from another network, or send an email to CERS Technical"
    " Support."
)
OFFICE_CHECK_BY_ADDRESS = (
    "Many requests have come from your network, so your browser has to do one more check. The check needs JavaScript."
    " Enter the verification characters, then select Next again."
)
REFRESHED = "New verification characters loaded."
