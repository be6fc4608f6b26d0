"""A look at an address that only takes forms: our page in the reader's language, and still a 405 for programs."""

import pytest

pytestmark = pytest.mark.django_db

PAGE = {"accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8", "accept-language": "nl"}


def test_a_browser_gets_our_page_with_a_way_back(world):
    response = world.client("els").get("/bevestigen/", headers=PAGE)
    page = response.content.decode()
    assert (response.status_code, response.headers["Allow"]) == (405, "POST")
    assert '<main id="main" class="public__main"' in page
    assert "Dit adres is geen pagina" in page
    assert 'large" href="/">Naar het begin' in page


def test_in_the_reader_s_own_language_and_inside_an_area(world):
    user = world.user("els")
    user.language = "fr"
    user.save()
    url = f"/kantoor/van-damme/{world.newlogo.pk}/client/responsible/"
    response = world.client("els").get(url, headers=PAGE)
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]
    page = response.content.decode()
    assert '<html lang="fr"' in page
    assert "Cette adresse n’est pas une page" in page


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("http://testserver/kantoor/van-damme/?q=1", "/kantoor/van-damme/?q=1"),
        ("http://testserver//evil.example/", "/evil.example/"),
        ("http://testserver/bevestigen/", "/"),
        ("https://evil.example/kantoor/", "/"),
        ("javascript:alert(1)", "/"),
        ("http://[", "/"),
    ],
)
def test_back_is_where_one_came_from_and_nowhere_else(world, referer, back):
    response = world.client("els").get("/bevestigen/", headers=PAGE | {"referer": referer})
    assert f'button--large" href="{back}">' in response.content.decode()


@pytest.mark.parametrize("headers", [{}, {"accept": "application/json"}, PAGE | {"HX-Request": "true"}])
def test_a_program_and_a_fragment_get_the_bare_answer(world, headers):
    response = world.client("els").get("/bevestigen/", headers=headers)
    assert (response.status_code, response.content) == (405, b"")
    assert response.headers["Allow"] == "POST"


def test_a_stranger_is_told_too(world):
    response = world.client().get("/taal/", headers=PAGE)
    assert response.status_code == 405
    assert "Dit adres is geen pagina" in response.content.decode()
