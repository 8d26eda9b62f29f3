"""Why the review refuses something. The words staff read are in `bot/review/content/review.yml`, by code.

Conflict
├── JudgedMeanwhile   409 somebody else judged the answer since it was looked at
│   └── GroupJudgedMeanwhile  409 … one of the answers that are judged alike
├── OwnProposal       409 who proposed a wording may not approve it
└── DecidedBefore     409 the proposal was decided already
"""

from __future__ import annotations

from bot.errors import Conflict


class JudgedMeanwhile(Conflict):
    code = "judged_meanwhile"
    default_mend = "Read their judgement, then judge again."


class GroupJudgedMeanwhile(JudgedMeanwhile):
    code = "group_judged_meanwhile"
    default_mend = "Read the judgements made since, then judge again."


class OwnProposal(Conflict):
    code = "own_proposal"
    default_mend = "Ask a colleague to decide."


class DecidedBefore(Conflict):
    code = "decided_before"
    default_mend = "Load the proposals anew."
