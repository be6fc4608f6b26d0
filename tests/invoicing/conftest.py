"""Papers on the desk of Consultancy New Logo."""

import pytest

from tests.invoicing.papers import Papers


@pytest.fixture
def desk(world, clock):
    """Books, a bank account, and an open scope."""
    papers = Papers(world)
    with papers.scope():
        yield papers
