from __future__ import annotations

from bot import errors


def _tree(kind: type[errors.BangbanError]) -> list[type[errors.BangbanError]]:
    """The class and its descendants in that module (others live beside what raises them)."""
    children = [one for one in kind.__subclasses__() if one.__module__ == errors.__name__]
    return [kind, *(child for one in children for child in _tree(one))]


def test_every_error_has_its_own_code_a_status_and_a_mend() -> None:
    kinds = _tree(errors.BangbanError)
    assert len({kind.code for kind in kinds}) == len(kinds)
    for kind in kinds:
        error = kind("What happened.")
        assert 400 <= kind.status < 600
        assert error.to_json() == {
            "error": {"code": kind.code, "message": "What happened.", "mend": kind.default_mend}
        }
        assert str(error) == f"What happened. {kind.default_mend}"


def test_the_tree_drawn_in_the_module_is_the_real_one() -> None:
    drawn = [line for line in (errors.__doc__ or "").splitlines() if line[:1] in "├│└B" and line[:1]]
    names = {line.strip("├└│─ ").split()[0]: line.split()[-1] for line in drawn}
    assert set(names) == {kind.__name__ for kind in _tree(errors.BangbanError)}
    for kind in _tree(errors.BangbanError):
        assert any(kind.__name__ in line and str(kind.status) in line for line in drawn)


def test_a_mend_can_be_given() -> None:
    assert errors.NotFound("No guide.", mend="Ask 12345.").to_json()["error"]["mend"] == "Ask 12345."
