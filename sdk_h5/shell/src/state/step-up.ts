import { type Ref, ref, shallowRef } from 'vue';
import type { CodeSent, TypedFactor } from '@/api/sign-in';
import {
  type StepUpMethod,
  sendStepUpCode,
  stepUpByCode,
  stepUpByPasskey,
  stepUpByPassword,
  stepUpBySecondFactor,
  stepUpByTOTP,
  stepUpMethods,
  stepUpPasskeyOptions,
} from '@/api/step-up';
import { type Attempts, useAttempts } from './attempt';
import { passkeysSupported, usePasskey } from './passkeys';
import { type SecondStep, secondStepIn } from './second-factor';

const ORDER: readonly StepUpMethod[] = ['passkey', 'code', 'password', 'totp'];

export interface StepUp extends Attempts {
  methods: Ref<StepUpMethod[]>;
  method: Ref<StepUpMethod>;
  secret: Ref<string>;
  second: Ref<SecondStep | null>;
  load: () => Promise<boolean>;
  send: () => Promise<CodeSent>;
  /** With what is typed, or with a passkey. Answers whether the resident is through. */
  prove: () => Promise<boolean>;
  proveSecond: (method: TypedFactor, code: string) => Promise<boolean>;
}

/** Proving again who one is, by any means the account has; a second factor where the account has one. */
export function useStepUp(): StepUp {
  const { busy, problem, attempt } = useAttempts();
  const methods = ref<StepUpMethod[]>([]);
  const method = ref<StepUpMethod>('code');
  const secret = ref('');
  const second = shallowRef<SecondStep | null>(null);

  const load = () =>
    attempt(async () => {
      methods.value = offered((await stepUpMethods()).methods);
      method.value = methods.value[0] ?? 'code';
    }, 'loading');

  async function prove(): Promise<boolean> {
    const through = await attempt(async () => {
      try {
        await proveBy(method.value, secret.value.trim());
      } catch (error) {
        second.value = secondStepIn(error);
        if (!second.value) throw error;
      }
    }, 'proving');
    secret.value = '';
    return through && second.value === null;
  }

  const proveSecond = (way: TypedFactor, code: string) =>
    attempt(() => stepUpBySecondFactor(second.value?.ticket ?? '', way, code), 'proving');

  return { busy, problem, attempt, methods, method, secret, second, load, send: sendStepUpCode, prove, proveSecond };
}

/** What the account has and this browser can do, the strongest first. */
function offered(names: readonly string[]): StepUpMethod[] {
  return ORDER.filter((name) => names.includes(name) && (name !== 'passkey' || passkeysSupported()));
}

async function proveBy(method: StepUpMethod, secret: string): Promise<void> {
  if (method === 'code') return stepUpByCode(secret);
  if (method === 'password') return stepUpByPassword(secret);
  if (method === 'totp') return stepUpByTOTP(secret);
  const { challenge, public_key } = await stepUpPasskeyOptions();
  return stepUpByPasskey(challenge, await usePasskey(public_key));
}
