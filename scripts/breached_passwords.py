"""Write auth/credentials/breached.bin: fingerprints of passwords that are known to all, made from lists at hand.

Sources: the frequency lists that zxcvbn ships (30,000 passwords of breaches, English words, names), and what is
typical for China: pinyin of common words and surnames, numbers that are read as words, keyboard rows, dates. Each word
also with the tails that people add, but for short ones of digits and signs, which the policy takes off. The output is
the same for the same input.

    python scripts/breached_passwords.py
"""

import itertools
from collections.abc import Iterator

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from auth.credentials.breached import FILE, fingerprint

SHORTEST, LONGEST = 6, 32
TAIL_TAKEN_OFF = 6
"""Digits and signs at the end that the policy takes off by itself."""
WORDS_WITH_TAILS = 6000
TAILS = (
    *("1", "12", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "0", "00", "000", "01", "007"),
    *("11", "111", "1111", "22", "66", "666", "6666", "77", "777", "88", "888", "8888", "99", "999", "100", "168"),
    *(
        "520",
        "521",
        "1314",
        "5201314",
        "321",
        "4321",
        "110",
        "119",
        "200",
        "2000",
        "!",
        "!!",
        ".",
        "!@#",
        "@123",
        "@1234",
    ),
    *("#123", "_123", "@126", "@163", "@qq", "abc", "qwe", "aaa", "a", "xx", "zz"),
)
PINYIN = (
    *("woaini", "woaiwo", "woaiwojia", "woaizhongguo", "zhongguo", "zhonghua", "shanghai", "beijing", "guangzhou"),
    *("shenzhen", "tianjin", "chongqing", "hangzhou", "nanjing", "wuhan", "chengdu", "pudong", "huangpu", "xuhui"),
    *("mima", "mimamima", "wodemima", "nihao", "nihaoma", "laopo", "laogong", "baobao", "baobei", "qinaide", "mama"),
    *("baba", "jiayou", "kaixin", "kuaile", "xingfu", "pingan", "jiankang", "facai", "gongxi", "shenghuo", "aiqing"),
    *("tianshi", "meili", "piaoliang", "dashabi", "caonima", "shabi", "wangba", "suibian", "buzhidao", "zhidao"),
    *("xiaoming", "xiaohong", "xiaoli", "xiaowei", "xiaofeng", "laoshi", "xuesheng", "gongzuo", "diannao", "shouji"),
    *(
        "zhangwei",
        "wangwei",
        "wangfang",
        "liwei",
        "wangxiuying",
        "lixiuying",
        "lina",
        "zhangxiuying",
        "liuwei",
        "zhangmin",
    ),
    *("lijing", "zhangli", "wangjing", "wangli", "liqiang", "zhangjing", "limin", "wangmin", "wanglei", "liujun"),
    *("wangyan", "zhangyong", "lijie", "zhanglei", "wanggang", "zhangsan", "lisi", "wangwu", "liudehua", "zhoujielun"),
)
SURNAMES = (
    *(
        "wang",
        "li",
        "zhang",
        "liu",
        "chen",
        "yang",
        "huang",
        "zhao",
        "wu",
        "zhou",
        "xu",
        "sun",
        "ma",
        "zhu",
        "hu",
        "guo",
    ),
    *("he", "lin", "gao", "luo", "zheng", "liang", "xie", "song", "tang", "deng", "han", "feng", "cao", "peng", "zeng"),
)
NUMBERS = (
    *(
        "5201314",
        "1314520",
        "520520",
        "521521",
        "5211314",
        "3344520",
        "7758521",
        "7758258",
        "584520",
        "1314521",
        "5845201314",
    ),
    *(
        "147258369",
        "147852369",
        "123456789",
        "987654321",
        "1234567890",
        "0123456789",
        "0987654321",
        "123123123",
        "789456123",
    ),
    *(
        "741852963",
        "112233",
        "11223344",
        "1122334455",
        "123321",
        "1234554321",
        "12344321",
        "88888888",
        "66666666",
        "00000000",
    ),
    *(
        "168168168",
        "518518518",
        "520131400",
        "31415926",
        "3141592653",
        "2718281828",
        "13800138000",
        "1qaz2wsx",
        "1q2w3e4r",
    ),
    *(
        "1q2w3e4r5t",
        "1qaz2wsx3edc",
        "qazwsx",
        "qazwsxedc",
        "qazwsxedcrfv",
        "zaq12wsx",
        "zaq1xsw2",
        "q1w2e3r4",
        "qwertyuiop",
    ),
    *(
        "asdfghjkl",
        "zxcvbnm",
        "qwerty",
        "asdfgh",
        "asdf1234",
        "qwer1234",
        "zxcv1234",
        "abcd1234",
        "abc123456",
        "a123456",
    ),
    *(
        "a123456789",
        "q123456",
        "woaini520",
        "woaini1314",
        "woaini521",
        "woaini5201314",
        "aini1314",
        "admin",
        "passw0rd",
    ),
)


def words() -> Iterator[str]:
    """What is known by itself."""
    for listed in FREQUENCY_LISTS.values():
        yield from listed
    yield from itertools.chain(PINYIN, NUMBERS)
    for first, second in itertools.product((*PINYIN, *SURNAMES, *NUMBERS), (*SURNAMES, *NUMBERS[:12])):
        yield first + second
        yield second + first


def with_tails() -> Iterator[str]:
    common = (*FREQUENCY_LISTS["passwords"][:WORDS_WITH_TAILS], *PINYIN, *SURNAMES, *NUMBERS)
    for word, tail in itertools.product(common, TAILS):
        if len(tail) > TAIL_TAKEN_OFF or tail.isalpha():
            yield word + tail


def dates() -> Iterator[str]:
    """Birthdays as eight digits, which stand in passwords more than any word; the policy takes their tail off."""
    for year, month, day in itertools.product(range(1940, 2031), range(1, 13), range(1, 32)):
        yield f"{year}{month:02}{day:02}"


def main() -> None:
    every = {word for word in itertools.chain(words(), with_tails(), dates()) if SHORTEST <= len(word) <= LONGEST}
    content = b"".join(sorted({fingerprint(word) for word in every}))
    FILE.write_bytes(content)
    print(f"{len(every)} passwords, {len(content)} bytes")


if __name__ == "__main__":
    main()
