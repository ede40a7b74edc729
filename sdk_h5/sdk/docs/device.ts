import type { CallName } from '../src/methods.js';
import type { Page } from './page.js';
import { BY_THE_PAGE, elsewhere, offered } from './places.js';

const NOT_AGREED = [
  '`scope-not-consented`',
  'the resident has not agreed to the scope: `consent.request` asks',
] as const;

export const DEVICE = {
  share: {
    group: 'device',
    call: 'city.share(what, bounds?)',
    gives: 'Promise<{ shared: boolean }>',
    does: {
      'zh-CN': '把服务里的一页分享给别人。',
      en: 'Offers a link to a page of this service, by the device’s own sheet.',
    },
    takes: [
      ['`title`', 'what the link is called, 100 characters at most'],
      ['`text`', 'a sentence beside it, may be left out'],
      ['`path`', 'where in the service it leads; the page that is open unless given'],
    ],
    result: [['`shared`', '`false` when the resident left it']],
    places: elsewhere(
      offered,
      'sets the card and points at WeChat’s own menu',
      'the device’s sheet; else the link is copied',
    ),
    notes: 'Who opens the link signs in as themselves. Put nothing personal into the path.',
    outcome: 'works',
  },
  scan: {
    group: 'device',
    call: 'city.scan(bounds?)',
    gives: 'Promise<{ text: string } | null>',
    does: {
      'zh-CN': '扫一个二维码。',
      en: 'Reads a QR code with the app’s camera: the page does not see the picture.',
    },
    result: [['`text`', 'what the code says; `null` when the resident left']],
    refusals: [
      ['`UNSUPPORTED`', 'the device has no camera or no reader for codes, or the manifest does not ask for the scope'],
      NOT_AGREED,
    ],
    places: elsewhere(
      offered,
      'WeChat’s scanner',
      'where the browser reads codes itself and the page asked for the adapter',
    ),
    notes: 'The manifest asks for `device:camera:use`. Leave a way to type the code.',
    outcome: { refused: 'UNSUPPORTED' },
  },
  location: {
    group: 'device',
    call: 'city.location(wish?, bounds?)',
    gives: 'Promise<Position>',
    does: { 'zh-CN': '现在的位置。市民每次可以拒绝。', en: 'Where the device is, if the resident agrees.' },
    takes: [['`wish.precise`', '`true` for a few metres; some hundred are enough for the nearest counter']],
    result: [
      ['`latitude`, `longitude`', 'degrees of WGS 84'],
      ['`accuracy`', 'metres'],
      ['`at`', 'when it was measured, RFC 3339'],
    ],
    refusals: [
      ['`location-denied`', 'the resident, or the device’s settings, refused'],
      ['`location-unavailable`', 'the device cannot find itself just now; `retry`'],
      NOT_AGREED,
    ],
    places: elsewhere(offered, 'WeChat’s location, else the browser’s', 'the browser’s own question'),
    notes: 'The manifest asks for `device:location:read`.',
    outcome: 'works',
  },
  phone: {
    group: 'device',
    call: 'city.phone(number, bounds?)',
    gives: 'Promise<{ called: boolean }>',
    does: { 'zh-CN': '拨打电话；市民先确认。', en: 'Offers to call a number; the resident decides.' },
    takes: [['`number`', '3 to 20 digits and hyphens, perhaps a `+` in front']],
    result: [['`called`', 'whether the dialler was opened; nobody learns more']],
    places: elsewhere(offered, 'the dialler', 'the dialler, where the device has one'),
    outcome: 'works',
  },
  pickFile: {
    group: 'device',
    call: 'city.pickFile(wish?, bounds?)',
    gives: 'Promise<File[]>',
    does: {
      'zh-CN': '请市民选文件。',
      en: 'Lets the resident choose files. Call it from a tap: browsers open no picker otherwise.',
    },
    takes: [['`wish`', '`{ accept?, multiple? }`, as of `<input type="file">`']],
    result: [['files', 'of the browser’s own kind; an empty list when the resident left']],
    places: BY_THE_PAGE,
    notes:
      'Send a file with `city.call(…, { method: "POST", body: file, onUpload })`. Browsers before 2023 do not say that ' +
      'the resident left, and none says that it opened no picker: let a `signal` end the wait when the page moves on.',
    outcome: 'works',
  },
  takePhoto: {
    group: 'device',
    call: 'city.takePhoto(bounds?)',
    gives: 'Promise<File | null>',
    does: {
      'zh-CN': '请市民拍一张照片。',
      en: 'Lets the resident take a photo. Call it from a tap: browsers open no camera otherwise.',
    },
    result: [['a file', 'of the browser’s own kind; `null` when the resident left']],
    places: BY_THE_PAGE,
    notes: 'Where there is no camera the browser lets the resident choose a picture.',
    outcome: 'works',
  },
  open: {
    group: 'between',
    call: 'city.open(service, path?, bounds?)',
    gives: 'Promise<void>',
    does: { 'zh-CN': '打开另一个服务。', en: 'Leaves for another service of the city.' },
    takes: [
      ['`service`', 'its id, such as `appointments`'],
      ['`path`', 'where in it; its first page unless given'],
    ],
    refusals: [['`service-unknown`', 'no such service is live']],
    places: elsewhere(
      offered,
      'the app’s page of that service',
      'the app’s page of that service; not on a laptop without a city',
    ),
    outcome: 'works',
  },
} as const satisfies Partial<Record<CallName, Page>>;
