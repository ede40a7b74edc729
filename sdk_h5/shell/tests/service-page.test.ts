import { beforeEach, expect, it, vi } from 'vitest';
import { createApp, defineComponent, h, nextTick } from 'vue';
import { createMemoryHistory, createRouter, type Router, RouterView } from 'vue-router';
import ServicePage from '@/components/ServicePage.vue';
import { token } from './lending';
import { detail, network } from './stubs';

const frame = vi.hoisted(() => ({ emit: (..._said: unknown[]): void => undefined, told: [] as unknown[] }));

/** What the page hears of a frame, without one. */
vi.mock('@/components/ServiceFrame.vue', () => ({
  default: defineComponent({
    emits: ['covered', 'ended', 'back'],
    setup(_props, { emit, expose }) {
      frame.emit = emit as typeof frame.emit;
      const tell = (...said: unknown[]) => frame.told.push(said);
      expose({ state: 'ready', tell, close: () => undefined, cancelAsking: () => emit('covered', false) });
      return () => h('div', { id: 'frame' });
    },
  }),
}));

/** The page of one service after that of another, as when the one opened the other. */
async function opened(): Promise<{ main: HTMLElement; router: Router }> {
  const answers = ['tax', 'bank'].flatMap((id) => [
    [`GET /api/v1/services/${id}`, { body: detail(id) }],
    [`POST /api/v1/services/${id}/tokens`, { status: 201, body: token }],
  ]);
  network(Object.fromEntries(answers));
  const component = defineComponent(
    () => () => h(ServicePage, { id: String(router.currentRoute.value.params.service) }),
  );
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/s/:service', component }] });
  const app = createApp(() => h(RouterView, { key: router.currentRoute.value.fullPath })).use(router);
  await router.push('/s/tax');
  app.mount(document.body.firstElementChild as Element);
  await router.push('/s/bank');
  await vi.waitFor(() => expect(document.querySelector('#frame')).not.toBeNull());
  return { main: document.querySelector('main') as HTMLElement, router };
}

beforeEach(() => {
  document.body.replaceChildren(document.createElement('div'));
  frame.told = [];
});

it('lets the resident go on where a service ends behind the one that it asked', async () => {
  const { main } = await opened();
  frame.emit('covered', true);
  await nextTick();
  expect(main.inert).toBe(true);
  frame.emit('ended', 'renewed');
  await vi.waitFor(() => expect(document.querySelector('#frame')).toBeNull());
  expect(main.inert).toBe(false);
});

it('tells the page of the phone’s own way back, also where that leads to another service', async () => {
  const { router } = await opened();
  frame.emit('back', true);
  const gone = new Promise((resolve) => router.afterEach((_to, _from, failure) => resolve(failure)));
  router.back();
  expect(await gone).toBeInstanceOf(Error);
  expect(frame.told).toEqual([['back']]);
});
