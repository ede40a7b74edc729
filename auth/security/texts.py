"""What owners read about their account: short, plain, in both languages, with what to do if it was not them."""

from collections.abc import Mapping
from dataclasses import dataclass

from auth.security.events import EventKind
from core.bodies import Localized

_ZH_IF_NOT = "如果不是您本人操作，请打开“安全”页面，退出其他设备并更换密码，或拨打 12345。"
_EN_IF_NOT = "If this was not you, open Security, sign out all other devices and change your password, or call 12345."
_DETAIL_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Words:
    """`title` and `fact` in Chinese and in English; braces name details. `alarming`: followed by what to do."""

    title: tuple[str, str]
    fact: tuple[str, str]
    alarming: bool = True


@dataclass(frozen=True, slots=True)
class Message:
    """An event in words; `text` is for a text message, at most 300 characters."""

    title: Localized
    body: Localized
    text: str


WORDS: Mapping[str, Words] = {
    EventKind.NEW_DEVICE: Words(
        ("新设备登录", "A new device signed in"),
        ("您的账号在新设备上登录：{device}，{place}。", "Your account was used on a new device: {device}, {place}."),
    ),
    EventKind.PASSWORD_CHANGED: Words(
        ("密码已更改", "Your password was changed"),
        ("您的账号密码已设置或更改。", "The password of your account was set or changed."),
    ),
    EventKind.PASSWORD_REMOVED: Words(
        ("密码已删除", "Your password was removed"),
        ("您的账号不再使用密码登录。", "Your account no longer has a password."),
    ),
    EventKind.PASSKEY_ADDED: Words(
        ("已添加通行密钥", "A passkey was added"),
        ("您的账号添加了通行密钥{name}。", "A passkey was added to your account: {name}."),
    ),
    EventKind.PASSKEY_REMOVED: Words(
        ("通行密钥已删除", "A passkey was removed"),
        ("您的账号删除了通行密钥{name}。", "A passkey was removed from your account: {name}."),
    ),
    EventKind.PASSKEY_COPIED: Words(
        ("通行密钥可能被复制", "A passkey may have been copied"),
        (
            "通行密钥{name}可能被他人复制，本次未予登录。请删除它并重新添加。",
            "The passkey {name} may have been copied and was refused. Remove it and add a new one.",
        ),
    ),
    EventKind.SECOND_FACTOR_ADDED: Words(
        ("已开启两步验证", "Two-step sign-in is on"),
        ("您的账号登录时需要第二步验证。", "Signing in to your account now takes a second step."),
    ),
    EventKind.SECOND_FACTOR_REMOVED: Words(
        ("已关闭两步验证", "Two-step sign-in is off"),
        ("您的账号登录时不再需要第二步验证。", "Signing in to your account no longer takes a second step."),
    ),
    EventKind.RECOVERY_CODES_MADE: Words(
        ("已生成新的恢复码", "New recovery codes were made"),
        ("旧的恢复码已失效。", "The recovery codes before no longer work."),
    ),
    EventKind.RECOVERY_CODE_USED: Words(
        ("恢复码已使用", "A recovery code was used"),
        ("有人用恢复码登录了您的账号，还剩 {left} 个。", "A recovery code signed in to your account; {left} are left."),
    ),
    EventKind.PHONE_CHANGED: Words(
        ("手机号已更换", "Your phone number was changed"),
        ("您的账号手机号已更换为 {number}。", "The number of your account is now {number}."),
    ),
    EventKind.NUMBER_RECYCLED: Words(
        ("手机号已由他人使用", "Your number belongs to somebody else now"),
        (
            "号码 {number} 的新机主已与您的账号解绑。请用其他方式登录后绑定新号码。",
            "The new owner of {number} took it off your account. Sign in another way and add your new number.",
        ),
    ),
    EventKind.NAME_CHANGED: Words(
        ("姓名已更改", "Your name was changed"),
        ("您账号的姓名已按人口库更新。", "The name on your account was changed as the population register has it."),
    ),
    EventKind.LEVEL_CHANGED: Words(
        ("实名等级变化", "Your proofing level changed"),
        ("您的实名等级由 {before} 级变为 {after} 级。", "Your proofing level went from {before} to {after}."),
    ),
    EventKind.ACCOUNTS_MERGED: Words(
        ("账号已合并", "Two accounts were merged"),
        ("您的账号已与 {number} 的账号合并，30 天内可以撤销。", "Your account was merged with that of {number}."),
    ),
    EventKind.MERGE_UNDONE: Words(
        ("账号合并已撤销", "A merge was undone"),
        ("您的账号与 {number} 的账号已重新分开。", "Your account and that of {number} are apart again."),
    ),
    EventKind.EXPORT_READY: Words(
        ("个人数据已备好", "Your data is ready"),
        ("您申请的个人数据可以下载。", "The copy of your data that you asked for can be downloaded."),
    ),
    EventKind.DELETION_ASKED: Words(
        ("已申请注销账号", "Your account will be deleted"),
        ("您的账号将于 {on} 注销，此前可以撤销。", "Your account will be deleted on {on}; until then you can cancel."),
    ),
    EventKind.DELETION_CANCELLED: Words(
        ("注销已撤销", "Your account stays"),
        ("账号注销申请已撤销。", "The deletion of your account was cancelled."),
    ),
    EventKind.MANDATE_OFFERED: Words(
        ("有新的授权待确认", "A mandate waits for you"),
        (
            "{name}向您提出授权，请在“授权”页面确认或拒绝。",
            "{name} offers a mandate. Accept or refuse it under Mandates.",
        ),
        alarming=False,
    ),
    EventKind.MANDATE_ACCEPTED: Words(
        ("授权已生效", "A mandate is active"),
        (
            "与{name}的授权已生效，可随时在“授权”页面撤销。",
            "The mandate with {name} is active. You can end it at any time.",
        ),
    ),
    EventKind.MANDATE_ENDED: Words(
        ("授权已结束", "A mandate ended"),
        ("与{name}的授权已结束。", "The mandate with {name} has ended."),
        alarming=False,
    ),
    EventKind.IDENTITY_BOUND: Words(
        ("已绑定外部账号", "Another sign-in was added"),
        ("您的账号可以用 {provider} 登录。", "Your account can be signed in to with {provider}."),
    ),
    EventKind.IDENTITY_REMOVED: Words(
        ("已解绑外部账号", "A sign-in was removed"),
        ("您的账号不再能用 {provider} 登录。", "Your account can no longer be signed in to with {provider}."),
    ),
    EventKind.CLIENT_CONNECTED: Words(
        ("已连接应用", "An application was connected"),
        ("您允许 {client} 使用您的账号。", "You let {client} use your account."),
    ),
    EventKind.GUESSING: Words(
        ("有人在尝试登录", "Somebody is trying to sign in"),
        ("有人多次输错您账号的密码或验证码，均未成功。", "Somebody gave wrong codes or passwords for your account."),
    ),
}
_OTHER = Words(
    ("账号有变化", "Your account changed"),
    ("您的账号有变化，详见“安全”页面。", "Something changed in your account. See Security."),
)


class _Details(dict[str, str]):
    """What an event does not say is left out of its words."""

    def __missing__(self, key: str) -> str:
        return ""


def message_of(kind: str, details: Mapping[str, str]) -> Message:
    """The words for an event; one of a kind that has none yet gets those for any."""
    words = WORDS.get(kind, _OTHER)
    filled = _Details({name: _short(str(value)) for name, value in details.items()})
    zh, en = (_tidy(fact.format_map(filled)) for fact in words.fact)
    if words.alarming:
        zh, en = zh + _ZH_IF_NOT, f"{en} {_EN_IF_NOT}"
    title: Localized = {"zh-CN": words.title[0], "en": words.title[1]}
    return Message(title, {"zh-CN": zh, "en": en}, f"【OneCity】{zh} {en}"[:300])


def _short(detail: str) -> str:
    """One line, and no longer than a text message can bear."""
    return " ".join(detail.split())[:_DETAIL_LIMIT]


def _tidy(sentence: str) -> str:
    """Without the marks around a detail that is not there."""
    for gap, instead in (("，。", "。"), (", .", "."), (": .", "."), ("：。", "。"), ("  ", " ")):
        sentence = sentence.replace(gap, instead)
    return sentence
