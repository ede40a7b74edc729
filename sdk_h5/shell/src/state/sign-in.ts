import { type ComputedRef, computed, reactive, type ShallowRef, shallowRef } from 'vue';
import { isProblem } from '@/api/client';
import {
  beginAnew,
  type Proof,
  passkeySignInOptions,
  proveOwner,
  type SignedIn,
  sendCode,
  signIn,
  signInByPasskey,
  signInByPassword,
  signInBySecondFactor,
  type TypedFactor,
} from '@/api/sign-in';
import { t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { withProof } from '@/proof/answer';
import { calledOff } from './attempt';
import { useCountdown } from './countdown';
import { deviceName } from './device';
import { type UseOptions, usePasskey } from './passkeys';
import { type SecondStep, secondStepIn, secondStepOfMembers } from './second-factor';
import { arrive as enterAnew } from './session';
import { toast } from './toast';

export interface SignInForm {
  way: 'code' | 'password';
  phone: string;
  code: string;
  password: string;
  problem: string;
  sent: string;
  busy: '' | 'sending' | 'entering';
  /** The quiet proof of work is under way. */
  working: boolean;
}

export interface SignIn {
  form: SignInForm;
  wait: ReturnType<typeof useCountdown>['left'];
  phoneOk: ComputedRef<boolean>;
  ready: ComputedRef<boolean>;
  /** Set once the first factor was right and another one is asked for. */
  second: ShallowRef<SecondStep | null>;
  send: () => Promise<boolean>;
  submit: () => Promise<boolean>;
  submitSecond: (method: TypedFactor, code: string) => Promise<boolean>;
  /** Set where the number may be somebody else's by now: its ticket, and the second step that opens the account. */
  recycled: ShallowRef<Recycled | null>;
  startAnew: () => Promise<boolean>;
  findOwn: (name: string, idNumber: string) => Promise<boolean>;
  byPasskey: (options?: UseOptions) => Promise<boolean>;
}

export interface Recycled {
  ticket: string;
  second: SecondStep | null;
}

const PHONE = /^1[3-9]\d{9}$/;
const CODE = /^\d{6}$/;

export const isPhone = (phone: string): boolean => PHONE.test(digits(phone));
export const digits = (text: string): string => text.replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '');

/** The ways in. Each answers whether the resident is in; what went wrong is in `form.problem`. */
export function useSignIn(): SignIn {
  const form = reactive<SignInForm>({
    way: 'code',
    phone: '',
    code: '',
    password: '',
    problem: '',
    sent: '',
    busy: '',
    working: false,
  });
  const second = shallowRef<SecondStep | null>(null);
  const recycled = shallowRef<Recycled | null>(null);
  const { left: wait, start } = useCountdown();
  const phoneOk = computed(() => isPhone(form.phone));
  const working = (on: boolean) => {
    form.working = on;
  };

  async function attempt(step: 'sending' | 'entering', work: () => Promise<void>): Promise<boolean> {
    form.busy = step;
    form.problem = '';
    try {
      await work();
      return true;
    } catch (error) {
      second.value = secondStepIn(error) ?? second.value;
      recycled.value = recycledIn(error) ?? recycled.value;
      form.problem = secondStepIn(error) || recycledIn(error) || calledOff(error) ? '' : describe(error);
      return false;
    } finally {
      form.busy = '';
    }
  }

  const send = () =>
    attempt('sending', async () => {
      const sent = await withProof((proof) => sendCode(digits(form.phone), proof), working);
      form.sent = t('sign-in.sent', { n: Math.round(sent.expires_in / 60) });
      start(sent.resend_in);
    });

  const entering = (work: () => Promise<SignedIn>) => attempt('entering', async () => arrive(await work()));
  const submit = () => entering(() => withProof((proof) => first(form, proof), working));
  const submitSecond = (method: TypedFactor, code: string) =>
    entering(() =>
      withProof(
        (proof) => signInBySecondFactor(second.value?.ticket ?? '', method, code.trim(), deviceName(), proof),
        working,
      ),
    );

  const startAnew = () => entering(() => beginAnew(recycled.value?.ticket ?? '', deviceName()));
  const findOwn = (name: string, idNumber: string) =>
    entering(() => proveOwner(recycled.value?.ticket ?? '', name, idNumber, deviceName()));

  async function byPasskey(options: UseOptions = {}): Promise<boolean> {
    if (!options.suggested) return entering(() => passkeyEntry(options));
    // It waits among the suggestions while the form is in use: only a passkey that was chosen is at work.
    const entered = await passkeyEntry(options).catch((error: unknown) => {
      if (!calledOff(error)) form.problem = describe(error);
    });
    if (entered) await arrive(entered);
    return entered !== undefined;
  }

  const ready = computed(() => phoneOk.value && (form.way === 'code' ? CODE.test(form.code) : form.password !== ''));
  return { form, wait, phoneOk, ready, second, recycled, send, submit, submitSecond, startAnew, findOwn, byPasskey };
}

export function recycledIn(error: unknown): Recycled | null {
  if (!isProblem(error, 'number-recycled') || typeof error.members.ticket !== 'string') return null;
  return { ticket: error.members.ticket, second: secondStepOfMembers(error.members.second_factor) };
}

function first(form: SignInForm, proof?: Proof): Promise<SignedIn> {
  const phone = digits(form.phone);
  return form.way === 'code'
    ? signIn(phone, form.code, deviceName(), proof)
    : signInByPassword(phone, form.password, deviceName(), proof);
}

async function passkeyEntry(options: UseOptions): Promise<SignedIn> {
  const { challenge, public_key } = await passkeySignInOptions();
  return signInByPasskey(challenge, await usePasskey(public_key, options), deviceName());
}

async function arrive(entered: SignedIn): Promise<void> {
  await enterAnew(entered.account);
  if (entered.new_account) toast(t('sign-in.welcome'));
}
