"""What the endpoints of push need in the request's state."""

from core.access import AccessState
from push.encryption import Vapid
from push.inbox import Inbox
from push.live import LiveStreams
from push.notices import Notices
from push.subscriptions import Subscriptions
from push.threads import Threads


class PushState(AccessState):
    notices: Notices
    inbox: Inbox
    threads: Threads
    push_subscriptions: Subscriptions
    live_streams: LiveStreams
    vapid: Vapid
