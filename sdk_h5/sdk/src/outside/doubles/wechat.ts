import type { WeChat, WeChatAnswer, WeChatOptions } from '../wechat.js';

/** What WeChat answers in a test: a name of its JS-SDK, and with what. A name that is not here is not granted. */
export interface WeChatScript {
  [name: string]: { success?: object; cancel?: true; fail?: string };
}

/** One call that the page made of it, oldest last. */
export interface WeChatCall {
  name: string;
  options: WeChatOptions;
}

/**
 * WeChat's JS-SDK as a page in WeChat sees it, for tests: it is ready when `config` was called (or when `granted`
 * says so at once), answers through the callbacks it was given, later and once, and grants only what the script has.
 */
export function weChatDouble(script: WeChatScript, { granted = true } = {}) {
  const calls: WeChatCall[] = [];
  const waiting: { then: () => void; when: boolean }[] = [];
  let outcome: boolean | undefined = granted || undefined;

  function settle(good: boolean): void {
    outcome = good;
    for (const { then, when } of waiting.splice(0)) if (when === good) queueMicrotask(then);
  }
  const on = (when: boolean) => (then: () => void) => {
    if (outcome === undefined) waiting.push({ then, when });
    else if (outcome === when) queueMicrotask(then);
  };

  const api = (name: string) => (options: WeChatOptions) => {
    calls.push({ name, options });
    const { success, cancel, fail } = script[name] ?? { fail: 'the permission value is offline verifying' };
    queueMicrotask(() => {
      if (fail !== undefined) options.fail?.({ errMsg: `${name}:fail ${fail}` });
      else if (cancel) options.cancel?.({ errMsg: `${name}:cancel` });
      else options.success?.({ errMsg: `${name}:ok`, ...success });
    });
  };

  const wx: WeChat & { config(options: object): void } = {
    config: () => queueMicrotask(() => settle(true)),
    ready: on(true),
    error: on(false),
    checkJsApi({ jsApiList, success }) {
      const names = jsApiList as readonly string[];
      const checkResult = Object.fromEntries(names.map((name) => [name, name in script]));
      const answer: WeChatAnswer = { errMsg: 'checkJsApi:ok', checkResult };
      queueMicrotask(() => success?.(answer));
    },
    scanQRCode: api('scanQRCode'),
    getLocation: api('getLocation'),
    closeWindow: api('closeWindow'),
    updateAppMessageShareData: api('updateAppMessageShareData'),
    updateTimelineShareData: api('updateTimelineShareData'),
  };
  return { wx, calls, refuseConfig: () => settle(false) };
}
