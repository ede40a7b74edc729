import { isProblem } from '@/api/client';
import type { SecondFactor, TypedFactor } from '@/api/sign-in';

/** The first factor was right, and the account asks for another one. */
export interface SecondStep {
  ticket: string;
  methods: SecondFactor[];
}

const KNOWN: readonly SecondFactor[] = ['totp', 'recovery-code', 'passkey'];

/** The second step that a refusal asks for; null for any other refusal. */
export function secondStepIn(error: unknown): SecondStep | null {
  return isProblem(error, 'second-factor-needed') ? secondStepOfMembers(error.members) : null;
}

export function secondStepOfMembers(members: unknown): SecondStep | null {
  if (typeof members !== 'object' || members === null) return null;
  const { ticket, methods } = members as Record<string, unknown>;
  if (typeof ticket !== 'string') return null;
  return { ticket, methods: known(Array.isArray(methods) ? methods : []) };
}

/** The same, as the way back from another provider carries it: in the fragment, which no server sees. */
export function secondStepOf(fragment: string): SecondStep | null {
  const told = new URLSearchParams(fragment.replace(/^#/, ''));
  const ticket = told.get('ticket');
  return ticket ? { ticket, methods: known(told.get('methods')?.split(' ') ?? []) } : null;
}

const known = (names: readonly unknown[]): SecondFactor[] => KNOWN.filter((method) => names.includes(method));

/** Where a code ends: six digits of an app, or a recovery code of letters, digits and hyphens. */
export const completeFor = (method: TypedFactor, code: string): boolean =>
  method === 'totp' ? /^\d{6}$/.test(code.trim()) : code.trim().length >= 8;
