import {
  type Accessibility,
  type Context,
  connectFrame,
  type FrameConnection,
  type Handlers,
  type Intent,
  own,
} from '@onecity/host';
import { onBeforeUnmount, onMounted, type Ref, ref, watch } from 'vue';
import type { ServiceDetail } from '@/api/types';
import { mode, preferences } from '@/state/preferences';
import { version } from '@/version';
import { accessibility, onAccessibility } from './accessibility';
import { frameUrl, launchPath } from './launch';
import { measureFrame, measureHandshake } from './marks';

const PATIENCE_MS = 8_000;

/** `opening` until the mini-service shook hands, `silent` when it did not in time. */
export type FrameState = 'opening' | 'ready' | 'silent';

export interface Opened {
  service: ServiceDetail;
  path: unknown;
  /** What another service asked of this one, if that is why it opened. */
  intent?: Intent | undefined;
  /** Read before the page asks: reading it lays the app's page out anew, which the handshake would wait for. */
  a11y?: Accessibility | undefined;
}

export interface FrameOptions extends Opened {
  frame: Ref<HTMLIFrameElement | null>;
  handlers: Handlers;
  /** Another service lies in front. */
  covered: () => boolean;
  /** The page that was there is gone: what it wished for is too. */
  onFresh: () => void;
}

export interface ServiceFrame {
  state: Ref<FrameState>;
  emit: FrameConnection['emit'];
  close: () => void;
}

/** Loads the mini-service into the frame once that is mounted, and keeps the bridge to it until it goes. */
export function useServiceFrame({ frame, handlers, covered, onFresh, ...opened }: FrameOptions): ServiceFrame {
  const { service, path } = opened;
  const state = ref<FrameState>('opening');
  let bridge: FrameConnection | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let firstWord = 0;
  let a11y = accessibility();

  function wait(): void {
    clearTimeout(timer);
    firstWord = 0;
    state.value = 'opening';
    onFresh();
    timer = setTimeout(() => {
      state.value = 'silent';
    }, PATIENCE_MS);
  }

  function ready(): void {
    clearTimeout(timer);
    measureHandshake(firstWord || performance.now());
    state.value = 'ready';
  }

  /** Only for the clock; who may speak is the bridge's own business. */
  function clocked(event: MessageEvent<unknown>): void {
    if (event.source === frame.value?.contentWindow && own(event.data, 't') === 'syn') firstWord ||= event.timeStamp;
  }

  function open(element: HTMLIFrameElement): void {
    const url = frameUrl(service, path);
    if (url === null) {
      state.value = 'silent';
      return;
    }
    window.addEventListener('message', clocked);
    const context = () => contextOf({ ...opened, a11y });
    bridge = connectFrame(element, { origin: service.origin, context, handlers, onReady: ready, onLost: wait });
    element.src = url;
    measureFrame();
    wait();
  }

  const emit: FrameConnection['emit'] = (...event) => bridge?.emit(...event);
  const isShown = () => !document.hidden && !covered();
  const shown = () => emit(isShown() ? 'shown' : 'hidden');
  /** The page hears that it goes; nothing more is said after that. */
  function close(): void {
    bridge?.close();
    bridge = null;
  }
  watch(covered, shown);
  watch(mode, (now) => emit('theme', { mode: now }));
  watch(
    () => preferences.locale,
    (locale) => emit('locale', { locale }),
  );
  watch(
    () => preferences.elder,
    (on) => emit('elder', { on }),
  );
  onAccessibility((now) => {
    a11y = now;
    emit('a11y', now);
  });

  onMounted(() => {
    document.addEventListener('visibilitychange', shown);
    window.addEventListener('pagehide', close);
    if (frame.value) open(frame.value);
  });
  onBeforeUnmount(() => {
    clearTimeout(timer);
    document.removeEventListener('visibilitychange', shown);
    window.removeEventListener('pagehide', close);
    window.removeEventListener('message', clocked);
    close();
  });
  return { state, emit, close };
}

/** What the mini-service learns of the place it runs in; asked anew at every handshake. */
export function contextOf({ service, path, intent, a11y = accessibility() }: Opened): Context {
  return {
    service: { id: service.id, name: service.name, version: service.version },
    locale: preferences.locale,
    theme: mode(),
    elder: preferences.elder,
    host: { name: 'shell', version },
    launch: { path: launchPath(service, path), ...(intent && { intent }) },
    a11y,
  };
}
