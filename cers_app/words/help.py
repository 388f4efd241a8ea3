"""Words of the help page. Keep the sentences of the CERS help page to the letter. Other pages have the rest."""

HEADING = "I've forgotten my User Name and/or Password? How do I reset?"
CLICKING = ('Clicking the "', '" link on the CERS Business Portal Sign In page will take you here:')
CLICK_RECOVER = ('Click the "', '" button')
EXAMPLE_CONFIRMATION = (
    "Below is an example of the confirmation that CERS will send your user name to the email provided:"
)
EXAMPLE_USERNAME_MAIL = "Below is an example of the email you will receive containing your user name:"
ENTER_IDENTIFIER = "Enter the Username or email address associated with your CERS account."
EXAMPLE_LINK_MAIL = "Below is an example of the email you will receive containing a link to reset your CERS password:"
LINK_PROVIDED = "Link Provided:"

EXAMPLE_OF = "Example: {}"
EXAMPLE_LABEL = "Training"
EXAMPLE_PORTAL = "https://portal.example.com"
EXAMPLE_NAME = ("Ann", "Gause")
EXAMPLE_ADDRESS = "anngause@gmail.com"
EXAMPLE_OTHER_ADDRESS = "caxxxxx01@gmail.com"
EXAMPLE_USERNAME_GAP = "_____"
EXAMPLE_TOKEN = "-----"
EXAMPLE_REFERENCE = "K7QDM4XW"
EXAMPLE_DEVICE = "Chrome on Windows"
TO_ME = "to me"
