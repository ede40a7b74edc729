import { onScopeDispose, watch } from 'vue';
import { type Router, useRouter } from 'vue-router';
import { type Ended, vault } from '@/vault';
import { onBack, turnedPage, watchNetwork } from './network';
import { catchUp, forget, session } from './session';

/** Keeps in step with the network, and with what other tabs do to the content kept here. */
export function useOffline(): void {
  const router = useRouter();
  const endings = [
    watchNetwork(),
    router.afterEach(turnedPage),
    vault.onEnded((why) => ended(router, why)),
    onBack(() => void back(router)),
    followQueue(),
  ];
  onScopeDispose(() => {
    for (const end of endings) end();
  });
}

/** Who is here may have been signed out from elsewhere meanwhile. */
async function back(router: Router): Promise<void> {
  const before = session.account;
  await catchUp().catch(() => undefined);
  if (before && !session.account) leave(router);
}

/** Another tab signed out, or somebody else signed in there: nothing of the one who was here stays on the screen. */
function ended(router: Router, why: Ended): void {
  if (why === 'other-account') {
    location.replace('/');
    return;
  }
  void forget();
  leave(router);
}

function leave(router: Router): void {
  const here = router.currentRoute.value;
  if (here.meta.private) void router.replace({ name: 'sign-in', query: { to: here.fullPath } });
}

/** Waiting writes go out while somebody is signed in. Loaded apart: a first visit needs none of it. */
function followQueue(): () => void {
  let stop: () => void = () => undefined;
  const unwatch = watch(
    () => session.account !== null,
    async (here) => {
      stop();
      stop = () => undefined;
      if (!here) return;
      const { startCourier } = await import('@/queue/courier');
      if (session.account !== null) stop = startCourier();
    },
    { immediate: true },
  );
  return () => {
    unwatch();
    stop();
  };
}
