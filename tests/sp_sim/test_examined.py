"""Physical examinations named by a move and a region."""

from __future__ import annotations

import pytest

from sp_sim.examined import examined
from sp_sim.terminology import builtin
from sp_sim.text import canonical


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("我叩一叩您两侧肾区", ["肾区叩击痛"]),
        ("按一下右下腹疼不疼", ["膀胱区触诊"]),
        ("摸双侧腹股沟、阴囊和睾丸", ["腹股沟查体", "阴囊触诊", "睾丸查体"]),
        ("听听肺部", ["肺部听诊"]),
        ("后腰两边各轻轻捶一下", ["肾区叩击痛"]),
        ("肝摸着大吗", ["肝脏触诊"]),
        ("看看嗓子", ["咽部查体"]),
        ("let me listen to your chest and look in his throat", ["胸部查体", "咽部查体"]),
        ("press on your belly", ["腹部触诊"]),
        ("CT看一下肾脏", []),
        ("让眼科看看眼底", []),
        ("您自己摸到过肚子里有包块吗", []),
        ("血压高，肾功能不好", []),
    ],
)
def test_a_move_and_a_region_name_an_examination(words: str, names: list[str]) -> None:
    terms = builtin()
    text = canonical(words).text
    found = examined(text, terms, terms.lexicon.spans(text))
    assert list(dict.fromkeys(span.value.concept.name for span in found)) == names
