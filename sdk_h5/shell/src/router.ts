import { createRouter, createWebHistory, type RouteLocationNormalized, type Router } from 'vue-router';
import { accountRoutes } from '@/account-routes';
import { prefetchService } from '@/service/prefetch';
import { actingMandate } from '@/state/identity';
import { learnAccount, session } from '@/state/session';
import HomeView from '@/views/HomeView.vue';

declare module 'vue-router' {
  interface RouteMeta {
    /** Asks for sign-in first. */
    private?: true;
    /** Shows the tab bar. */
    tabs?: true;
  }
}

const serviceView = () => import('@/views/ServiceView.vue');

const routes = [
  { path: '/', name: 'home', component: HomeView, meta: { tabs: true } },
  { path: '/sign-in', name: 'sign-in', component: () => import('@/views/SignInView.vue') },
  { path: '/sign-out', name: 'sign-out', component: () => import('@/views/SignOutView.vue') },
  { path: '/s/:service', name: 'service', component: serviceView, meta: { private: true } },
  {
    path: '/inbox',
    name: 'inbox',
    component: () => import('@/views/InboxView.vue'),
    meta: { private: true, tabs: true },
  },
  { path: '/inbox/:id', name: 'notice', component: () => import('@/views/NoticeView.vue'), meta: { private: true } },
  { path: '/find/:by/:id?', name: 'find', component: () => import('@/views/FindView.vue') },
  { path: '/licences', name: 'licences', component: () => import('@/views/LicencesView.vue'), meta: { tabs: true } },
  { path: '/queue', name: 'queue', component: () => import('@/views/QueueView.vue'), meta: { private: true } },
  { path: '/me', name: 'me', component: () => import('@/views/MeView.vue'), meta: { tabs: true } },
  { path: '/me/sessions', redirect: '/me/devices' },
  { path: '/me/settings', name: 'settings', component: () => import('@/views/SettingsView.vue') },
  ...accountRoutes,
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('@/views/NotFoundView.vue') },
] as const;

export function makeRouter(): Router {
  const router = createRouter({
    history: createWebHistory(),
    routes: [...routes],
    scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  });
  router.beforeEach(guard);
  router.onError((error, to) => reloadAfterUpdate(error, to.fullPath));
  void router.isReady().then(() => whenIdle(prepare));
  return router;
}

async function guard(to: RouteLocationNormalized) {
  if (!to.meta.private) return true;
  const nobody = session.known && !session.account;
  if (to.name === 'service' && !nobody) hurry(String(to.params.service));
  await learnAccount();
  // Unknown means no network: the page then says so itself, which a sign-in page could not mend.
  return session.known && !session.account ? { name: 'sign-in', query: { to: to.fullPath }, replace: true } : true;
}

/** The page's code and what it asks the server first come while it is still being learnt who is signed in. */
function hurry(service: string): void {
  prefetchService(service, actingMandate());
  // The router asks for it again, and hears then why it did not come.
  serviceView().catch(() => undefined);
}

/** The page that the first tap most likely leads to is read while nothing else is to be done. */
const prepare = () => void serviceView().catch(() => undefined);

/** Safari has no idle time to give. */
function whenIdle(work: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(work);
  else setTimeout(work, 2_000);
}

/** After a release the chunk of an old page may be gone: loading anew brings the new build. */
function reloadAfterUpdate(error: unknown, path: string): void {
  const missing = error instanceof TypeError && /import|fetch|load/i.test(error.message);
  if (missing && navigator.onLine) location.assign(path);
}
