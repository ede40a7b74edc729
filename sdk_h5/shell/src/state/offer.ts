import { type ComputedRef, computed, reactive } from 'vue';
import { type CompanyRole, type MandateKind, type Offer, offerMandate } from '@/api/mandates';
import { type Attempts, useAttempts } from './attempt';
import { idNumberOk } from './id-number';
import { digits, isPhone } from './sign-in';

export interface OfferForm {
  kind: MandateKind;
  direction: 'i-act' | 'they-act';
  phone: string;
  name: string;
  number: string;
  credit: string;
  /** For a legal person: oneself as its representative, or somebody who is appointed. */
  whom: 'me' | 'other';
  companyRole: CompanyRole;
  /** Null for all services. */
  services: string[] | null;
  days: '30' | '180' | '365';
}

/** GB 32100: eighteen digits and capitals without I, O, S, V, Z. */
const CREDIT = /^[0-9A-HJ-NP-RT-UW-Y]{18}$/;

/** A new mandate as it is filled in. */
export function useOffer(): Pick<Attempts, 'busy' | 'problem'> & {
  form: OfferForm;
  ready: ComputedRef<boolean>;
  submit: () => Promise<boolean>;
} {
  const form = reactive<OfferForm>({
    kind: 'family',
    direction: 'they-act',
    phone: '',
    name: '',
    number: '',
    credit: '',
    whom: 'me',
    companyRole: 'clerk',
    services: null,
    days: '180',
  });
  const { busy, problem, attempt } = useAttempts();
  const ready = computed(() => isComplete(form));
  const submit = async () => ready.value && attempt(() => offerMandate(offerOf(form)));
  return { form, ready, busy, problem, submit };
}

export function isComplete(form: OfferForm): boolean {
  if (form.services?.length === 0) return false;
  if (form.kind === 'family') return isPhone(form.phone);
  if (form.kind === 'guardian') return form.name.length > 1 && idNumberOk(form.number);
  return CREDIT.test(form.credit.toUpperCase()) && (form.whom === 'me' || isPhone(form.phone));
}

export function offerOf(form: OfferForm): Offer {
  const { kind, direction, phone, name, number, credit, services, days } = form;
  const bounds = { services, expires_in_days: Number(days) };
  if (kind === 'family') return { kind, direction, phone: digits(phone), ...bounds };
  if (kind === 'guardian') return { kind, name, id_number: number.toUpperCase(), ...bounds };
  const appointed = form.whom === 'me' ? {} : { phone: digits(phone), roles: [form.companyRole] };
  return { kind, credit_code: credit.toUpperCase(), ...appointed, ...bounds };
}
