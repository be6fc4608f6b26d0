"""The demo: two firms, 164 administrations and a hundred days of work, built through the real actions.

people.py who · papers.py their invoices · statements.py their bank · stage.py the firms as rows · desk.py short ways to
act · one module per story · clients.py, movements.py and portfolio.py the clients without one · build.py the days in
their order.
"""
