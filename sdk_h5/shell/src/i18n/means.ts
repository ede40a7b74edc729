import { type MessageKey, t } from './index';

const WORDS: readonly (readonly [amr: string, key: MessageKey])[] = [
  ['hwk', 'means.passkey'],
  ['swk', 'means.passkey'],
  ['pwd', 'means.password'],
  ['sms', 'means.code'],
  ['fed', 'means.external'],
  ['recovery', 'means.recovery'],
  ['otp', 'means.totp'],
];

/** By what a session was opened (RFC 8176), such as `短信验证码 + 动态口令`. */
export function meansOf(amr: readonly string[] = []): string {
  const said = WORDS.filter(([name]) => amr.includes(name) && !(name === 'otp' && amr.includes('recovery')));
  return [...new Set(said.map(([, key]) => t(key)))].join(' + ');
}
