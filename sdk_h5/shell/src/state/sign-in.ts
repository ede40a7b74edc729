import { type ComputedRef, computed, reactive } from 'vue';
import { sendCode, signIn } from '@/api/sign-in';
import { t } from '@/i18n';
import { describe } from '@/i18n/problems';
import { useCountdown } from './countdown';
import { deviceName } from './device';
import { enter } from './session';
import { toast } from './toast';

export interface SignInForm {
  phone: string;
  code: string;
  problem: string;
  sent: string;
  busy: '' | 'sending' | 'entering';
}

export interface SignIn {
  form: SignInForm;
  wait: ReturnType<typeof useCountdown>['left'];
  phoneOk: ComputedRef<boolean>;
  ready: ComputedRef<boolean>;
  send: () => Promise<boolean>;
  submit: () => Promise<boolean>;
}

const PHONE = /^1[3-9]\d{9}$/;
const CODE = /^\d{6}$/;

export const isPhone = (phone: string): boolean => PHONE.test(digits(phone));
const digits = (text: string): string => text.replace(/[\s-]/g, '').replace(/^\+?86(?=1\d{10}$)/, '');

/** The two steps of signing in. Both answer whether they worked; what went wrong is in `form.problem`. */
export function useSignIn(): SignIn {
  const form = reactive<SignInForm>({ phone: '', code: '', problem: '', sent: '', busy: '' });
  const { left: wait, start } = useCountdown();

  async function attempt(step: 'sending' | 'entering', work: () => Promise<void>): Promise<boolean> {
    form.busy = step;
    form.problem = '';
    try {
      await work();
      return true;
    } catch (error) {
      form.problem = describe(error);
      return false;
    } finally {
      form.busy = '';
    }
  }

  const send = () =>
    attempt('sending', async () => {
      const sent = await sendCode(digits(form.phone));
      form.sent = t('sign-in.sent', { n: Math.round(sent.expires_in / 60) });
      start(sent.resend_in);
    });

  const submit = () =>
    attempt('entering', async () => {
      const entered = await signIn(digits(form.phone), form.code, deviceName());
      enter(entered.account);
      if (entered.new_account) toast(t('sign-in.welcome'));
    });

  return {
    form,
    wait,
    phoneOk: computed(() => isPhone(form.phone)),
    ready: computed(() => isPhone(form.phone) && CODE.test(form.code)),
    send,
    submit,
  };
}
