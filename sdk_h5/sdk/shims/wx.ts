import type { City } from '../src/create.js';
import { type Answer, calledBack, type Options, refuse, type Work } from './callbacks.js';
import { toGCJ02 } from './gcj02.js';
import { ownPath } from './links.js';
import { networkType } from './network.js';
import { asDataURL, preview } from './pictures.js';

export type Wx = Record<string, (options?: Options) => void> & {
  ready(then: () => void): void;
  error(then: (answer: Answer) => void): void;
  /** Ours: opens the city's own sheet with the card that the page set. */
  onecity: { share(): Promise<{ shared: boolean }> };
};

/** The call of the city behind each function; '' for what any browser does by itself. What is not here is refused. */
const BEHIND: Readonly<Record<string, string>> = {
  scanQRCode: 'scan',
  getLocation: 'location',
  chooseImage: 'pickFile',
  getLocalImgData: '',
  previewImage: '',
  getNetworkType: '',
  checkJsApi: '',
  closeWindow: 'ui.close',
  chooseWXPay: 'intents.pay',
  updateAppMessageShareData: 'share',
  updateTimelineShareData: 'share',
  onMenuShareAppMessage: 'share',
  onMenuShareTimeline: 'share',
};

/** WeChat's own, with nothing of the kind in the city: they are there, and fail. */
const REFUSED =
  'openLocation uploadImage downloadImage startRecord stopRecord onVoiceRecordEnd playVoice pauseVoice stopVoice ' +
  'onVoicePlayEnd uploadVoice downloadVoice translateVoice startSearchBeacons stopSearchBeacons onSearchBeacons ' +
  'hideOptionMenu showOptionMenu hideMenuItems showMenuItems hideAllNonBaseMenuItem showAllNonBaseMenuItem ' +
  'openProductSpecificView addCard chooseCard openCard openAddress onMenuShareQQ onMenuShareQZone onMenuShareWeibo';

/** WeChat's JS-SDK as a page in WeChat calls it, done by the city. Nothing here throws: outcomes go to the callbacks. */
export function createWx(city: City, window: Window): Wx {
  let begin: (ready: Promise<unknown>) => void = () => {};
  let configured = new Promise<unknown>((resolve) => {
    begin = resolve;
  });
  configured.catch(() => {});
  const share = sharing(city, window);
  const works: Record<string, Work> = {
    ...device(city, window),
    ...share.works,
    checkJsApi: async ({ jsApiList }) => {
      await configured.catch(() => {});
      const names = Array.isArray(jsApiList) ? jsApiList.map(String) : [];
      return { checkResult: Object.fromEntries(names.map((name) => [name, canUse(city, name)])) };
    },
    closeWindow: async () => {
      await city.ui.close();
      return {};
    },
    // What the page got for WeChat's payment goes to the city's, which knows what to make of it.
    chooseWXPay: async (options) => {
      const own = Object.entries(options).filter(([, value]) => typeof value !== 'function');
      return city.intents.pay(Object.fromEntries(own));
    },
  };
  const wx: Record<string, unknown> = {
    /** A signature is not needed: the page is in the app, which knows it. Each further call shakes hands if need be. */
    config() {
      const ready = city.ready();
      ready.catch(() => {});
      begin(ready);
      configured = ready;
    },
    ready: (then: () => void) =>
      void configured.then(
        () => then(),
        () => {},
      ),
    error: (then: (answer: Answer) => void) =>
      void configured.catch((error) => then({ errMsg: `config:fail ${error.message}` })),
    onecity: { share: share.now },
  };
  for (const name of REFUSED.split(' ')) wx[name] = calledBack(name, refuse);
  for (const [name, work] of Object.entries(works)) wx[name] = calledBack(name, work);
  return wx as Wx;
}

function canUse(city: City, name: string): boolean {
  const behind = BEHIND[name];
  return behind === '' || city.canUse(behind).ok;
}

function device(city: City, { document, navigator }: Window): Record<string, Work> {
  const chosen = new Map<string, Blob>();
  const keep = (file: Blob): string => {
    const id = URL.createObjectURL(file);
    chosen.set(id, file);
    return id;
  };
  return {
    scanQRCode: async () => {
      const found = await city.scan();
      return found && { resultStr: found.text };
    },
    getLocation: async ({ type }) => {
      const { latitude, longitude, accuracy } = await city.location({ precise: true });
      const at = type === 'gcj02' ? toGCJ02(latitude, longitude) : { latitude, longitude };
      return { ...at, accuracy, speed: 0 };
    },
    chooseImage: async ({ count, sourceType }) => {
      const files = String(sourceType) === 'camera' ? [await city.takePhoto()] : await pictures(city, count);
      const localIds = files.filter((file) => file !== null).map(keep);
      return localIds.length > 0 ? { localIds } : null;
    },
    getLocalImgData: async ({ localId }) => {
      const file = chosen.get(String(localId));
      if (!file) throw new Error('no such picture');
      return { localData: await asDataURL(file) };
    },
    previewImage: async ({ urls, current }) => {
      preview(document, Array.isArray(urls) ? urls.map(String) : [], current as string | undefined);
      return {};
    },
    getNetworkType: async () => ({ networkType: networkType(navigator) }),
  };
}

async function pictures(city: City, count: unknown): Promise<File[]> {
  const most = Number(count) || 9;
  return (await city.pickFile({ accept: 'image/*', multiple: most > 1 })).slice(0, most);
}

/** WeChat shares from its menu, the city from a sheet: the card is kept until the page opens that. */
function sharing(city: City, { document, location }: Window) {
  let card: Options = {};
  const keep: Work = async (options) => {
    card = options;
    return {};
  };
  const names = [
    'updateAppMessageShareData',
    'updateTimelineShareData',
    'onMenuShareAppMessage',
    'onMenuShareTimeline',
  ];
  return {
    works: Object.fromEntries(names.map((name) => [name, keep])),
    now() {
      const { title = document.title, desc, link = location.href } = card;
      const path = ownPath(link, location);
      return city.share({
        title: String(title),
        ...(desc !== undefined && { text: String(desc) }),
        ...(path !== undefined && { path }),
      });
    },
  };
}
