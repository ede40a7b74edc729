import { type Context, connectFrame, type FrameConnection, type Handlers } from '@onecity/host';
import { onBeforeUnmount, onMounted, type Ref, ref, watch } from 'vue';
import type { ServiceDetail } from '@/api/types';
import { mode, preferences } from '@/state/preferences';
import { version } from '@/version';
import { frameUrl, launchPath } from './launch';

const PATIENCE_MS = 8_000;

/** `opening` until the mini-service shook hands, `silent` when it did not in time. */
export type FrameState = 'opening' | 'ready' | 'silent';

export interface FrameOptions {
  frame: Ref<HTMLIFrameElement | null>;
  service: ServiceDetail;
  path: unknown;
  handlers: Handlers;
}

export interface ServiceFrame {
  state: Ref<FrameState>;
  emit: FrameConnection['emit'];
}

/** Loads the mini-service into the frame once that is mounted, and keeps the bridge to it until it goes. */
export function useServiceFrame({ frame, service, path, handlers }: FrameOptions): ServiceFrame {
  const state = ref<FrameState>('opening');
  let bridge: FrameConnection | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function wait(): void {
    clearTimeout(timer);
    state.value = 'opening';
    timer = setTimeout(() => {
      state.value = 'silent';
    }, PATIENCE_MS);
  }

  function ready(): void {
    clearTimeout(timer);
    state.value = 'ready';
  }

  function open(element: HTMLIFrameElement): void {
    const url = frameUrl(service, path);
    if (url === null) {
      state.value = 'silent';
      return;
    }
    const context = () => contextOf(service, path);
    bridge = connectFrame(element, { origin: service.origin, context, handlers, onReady: ready, onLost: wait });
    element.src = url;
    wait();
  }

  const emit: FrameConnection['emit'] = (...event) => bridge?.emit(...event);
  const shown = () => emit(document.hidden ? 'hidden' : 'shown');
  watch(mode, (now) => emit('theme', { mode: now }));
  watch(
    () => preferences.locale,
    (locale) => emit('locale', { locale }),
  );
  watch(
    () => preferences.elder,
    (on) => emit('elder', { on }),
  );

  onMounted(() => {
    document.addEventListener('visibilitychange', shown);
    if (frame.value) open(frame.value);
  });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', shown);
    bridge?.close();
  });
  return { state, emit };
}

/** What the mini-service learns of the place it runs in; asked anew at every handshake. */
export function contextOf(service: ServiceDetail, path: unknown): Context {
  return {
    service: { id: service.id, name: service.name, version: service.version },
    locale: preferences.locale,
    theme: mode(),
    elder: preferences.elder,
    host: { name: 'shell', version },
    launch: { path: launchPath(service, path) },
  };
}
