"""The catalogue as a universal framework (Prowler 5.30 and later).

Prowler imports this package at every start, which is where our flag comes in.
"""

from gapfolio.prowler.flag import offer

offer()
