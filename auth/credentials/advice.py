"""zxcvbn's advice in Chinese, by its English text."""

from collections.abc import Mapping
from types import MappingProxyType

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "Use a few words, avoid common phrases.": "用几个词组合，避开常用语。",
        "No need for symbols, digits, or uppercase letters.": "不必夹杂符号、数字或大写字母。",
        "Add another word or two. Uncommon words are better.": "再加一两个词，越少见越好。",
        "Straight rows of keys are easy to guess.": "键盘上连成一排的键很容易猜到。",
        "Short keyboard patterns are easy to guess.": "简短的键盘图案很容易猜到。",
        "Use a longer keyboard pattern with more turns.": "键盘图案要更长、转折更多。",
        'Repeats like "aaa" are easy to guess.': "像“aaa”这样的重复很容易猜到。",
        'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': (
            "像“abcabcabc”这样的重复只比“abc”难猜一点。"
        ),
        "Avoid repeated words and characters.": "不要重复同一个词或字符。",
        'Sequences like "abc" or "6543" are easy to guess.': "像“abc”“6543”这样的顺序很容易猜到。",
        "Avoid sequences.": "不要用连续的字母或数字。",
        "Recent years are easy to guess.": "近年的年份很容易猜到。",
        "Avoid recent years.": "不要用近年的年份。",
        "Avoid years that are associated with you.": "不要用与您有关的年份。",
        "Dates are often easy to guess.": "日期往往很容易猜到。",
        "Avoid dates and years that are associated with you.": "不要用与您有关的日期和年份。",
        "This is a top-10 common password.": "这是最常见的十个密码之一。",
        "This is a top-100 common password.": "这是最常见的一百个密码之一。",
        "This is a very common password.": "这是很常见的密码。",
        "This is similar to a commonly used password.": "这与常见的密码很相似。",
        "A word by itself is easy to guess.": "单独一个词很容易猜到。",
        "Names and surnames by themselves are easy to guess.": "单独的姓名很容易猜到。",
        "Common names and surnames are easy to guess.": "常见的姓名很容易猜到。",
        "Capitalization doesn't help very much.": "把首字母大写没有多大帮助。",
        "All-uppercase is almost as easy to guess as all-lowercase.": "全部大写几乎和全部小写一样好猜。",
        "Reversed words aren't much harder to guess.": "倒着写的词并不难猜。",
        "Predictable substitutions like '@' instead of 'a' don't help very much.": (
            "用“@”代替“a”这类常见替换没有多大帮助。"
        ),
    }
)
