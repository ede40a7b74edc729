import { type Ref, ref, shallowRef } from 'vue';
import { ApiProblem, isProblem } from '@/api/client';
import { giveConsent, mintToken } from '@/api/consents';
import { addRecent } from '@/api/recents';
import { readService } from '@/api/services';
import type { ServiceDetail, ServiceToken } from '@/api/types';
import { actingMandate } from '@/state/identity';

/** Where opening a service stands; `open` is the only one with a frame. */
export type Phase = 'loading' | 'consent' | 'level' | 'open' | 'hold' | 'not-covered' | 'gone' | 'failed';

/** Why a mandate does not open the service; as oneself one still may. */
const NOT_COVERED = ['mandate-covers-less', 'mandate-ended', 'mandate-unknown', 'role-does-not-act'];

export interface Opening {
  phase: Ref<Phase>;
  service: Ref<ServiceDetail | null>;
  token: Ref<ServiceToken | null>;
  error: Ref<unknown>;
  /** The proofing level that is wanted, in phase `level`. */
  wanted: Ref<number>;
  busy: Ref<boolean>;
  /** The mandate it was opened under: a later choice of another identity does not change who this page is for. */
  mandate: Ref<string | undefined>;
  start: () => Promise<void>;
  agree: () => Promise<void>;
}

/** From a service's id to the token that lets its page open, by way of the resident's consent. */
export function useOpening(id: string): Opening {
  const phase = ref<Phase>('loading');
  const service = shallowRef<ServiceDetail | null>(null);
  const token = shallowRef<ServiceToken | null>(null);
  const error = shallowRef<unknown>(null);
  const wanted = ref(0);
  const busy = ref(false);
  const mandate = ref<string | undefined>();

  async function start(): Promise<void> {
    phase.value = 'loading';
    mandate.value = actingMandate();
    await attempt(async () => {
      service.value = await readService(id);
      await enter();
    });
  }

  async function agree(): Promise<void> {
    const { value } = service;
    if (!value || busy.value) return;
    busy.value = true;
    const names = value.scopes.map((scope) => scope.name);
    await attempt(async () => {
      await giveConsent(id, names, value.version, mandate.value);
      await enter();
    });
    busy.value = false;
  }

  async function enter(): Promise<void> {
    token.value = await mintToken(id, mandate.value);
    phase.value = 'open';
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
