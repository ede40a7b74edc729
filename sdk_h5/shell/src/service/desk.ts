import { type Ref, ref, type ShallowRef, shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import { isProblem } from '@/api/client';
import type { ServiceDetail, ServiceToken } from '@/api/types';
import { localised } from '@/i18n';
import { queue } from '@/queue';
import { confirm } from '@/state/dialog';
import { offerPush } from '@/state/push';
import { session } from '@/state/session';
import { toast } from '@/state/toast';
import { thisDevice } from './device';
import type { Asked, Finished, Lent } from './lent';
import { makePatience } from './patience';
import { makePrompts, type Prompts } from './prompts';
import { makeTokens } from './tokens';

/** Why a page that was open may go on no longer. */
export type Ended = 'gone' | 'renewed' | 'consent';

export interface DeskOptions {
  service: ServiceDetail;
  token: Promise<ServiceToken>;
  mandate?: string | undefined;
  asked?: Asked | undefined;
  title: (text: string) => void;
  close: () => void;
  wantsBack: (on: boolean) => void;
  ended: (why: Ended) => void;
  revoked: () => void;
  finished: (answer: Finished) => void;
}

/** The asking of another service while it lasts. */
export interface Asking {
  asked: Asked;
  answer: (given: Finished | null) => void;
}

export interface Desk {
  lent: Lent;
  prompts: Prompts;
  /** The text of the wait that the page shows; null for none. */
  loading: Ref<string | null>;
  asking: ShallowRef<Asking | null>;
}

/** All that the page around one mini-service lends it. */
export function useDesk(options: DeskOptions): Desk {
  const { service, token, mandate, asked } = options;
  const router = useRouter();
  const prompts = makePrompts();
  const loading = ref<string | null>(null);
  const asking = shallowRef<Asking | null>(null);
  const onRefused = (error: unknown) => {
    const why = endedBy(error);
    if (why) options.ended(why);
  };

  const lent: Lent = {
    service: () => service,
    name: () => localised(service.name),
    mandate,
    tokens: makeTokens({ service: service.id, first: token, mandate, onRefused }),
    account: () => session.account,
    page: {
      title: options.title,
      toast,
      loading: (text) => {
        loading.value = text;
      },
      wantsBack: options.wantsBack,
      close: options.close,
      revoked: options.revoked,
      open: (id, path) => void router.push({ name: 'service', params: { service: id }, query: path ? { path } : {} }),
    },
    prompts,
    patience: makePatience(),
    confirm,
    subscribe: offerPush,
    device: thisDevice(),
    intents: asked ? null : { ask: (wish, signal) => ask(asking, wish, signal) },
    asked,
    finished: options.finished,
    queue: 'indexedDB' in globalThis ? queue : null,
  };
  return { lent, prompts, loading, asking };
}

function ask(asking: ShallowRef<Asking | null>, asked: Asked, signal: AbortSignal): Promise<Finished | null> {
  return new Promise((resolve) => {
    const answer = (given: Finished | null): void => {
      if (asking.value?.asked !== asked) return;
      asking.value = null;
      resolve(given);
    };
    signal.addEventListener('abort', () => answer(null), { once: true });
    asking.value = { asked, answer };
  });
}

/** Null for what may pass, such as a lost network. */
function endedBy(error: unknown): Ended | null {
  if (isProblem(error, 'service-unknown')) return 'gone';
  if (isProblem(error, 'release-changed')) return 'renewed';
  return isProblem(error, 'consent-needed') ? 'consent' : null;
}
