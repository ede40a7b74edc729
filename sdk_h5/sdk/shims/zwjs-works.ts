import type { City } from '../src/create.js';
import { ownPath, serviceOf } from './links.js';
import type { Mgop, MgopOptions } from './mgop.js';
import { networkType } from './network.js';
import { asDataURL } from './pictures.js';
import { BridgeFault, LEFT, words } from './zwjs-faults.js';

/** What the functions take, as old pages give it. */
export type Given = Readonly<Record<string, unknown>>;
export type Work = (given: Given) => Promise<unknown>;
export type Works = Readonly<Record<string, Work>>;

export function page(city: City, { document, location, navigator }: Window): Works {
  const share: Work = async ({ url, title, content }) => {
    const path = ownPath(url, location);
    const { shared } = await city.share({
      title: words(title ?? document.title),
      ...(content !== undefined && { text: words(content) }),
      ...(path !== undefined && { path }),
    });
    return shared ? undefined : left();
  };
  return {
    setTitle: async ({ title }) => city.ui.title(words(title)),
    close: async () => city.ui.close(),
    openLink: async ({ url, type }) => {
      if (type === 'reload') return { ticketId: (await city.token()).token };
      const path = ownPath(url, location);
      const other = serviceOf(url, location);
      if (path !== undefined) return location.assign(path);
      if (other) return city.open(other.service, other.path);
      throw new Error('Not in this city.');
    },
    share,
    directShare: share,
    getNetworkType: async () => ({ result: networkType(navigator) }),
    setClipboardData: async ({ text }) => navigator.clipboard.writeText(words(text)),
    /** What it would have counted is counted by the city. */
    monitorTrace: async () => undefined,
  };
}

export function resident(city: City): Works {
  return {
    getUiStyle: async () => ({ uiStyle: (await city.ready()).elder ? 'elder' : 'normal' }),
    /** A legal person is 2, everybody else a person: civil servants sign in at the console. */
    getUserType: async () => ({ userType: (await city.user()).actingFor?.kind === 'legal-person' ? '2' : '1' }),
    /** The ticket is the identity token: the department's server verifies it instead of changing it for one. */
    ssoTicket: async () => ({ result: true, ticketId: (await city.token()).token }),
    getAccessToken: async () => ({ accessToken: (await city.token()).token }),
    setLocalStorage: async ({ key, value }) => city.storage.set(words(key), value ?? null),
    getLocalStorage: async ({ key }) => {
      const value = await city.storage.get(words(key));
      return { result: value, [words(key)]: value };
    },
    removeLocalStorage: async ({ key }) => city.storage.remove(words(key)),
  };
}

export function device(city: City): Works {
  return {
    phoneCall: async ({ corpId }) => city.phone(words(corpId)),
    scan: async () => (await city.scan()) ?? left(),
    /** Degrees of WGS 84. The city does not turn them into names of places. */
    getLocation: async () => {
      const { latitude, longitude, accuracy } = await city.location({ precise: true });
      return { latitude, longitude, accuracy, cityName: '', region: '', townCode: '', detailAddress: '' };
    },
    chooseImage: async ({ upload }) => {
      if (upload) throw new BridgeFault(1_004, 'Send it by city.call.');
      const files = await city.pickFile({ accept: 'image/*', multiple: true });
      if (files.length === 0) return left();
      return { result: true, picSrc: await Promise.all(files.map(asDataURL)), picPath: [] };
    },
    pay: async ({ platform, credential }) => (await city.intents.pay({ platform, credential })) ?? left(6_001),
  };
}

export function asking(city: City): Works {
  const choose = async (title: unknown, labels: string[]): Promise<number> => {
    const actions = labels.map((label, n) => ({ id: String(n), label }));
    const taken = await city.ui.sheet({ ...(title !== undefined && { title: words(title) }), actions });
    return taken === null ? -1 : Number(taken);
  };
  return {
    toast: async ({ message }) => city.ui.toast(words(message)),
    alert: async ({ title, message, buttonName }) => {
      await city.ui.confirm(question(title, message, buttonName));
    },
    confirm: async ({ title, message, buttonLabels }) => {
      const labels = listOf(buttonLabels);
      if (labels.length > 2) return { buttonIndex: await choose(title ?? message, labels) };
      const yes = await city.ui.confirm(question(title, message, ...labels));
      return { buttonIndex: yes ? 0 : 1 };
    },
    actionSheet: async ({ title, otherButtons }) => {
      const labels = listOf(otherButtons);
      const buttonIndex = await choose(title, labels);
      return { buttonIndex, value: labels[buttonIndex] ?? '' };
    },
    showPreloader: async ({ text }) => city.ui.loading(true, words(text) || undefined),
    hidePreloader: async () => city.ui.loading(false),
  };
}

/** `egop` is `mgop` by other names, as a promise. */
export function calling(mgop: Mgop): Works {
  return {
    egop: ({ param, method, ...given }) =>
      new Promise((resolve, reject) => {
        const options = { ...given, data: param, type: method, onSuccess: resolve, onFail: reject };
        mgop(options as MgopOptions);
      }),
  };
}

function question(title: unknown, message: unknown, ok?: unknown, cancel?: unknown) {
  const [head, body] = title ? [title, message] : [message, undefined];
  return {
    title: words(head),
    ...(body !== undefined && { message: words(body) }),
    ...(ok !== undefined && { ok: words(ok) }),
    ...(cancel !== undefined && { cancel: words(cancel) }),
  };
}

function listOf(given: unknown): string[] {
  return Array.isArray(given) ? given.map(String) : [];
}

function left(code = LEFT): never {
  throw new BridgeFault(code, 'Left.');
}
