import { ask } from './dialog.js';
import { denied, unavailable } from './location.js';
import type { Handlers } from './serve.js';
import { type Link, linkOf } from './share.js';
import type { Stage } from './stage.js';
import type { Here } from './surroundings.js';
import type { Whereabouts } from './whereabouts.js';
import { wordsOf } from './words.js';

export interface WeChatAnswer {
  errMsg?: string;
  checkResult?: Readonly<Record<string, boolean>>;
  [member: string]: unknown;
}

export interface WeChatOptions {
  success?: (answer: WeChatAnswer) => void;
  fail?: (answer: WeChatAnswer) => void;
  cancel?: (answer: WeChatAnswer) => void;
  [member: string]: unknown;
}

const USED = [
  'scanQRCode',
  'getLocation',
  'closeWindow',
  'updateAppMessageShareData',
  'updateTimelineShareData',
] as const;

type Used = 'checkJsApi' | (typeof USED)[number];

/** What the adapter uses of WeChat's JS-SDK, which the page loads and configures with a signature of its address. */
export type WeChat = Record<Used, (options: WeChatOptions) => void> & {
  ready(then: () => void): void;
  error(then: () => void): void;
  /** Ours, not WeChat's: the shim that speaks its language to this SDK. */
  onecity?: true;
};

const PATIENCE_MS = 600;
/** `CODE_128,6901234567892`: a bar code comes with the name of its kind. */
const KIND = /^(?:EAN|UPC|CODE|ITF|CODABAR|RSS)[A-Z0-9_]*,/;

export function isWeChat({ navigator }: Here): boolean {
  return /MicroMessenger/i.test(navigator.userAgent);
}

/** WeChat's object once it is configured; undefined when there is none, or not in time. */
export function configured(here: Here): Promise<WeChat | undefined> {
  const { wx } = here;
  if (!isWeChat(here) || !wx || wx.onecity) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS, undefined);
    wx.error(() => resolve(undefined));
    wx.ready(() => resolve(wx));
  });
}

/** What WeChat does better than the browser inside it, as far as it grants that to this page. */
export async function weChatHandlers(wx: WeChat, stage: Stage, here: Here, where: Whereabouts): Promise<Handlers> {
  const granted = await grants(wx);
  return {
    ...(granted.scanQRCode && { scan: () => scan(wx) }),
    ...(granted.getLocation && { location: () => locate(wx) }),
    ...(granted.closeWindow && { 'ui.close': async () => wx.closeWindow({}) }),
    ...(granted.updateAppMessageShareData && {
      share: (params, signal) => share(wx, stage, linkOf(here, where, params), signal),
    }),
  };
}

async function grants(wx: WeChat): Promise<Readonly<Record<string, boolean>>> {
  const answer = await said(wx, 'app', 'checkJsApi', { jsApiList: USED }).catch(() => null);
  return answer?.checkResult ?? {};
}

async function scan(wx: WeChat): Promise<{ text: string } | null> {
  const answer = await said(wx, 'camera', 'scanQRCode', { needResult: 1, scanType: ['qrCode', 'barCode'] });
  return answer && { text: String(answer.resultStr).replace(KIND, '') };
}

async function locate(wx: WeChat) {
  const answer = await said(wx, 'location', 'getLocation', { type: 'wgs84' });
  if (!answer) throw denied('location');
  // Some versions give texts.
  const { latitude, longitude, accuracy } = answer;
  return {
    latitude: Number(latitude),
    longitude: Number(longitude),
    accuracy: Number(accuracy),
    at: new Date().toISOString(),
  };
}

/** WeChat shares from its own menu alone: the card is set, the resident shown where, and nobody learns what came of it. */
async function share(wx: WeChat, stage: Stage, { title, text, url }: Link, signal: AbortSignal) {
  const card = { title, desc: text ?? '', link: url, imgUrl: '' };
  await said(wx, 'share', 'updateAppMessageShareData', card);
  await said(wx, 'share', 'updateTimelineShareData', card).catch(() => null);
  const words = wordsOf(stage.window);
  const choices = [{ id: null, label: words.ok }];
  await ask(stage, { title: words.menu, choices }, signal).answer;
  return { shared: false };
}

/** The answer to one call for `what`; null when the resident left it. */
function said(wx: WeChat, what: string, name: Used, options: WeChatOptions): Promise<WeChatAnswer | null> {
  return new Promise((resolve, reject) => {
    const fail = ({ errMsg = '' }: WeChatAnswer): void =>
      reject(/denied|deny|permission/i.test(errMsg) ? denied(what) : unavailable(what));
    wx[name]({ ...options, success: resolve, cancel: () => resolve(null), fail });
  });
}
