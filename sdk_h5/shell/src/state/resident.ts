import { onScopeDispose, watch } from 'vue';
import { useRouter } from 'vue-router';
import { onReauthentication, onSignedOut } from '@/api/client';
import { localised, t } from '@/i18n';
import { forgetFavourites, loadFavourites } from './favourites';
import { followIdentities } from './identity';
import { arrived, refreshUnread, setUnread } from './inbox';
import { listenLive } from './live';
import { offerPushAfter, renewPush } from './push';
import { reauthenticate } from './reauthentication';
import { forgetSearches } from './search';
import { forget, learnAccount, session } from './session';
import { toast } from './toast';

/** Keeps what belongs to the signed-in resident going while one is there, and clears it when not. */
export function useResident(): void {
  const router = useRouter();
  let stopLive: () => void = () => undefined;
  const used = new Set<string>();

  function signedOut(): void {
    forget();
    const here = router.currentRoute.value;
    if (here.name !== 'sign-in' && here.name !== 'sign-out')
      void router.replace({ name: 'sign-in', query: { to: here.fullPath } });
  }

  function start(): void {
    stopLive = listenLive({
      notice(notice) {
        arrived(notice);
        toast(t('inbox.arrived', { title: localised(notice.title) }));
        offerPushAfter(notice, used).catch(() => undefined); // the settings offer it as well
      },
      unread: setUnread,
      signedOut,
    });
    // Each of these is a convenience on top of the page shown: the page itself reports what fails.
    for (const extra of [loadFavourites(), refreshUnread(), renewPush()]) extra.catch(() => undefined);
  }

  function stop(): void {
    stopLive();
    used.clear();
    setUnread(0);
    forgetFavourites();
    forgetSearches();
  }

  router.afterEach(({ name, params }) => {
    if (name === 'service') used.add(String(params.service));
  });
  onSignedOut(signedOut);
  onReauthentication(reauthenticate);
  followIdentities();
  watch(
    () => session.account !== null,
    (here) => (here ? start() : stop()),
    { immediate: true },
  );
  onScopeDispose(() => stopLive());
  void learnAccount();
}
