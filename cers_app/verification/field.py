"""The verification field: a picture, a button for another picture, and a box for the characters."""

import reflex as rx

from cers_app.ui.fields import EmptiedField, Field, announcement, field
from cers_app.ui.form import AS_IT_IS, ProgressiveButton, StateVar, said
from cers_app.verification.answers import Purpose
from cers_app.verification.other_ways import ProofWidget, SpokenButton
from cers_app.words import verification as texts

SYMBOLS = Field("characters", "characters", texts.SYMBOLS, texts.SYMBOLS_HINT)


def verification_field(state: StateVar, purpose: Purpose) -> rx.Component:
    """The fieldset. `state` has `challenge` (an id), `problems`, `status`, `said` and `refresh`.

    Until the server tells this tab its challenge, the tab asks for a picture by the page's name, so the picture loads
    before any script. The form never sends a challenge that is left over from an earlier visit.
    """
    known = rx.cond(state.challenge != "", state.challenge, str(purpose))
    sent = rx.cond(state.is_hydrated, state.challenge, "")
    other_way = state.is_hydrated & state.other_way
    return rx.el.fieldset(
        rx.el.legend(said(rx.cond(other_way, texts.OTHER_WAY, texts.LEGEND))),
        rx.cond(other_way, _proof(state, known), _characters(state, known)),
        announcement(state.status, state.said, class_name="unseen"),
        rx.el.input(type="hidden", name="challenge", value=sent, read_only=True),
        rx.el.button(
            said(rx.cond(other_way, texts.CHARACTERS_AGAIN, texts.OTHER_WAY)),
            type="button",
            class_name=rx.cond(state.is_hydrated, "link", "link waiting"),
            on_click=state.verify_another_way,
        ),
    )


def _characters(state: StateVar, known: StateVar) -> rx.Component:
    return rx.fragment(
        rx.el.div(
            rx.el.div(rx.el.img(src="/verification/" + known + ".png", alt=texts.PICTURE), class_name="picture"),
            rx.el.div(
                ProgressiveButton.create(
                    texts.REFRESH,
                    type="submit",
                    name="refresh",
                    value="1",
                    class_name="quiet small",
                    on_click=state.refresh,
                ),
                SpokenButton.create(
                    texts.PLAY, source="/verification/" + known + ".wav", class_name="button quiet small"
                ),
                class_name="stack",
            ),
            class_name="row",
        ),
        EmptiedField.create(
            field(
                SYMBOLS,
                state.problems,
                auto_complete="off",
                auto_capitalize="characters",
                custom_attrs={"inputMode": "text", **AS_IT_IS},
            ),
            watched=state.challenge,
            id="answer",
        ),
    )


def office_check(state: StateVar, purpose: Purpose) -> rx.Component:
    """The check for a network that asks for much. It starts by itself, and then sends the form.

    `state` has `effort`, `challenge` and `answered`. Each answer begins another check.
    """
    known = rx.cond(state.challenge != "", state.challenge, str(purpose))
    check = ProofWidget.create(
        task="/verification/" + known + "/check",
        field_name="check",
        sends=True,
        broken=texts.OFFICE_CHECK_BROKEN,
        key=state.answered,
    )
    return rx.el.div(
        rx.cond(
            state.is_hydrated & (state.effort > 0),
            rx.el.div(rx.el.p(texts.OFFICE_CHECK), check, class_name="note", custom_attrs={"data-state": "check"}),
            rx.fragment(),
        ),
        role="status",
    )


def _proof(state: StateVar, known: StateVar) -> rx.Component:
    problem = state.problems.get(SYMBOLS.id, "")
    return rx.el.div(
        rx.el.p(texts.PROOF_WORDS, class_name="hint"),
        rx.el.div(rx.cond(problem != "", rx.el.p(said(problem), class_name="error"), rx.fragment())),
        ProofWidget.create(task="/verification/" + known + "/task", key=known),
        # Not as a prop: the framework would send every element with an id as a field of the form.
        custom_attrs={"id": SYMBOLS.id},
        tab_index=-1,
    )
