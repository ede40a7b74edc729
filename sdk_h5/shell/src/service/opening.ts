import { type Ref, ref, shallowRef } from 'vue';
import { ApiProblem, isProblem } from '@/api/client';
import { giveConsent, mintToken } from '@/api/consents';
import { addRecent } from '@/api/recents';
import type { ServiceDetail, ServiceToken } from '@/api/types';
import { nudge } from '@/queue/nudge';
import { actingMandate } from '@/state/identity';
import { takeService } from './prefetch';
import { forgetSeen, rememberSeen, seenBefore } from './seen';

/** Where opening a service stands; only `open` shows its page. */
export type Phase = 'loading' | 'consent' | 'level' | 'open' | 'hold' | 'not-covered' | 'gone' | 'failed';

/** Why a mandate does not open the service; as oneself one still may. */
const NOT_COVERED = ['mandate-covers-less', 'mandate-ended', 'mandate-unknown', 'role-does-not-act'];

export interface Opening {
  phase: Ref<Phase>;
  service: Ref<ServiceDetail | null>;
  /** The token that lets the page open: under way where the frame may load already, null where it may not. */
  token: Ref<Promise<ServiceToken> | null>;
  error: Ref<unknown>;
  /** The proofing level that is wanted, in phase `level`. */
  wanted: Ref<number>;
  busy: Ref<boolean>;
  /** The mandate it was opened under: a later choice of another identity does not change who this page is for. */
  mandate: Ref<string | undefined>;
  start: () => Promise<void>;
  agree: () => Promise<void>;
}

/**
 * From a service's id to the token that lets its page open, by way of the resident's consent. What the service is and
 * whether it may open are asked at once. Where it was open in this tab before, the frame loads meanwhile.
 */
export function useOpening(id: string, under: () => string | undefined = actingMandate): Opening {
  const phase = ref<Phase>('loading');
  const service = shallowRef<ServiceDetail | null>(null);
  const token = shallowRef<Promise<ServiceToken> | null>(null);
  const error = shallowRef<unknown>(null);
  const wanted = ref(0);
  const busy = ref(false);
  const mandate = ref<string | undefined>();

  async function start(): Promise<void> {
    phase.value = 'loading';
    mandate.value = under();
    const fetched = takeService(id, mandate.value);
    token.value = null;
    const before = await seenBefore(id, mandate.value);
    service.value = before;
    token.value = before ? fetched.token : null;
    await attempt(async () => {
      service.value = same(before, await fetched.detail);
      await enter(fetched.token);
    });
  }

  async function agree(): Promise<void> {
    const { value } = service;
    if (!value || busy.value) return;
    busy.value = true;
    const names = value.scopes.map((scope) => scope.name);
    await attempt(async () => {
      await giveConsent(id, names, value.version, mandate.value);
      await enter(mintToken(id, mandate.value));
      nudge();
    });
    busy.value = false;
  }

  async function enter(fresh: Promise<ServiceToken>): Promise<void> {
    await fresh;
    token.value = fresh;
    phase.value = 'open';
    if (service.value) rememberSeen(service.value, mandate.value);
    // The strip of recent services is a convenience; opening must not fail on it.
    addRecent(id).catch(() => undefined);
  }

  async function attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (failure) {
      fail(failure);
    }
  }

  function fail(failure: unknown): void {
    error.value = failure;
    token.value = null;
    forgetSeen(id, mandate.value);
    if (isProblem(failure, 'release-changed')) return void start();
    if (isProblem(failure, 'consent-needed') && phase.value !== 'consent') phase.value = 'consent';
    else if (isProblem(failure, 'level-too-low')) tooLow(failure);
    else if (isProblem(failure, 'account-on-hold')) phase.value = 'hold';
    else if (isProblem(failure, ...NOT_COVERED)) phase.value = 'not-covered';
    else phase.value = failure instanceof ApiProblem && failure.status === 404 ? 'gone' : 'failed';
  }

  function tooLow(problem: ApiProblem): void {
    wanted.value = Number(problem.members.loa ?? service.value?.loa ?? 0);
    phase.value = 'level';
  }

  return { phase, service, token, error, wanted, busy, mandate, start, agree };
}

/** The one known already where it is the same release: nothing then has to load again. */
const same = (before: ServiceDetail | null, now: ServiceDetail): ServiceDetail =>
  before?.version === now.version ? before : now;
