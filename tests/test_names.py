"""Did you mean: what is near enough to be said, and what is not."""

from __future__ import annotations

import pytest

from pgconform.support.names import likeness, nearest, words


@pytest.mark.parametrize(
    ("one", "other"),
    [("note", "notes"), ("createdAt", "created_at"), ("userIDs", "user_id"), ("categories", "category"), ("Id", "id")],
)
def test_the_same_words_are_the_same_name(one: str, other: str) -> None:
    assert words(one) == words(other)
    assert likeness(one, other) == 1.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("titel", "title"),
        ("avatar", "avatar_url"),
        ("error_message", "message"),
        ("doc", "documents"),
        ("name", "username"),
        ("org_id", "organization_id"),
    ],
)
def test_a_slip_or_a_longer_form_is_near(one: str, other: str) -> None:
    assert likeness(one, other) >= 0.7
    assert nearest(one, [other]) == (other,)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("provider_id", "profile_id"),
        ("start_date", "end_date"),
        ("first_name", "last_name"),
        ("role", "type"),
        ("agent_id", "account_id"),
        ("status", "state"),
    ],
)
def test_a_shared_ending_does_not_make_two_names_near(one: str, other: str) -> None:
    assert nearest(one, [other]) == ()


def test_what_is_equally_near_is_a_question_and_too_many_are_none() -> None:
    known = ["user_role", "user_name", "user_mail", "user_post"]
    assert nearest("user", known[:2]) == ("user_name", "user_role")
    assert nearest("user", known) == ()


def test_what_is_known_beside_the_spelling_decides() -> None:
    known = {"name_first": 0.0, "name_age": -0.15}
    assert nearest("name", known, known.__getitem__) == ("name_first",)


def test_names_in_other_scripts_have_words_too() -> None:
    assert words("naïve_größe") == ("naïve", "größe")
    assert words("___") == ("___",)
