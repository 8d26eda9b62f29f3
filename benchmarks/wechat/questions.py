"""What the people of the load run ask: one matter each time, and how its answer is known."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Question:
    """`marker` stands once in the answer to this question, and in no other's."""

    text: str
    marker: str


QUESTIONS = tuple(
    Question(text, f"【{title}】")
    for text, title in (
        ("身份证丢了去哪补办", "居民身份证补领"),
        ("护照办理要带什么", "普通护照申请"),
        ("社保卡补办在哪办", "社会保障卡补换、挂失"),
        ("异地就医备案在哪办", "异地就医备案"),
        ("结婚登记要带什么", "结婚登记"),
        ("驾驶证期满换证要带什么", "机动车驾驶证期满换证"),
        ("社会保险待遇领取资格认证去哪办", "社会保险待遇领取资格认证"),
        ("居住证在哪办", "居住证申领"),
        ("生育登记怎么办", "生育登记"),
        ("机动车年检怎么办", "核发机动车检验合格标志"),
    )
)
