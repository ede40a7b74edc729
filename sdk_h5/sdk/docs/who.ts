import type { CallName } from '../src/methods.js';
import type { Page } from './page.js';
import { IN_THE_APP } from './places.js';

export const WHO = {
  user: {
    group: 'who',
    call: 'city.user(bounds?)',
    gives: 'Promise<User>',
    does: {
      'zh-CN': '当前市民是谁：本服务专用的稳定编号、实名等级、同意后的脱敏姓名和手机号。',
      en: 'Who is here, as far as the resident consented.',
    },
    result: [
      ['`sub`', 'this service’s own stable name for whomever the matter is of'],
      ['`loa`', 'the proofing level of who is here, 1 to 4'],
      ['`name`, `phone`', 'masked, when the resident consented to `profile:name:read`, `profile:phone:read`'],
      [
        '`actingFor`',
        '`{ name, kind }` when the resident acts for a child, a relative or a legal person: `sub` is then theirs, `name` and `phone` are left out',
      ],
    ],
    refusals: [['`session-ended`', 'the resident is signed out']],
    places: IN_THE_APP,
    notes:
      'Show `actingFor`, so that nobody books for the wrong person. Another identity is another visit: the frame is opened anew. ' +
      'Do not take any of this as proof on a server: a back end takes the resident’s identity from the gateway’s signed assertion, never from the page.',
    outcome: 'works',
  },
  token: {
    group: 'who',
    call: 'city.token(bounds?)',
    gives: 'Promise<{ token, expires_in }>',
    does: {
      'zh-CN': '给部门自己的服务器的身份令牌：60 秒内有效，只认本部门。',
      en: 'An identity token for the department’s own server: a JWT that lives for 60 seconds and is for this department alone.',
    },
    result: [
      [
        '`token`',
        'JWT, ES256, `typ: identity+jwt`, `aud` the department, `sub` pairwise for it, `act.sub` the service, `acr`, `amr`',
      ],
      ['`expires_in`', 'seconds'],
    ],
    refusals: [
      ['`consent-needed`', 'the resident withdrew the consent'],
      ['`step-up-needed`', 'the service needs a higher proofing level'],
    ],
    places: IN_THE_APP,
    notes:
      'Only for a server that the gateway does not lead to: what goes through `city.call` carries the resident’s identity by itself. ' +
      'The server checks signature, `iss`, `aud`, `typ` and `exp` as in [a department’s back end](../departments.md), and takes each `jti` once.',
    outcome: 'works',
  },
  'consent.request': {
    group: 'who',
    call: 'city.consent.request(scopes, bounds?)',
    gives: 'Promise<{ granted: string[] }>',
    does: {
      'zh-CN': '请市民再同意清单里的几项权限。',
      en: 'Asks the resident for scopes of the manifest that they have not agreed to yet.',
    },
    takes: [['`scopes`', '1 to 20 names from `onecity.scopes`; the app shows the manifest’s reason for each']],
    result: [['`granted`', 'which of them the resident has agreed to by now: after a no, those of before']],
    refusals: [['`scope-not-requested`', 'the manifest does not name it']],
    places: IN_THE_APP,
    outcome: 'works',
  },
  'consent.revoke': {
    group: 'who',
    call: 'city.consent.revoke(bounds?)',
    gives: 'Promise<void>',
    does: {
      'zh-CN': '市民在服务里撤回对它的全部授权；App 会先确认，然后离开服务。',
      en: 'Takes the resident’s consent to this service back, all of it. The app asks first; then the event `revoked` comes and the service is left.',
    },
    refusals: [['`REFUSED`', 'the resident kept the consent']],
    places: IN_THE_APP,
    outcome: 'works',
  },
} as const satisfies Partial<Record<CallName, Page>>;
