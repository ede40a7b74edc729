from core.access import AccessState
from gateway.proxy.door import Door
from miniapps.upstreams import Upstreams


class ProxyState(AccessState):
    door: Door
    upstreams: Upstreams
