/** Whether an entry of the ledger says what the list showed, and about whom it is. */
import type { LedgerEntry } from '@/api/types';
import { decoded, joined, sha256, utf8 } from './bytes';

/** Opens the commitment of one entry. */
export interface Opening {
  account: string;
  mandate: string | null;
  opening: string;
}

type Members = Record<string, unknown>;

/** The members of an entry's bytes, or null where they are none. */
export function readContent(content: string): Members | null {
  try {
    const value: unknown = JSON.parse(content);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : null;
  } catch {
    return null;
  }
}

/** Whether what was recorded is, member for member, what was shown. */
export function tellsTheSame(members: Members, shown: LedgerEntry): boolean {
  const { upstream, operation, action, outcome, received, sent, request_id, scopes } = shown;
  const expected: Members = {
    service: shown.service.id,
    department: shown.department.id,
    at: Date.parse(shown.at),
    ...{ upstream, operation, action, outcome, received, sent, request_id },
  };
  return (
    Object.entries(expected).every(([name, value]) => members[name] === value) &&
    JSON.stringify(members.scopes) === JSON.stringify(scopes) &&
    sameSummary(members.summary, shown)
  );
}

/** Where the contract had no English, the list shows the Chinese in its place. */
function sameSummary(recorded: unknown, { summary }: LedgerEntry): boolean {
  const words = (recorded ?? {}) as Record<string, unknown>;
  return words['zh-CN'] === summary?.['zh-CN'] && (words.en ?? words['zh-CN']) === (summary?.en ?? summary?.['zh-CN']);
}

const DIGITS = '0123456789abcdefghjkmnpqrstvwxyz';
const ID_LENGTH = 26;

/** The public id of an entry: its place, in 26 digits of Crockford's base 32. */
export function idOf(index: number): string {
  let [rest, digits] = [BigInt(index), ''];
  for (; rest > 0n; rest /= 32n) digits = DIGITS[Number(rest % 32n)] + digits;
  return digits.padStart(ID_LENGTH, '0');
}

/** Whether the entry's `who` is SHA-256(opening || account || LF || mandate). */
export async function isAbout(members: Members, who: Opening): Promise<boolean> {
  const opening = decoded(who.opening);
  if (!opening) return false;
  const found = await sha256(joined(opening, utf8(`${who.account}\n${who.mandate ?? ''}`)));
  return members.who === btoa(String.fromCharCode(...found));
}
