"""How a statement is read: in one width, one case and one script, without the fillers of speech."""

import re
import unicodedata
from collections import Counter

LONGEST = 3
"""Runs of one to three characters carry the meaning; longer ones add nothing that was measured."""

_TRADITIONAL = (
    "電車樓燈壞醫療護學習課兒讀書貓養鄰調解業務會議費開關門鎖鑰匙機話網語訓練緊報騙錢錶買賣藥錯請問時間點"
    "睇嘅嚟喺冇佢哋咗攞睏揾俾畀個嗰啲咁乜嘢"
)
_SIMPLIFIED = (
    "电车楼灯坏医疗护学习课儿读书猫养邻调解业务会议费开关门锁钥匙机话网语训练紧报骗钱表买卖药错请问时间点"
    "看的来在没他们了拿困找给给个那些这什么"
)
"""Of words written as spoken (粤语) the ones requests are full of."""
_ONE_SCRIPT = str.maketrans(dict(zip(_TRADITIONAL, _SIMPLIFIED, strict=True)))
_FILLERS = re.compile("那个|就是说|就是|然后|嗯+|呃+|哎+|诶+|喂+(?=.{3})")
_REPEATED = re.compile(r"(.)\1{2,}")


def plain(text: str) -> str:
    """Letters and digits of a statement, with a space for everything else."""
    one = unicodedata.normalize("NFKC", text).casefold().translate(_ONE_SCRIPT)
    spoken = _FILLERS.sub(" ", "".join(c if c.isalnum() else " " for c in one))
    return " ".join(_REPEATED.sub(r"\1\1", spoken).split()) or " ".join(one.split())


def grams(text: str) -> Counter[str]:
    """The runs of one to three characters of a statement, and how often each stands in it."""
    found: Counter[str] = Counter()
    for piece in plain(text).split():
        for length in range(1, LONGEST + 1):
            found.update(piece[start : start + length] for start in range(len(piece) - length + 1))
    return found
