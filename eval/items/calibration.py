from enum import StrEnum
class Purpose(StrEnum):
    VALUE="value"; POINT="point"
T={"zh":.92,"en":.90}
def threshold(encoder, purpose, language): return T[language.value]
