import type { CallName } from '../src/methods.js';
import type { Line, Page } from './page.js';
import { IN_THE_APP } from './places.js';

const ANSWER: readonly Line[] = [
  ['`null`', 'the resident left without an answer'],
  ['`intent`', 'its id'],
  ['`provider`', 'the service that answered'],
  ['`result`', 'what it answered'],
  [
    '`token`',
    'the city’s signature over it, for your own server: JWT, `typ: intent-result+jwt`, `aud` your department, `result` and `payload_digest` inside, good for ten minutes',
  ],
];
const REFUSALS: readonly Line[] = [
  ['`intent-not-declared`', 'the manifest does not list it in `onecity.intents.uses`'],
  ['`no-provider`', 'no live service of the city answers it'],
  [
    '`UNSUPPORTED`',
    'the manifest lists no intent, or the resident acts for somebody else: the city signs answers in their own name',
  ],
];
const PROOF =
  'What the token proves: that this provider’s page gave this answer to this question of yours in this resident’s app. The resident’s browser ' +
  'spoke for both, so whatever costs money or rights is checked with the provider’s back end as well.';

export const BETWEEN = {
  'intents.request': {
    group: 'between',
    call: 'city.intents.request(name, payload?, bounds?)',
    gives: 'Promise<IntentResult | null>',
    does: {
      'zh-CN': '请另一个服务办一件事，结果由城市签名。',
      en: 'Asks another service for something: the app opens it above this one, the resident answers there, and the answer comes back signed by the city.',
    },
    takes: [
      ['`name`', 'of the intent, from `onecity.intents.uses`'],
      ['`payload`', 'what it takes: up to 16 kB of JSON'],
    ],
    result: ANSWER,
    refusals: REFUSALS,
    places: IN_THE_APP,
    notes: PROOF,
    outcome: 'works',
  },
  'intents.pay': {
    group: 'between',
    call: 'city.intents.pay(payment?, bounds?)',
    gives: 'Promise<IntentResult | null>',
    does: {
      'zh-CN': '请支付服务收款。',
      en: 'Asks the city’s payment service for a payment: `intents.request("pay", payment)`.',
    },
    takes: [['`payment`', 'what the payment service takes: an order, an amount in fen, a title']],
    result: ANSWER,
    refusals: REFUSALS,
    places: IN_THE_APP,
    notes: `${PROOF}\n\nThe demonstration city has no payment service yet: its answer is \`no-provider\`.`,
    outcome: { refused: 'no-provider' },
  },
  'intents.showLicence': {
    group: 'between',
    call: 'city.intents.showLicence(wish?, bounds?)',
    gives: 'Promise<IntentResult | null>',
    does: {
      'zh-CN': '请市民出示一张电子证照。',
      en: 'Asks the resident to show a licence: they pick it, and say how much of it: `intents.request("showLicence", wish)`.',
    },
    takes: [
      [
        '`wish.type`',
        '`id-card`, `driving-licence`, `social-card`, `residence-permit`, `birth-certificate` or `senior-card`; any unless given',
      ],
      ['`wish.purpose`', 'what for, which the resident reads'],
    ],
    result: [
      ...ANSWER,
      [
        '`result.type`, `result.name`, `result.number`, `result.whole`',
        'the kind, and name and number: masked, unless `whole`',
      ],
      [
        '`result.code`, `result.expires_at`',
        'with the code your back end checks the licence at the licences’ back end',
      ],
    ],
    refusals: REFUSALS,
    places: IN_THE_APP,
    notes: PROOF,
    outcome: 'works',
  },
  'intents.sign': {
    group: 'between',
    call: 'city.intents.sign(content?, bounds?)',
    gives: 'Promise<IntentResult | null>',
    does: {
      'zh-CN': '请市民签署确认一份内容。',
      en: 'Asks the resident to sign a text: `intents.request("sign", content)`.',
    },
    takes: [
      ['`content.title`', 'what is signed, which the resident reads'],
      ['`content.digest`', 'SHA-256 of it, as RFC 9530 writes it: `sha-256=:…:`'],
    ],
    result: [
      ...ANSWER,
      ['`result.signed`, `result.digest`, `result.at`', '`true`, the digest that was signed, and when'],
      ['`result.code`', 'with it your back end checks the signature at the licences’ back end'],
    ],
    refusals: REFUSALS,
    places: IN_THE_APP,
    notes: PROOF,
    outcome: 'works',
  },
  'intents.finish': {
    group: 'between',
    call: 'city.intents.finish(result, bounds?)',
    gives: 'Promise<void>',
    does: {
      'zh-CN': '作为被请求的一方，把结果交回去。',
      en: 'Gives the answer to what another service asks of this one in `context.launch.intent`, and goes back to that service.',
    },
    takes: [['`result`', 'up to 4 kB of JSON: the token carries it, and may be 17 kB long then']],
    refusals: [['`UNSUPPORTED`', 'nothing was asked of this page']],
    places: IN_THE_APP,
    notes:
      '`context.launch.intent` is `{ id, name, payload, from: { id, name } }`. The payload comes from another service: read it as you would read a query string. To answer nothing, `city.ui.close()`.',
    outcome: { refused: 'UNSUPPORTED' },
  },
} as const satisfies Partial<Record<CallName, Page>>;
