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

const done = { result: 'true' };

export function page(city: City, { location, navigator }: Window): Works {
  return {
    setTitle: async ({ title }) => {
      await city.ui.title(words(title));
      return done;
    },
    close: async () => {
      await city.ui.close();
      return {};
    },
    openLink: async ({ url, type }) => {
      if (type === 'reload') return { ticketId: (await city.token()).token };
      const path = ownPath(url, location);
      const other = serviceOf(url, location);
      if (path !== undefined) location.assign(path);
      else if (other) await city.open(other.service, other.path);
      else throw new Error('Only pages of this city’s services can be opened.');
      return {};
    },
    share: (given) => share(city, location, given),
    directShare: (given) => share(city, location, given),
    getNetworkType: async () => ({ result: networkType(navigator) }),
    setClipboardData: async ({ text }) => {
      await navigator.clipboard.writeText(words(text));
      return {};
    },
    /** What it would have counted is counted by the city. */
    monitorTrace: async () => ({}),
  };
}

async function share(city: City, location: Location, { url, title, content }: Given): Promise<unknown> {
  const path = ownPath(url, location);
  const { shared } = await city.share({
    title: words(title ?? document.title),
    ...(content !== undefined && { text: words(content) }),
    ...(path !== undefined && { path }),
  });
  if (!shared) throw new BridgeFault(LEFT, 'The resident left.');
  return {};
}

export function resident(city: City): Works {
  return {
    getUiStyle: async () => ({ uiStyle: (await city.ready()).elder ? 'elder' : 'normal' }),
    /** A legal person is 2, everybody else a person: civil servants sign in at the console. */
    getUserType: async () => ({ userType: (await city.user()).actingFor?.kind === 'legal-person' ? '2' : '1' }),
    /** The ticket is the identity token: the department's server verifies it instead of changing it for one. */
    ssoTicket: async () => ({ result: true, ticketId: (await city.token()).token }),
    getAccessToken: async () => ({ accessToken: (await city.token()).token }),
    setLocalStorage: async ({ key, value }) => {
      await city.storage.set(words(key), value ?? null);
      return done;
    },
    getLocalStorage: async ({ key }) => {
      const value = await city.storage.get(words(key));
      return { result: value, [words(key)]: value };
    },
    removeLocalStorage: async ({ key }) => {
      await city.storage.remove(words(key));
      return done;
    },
  };
}

export function device(city: City): Works {
  return {
    phoneCall: async ({ corpId }) => {
      await city.phone(words(corpId));
      return {};
    },
    scan: async () => (await city.scan()) ?? left(),
    /** Degrees of WGS 84. The city does not turn them into names of places. */
    getLocation: async () => {
      const { latitude, longitude, accuracy } = await city.location({ precise: true });
      return { latitude, longitude, accuracy, cityName: '', region: '', townCode: '', detailAddress: '' };
    },
    chooseImage: async ({ upload }) => {
      if (upload) throw new BridgeFault(1_004, 'Send the picture to the department with city.call.');
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
    toast: async ({ message }) => {
      await city.ui.toast(words(message));
      return {};
    },
    alert: async ({ title, message, buttonName }) => {
      await city.ui.confirm(question(title, message, buttonName));
      return {};
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
    showPreloader: async ({ text }) => {
      await city.ui.loading(true, words(text) || undefined);
      return {};
    },
    hidePreloader: async () => {
      await city.ui.loading(false);
      return {};
    },
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
  throw new BridgeFault(code, 'The resident left.');
}
