import type { CallName } from '../src/methods.js';
import type { Page } from './page.js';
import { IN_THE_APP } from './places.js';

export const CALLS = {
  call: {
    group: 'calls',
    call: 'city.call(upstream, path, init?)',
    gives: 'Promise<Response>',
    does: {
      'zh-CN': '经网关调用部门接口：真正的 fetch，自动带令牌，错误说清是哪一段出的问题。',
      en: 'A real `fetch` of `/svc/<upstream><path>` on the page’s own origin, through the gateway, to a department’s back end. What it brings is the browser’s own `Response`.',
    },
    takes: [
      ['`upstream`', 'the system’s id, from `onecity.upstreams`'],
      ['`path`', 'starts with one `/`; percent-encode what comes from people'],
      ['`init`', 'what `fetch` takes, except `credentials` (never any), and:'],
      [
        '`init.json`',
        'a value to send: it becomes the body, `content-type` is `application/json` unless given, the method `POST` unless given',
      ],
      [
        '`init.key`',
        'the `Idempotency-Key`: one for each thing the resident wants done, or `true` for a new one. Such a call is repeated by itself while the network is thin, up to three times within the deadline',
      ],
      [
        '`init.queue`',
        '`{ title }`: a write with a text body that may wait for the network, see [`queue.add`](queue.add.md)',
      ],
      [
        '`init.onProgress`, `init.onUpload`',
        'hear `{ loaded, total? }` in bytes as the answer’s body comes, and as the request’s goes',
      ],
      ['`init.deadline`', 'milliseconds until the answer’s head must be here, repeats included'],
      ['`init.signal`', 'gives up the request, also while a body is still arriving'],
    ],
    result: [['`Response`', 'with a status from 200 to 299; its body streams']],
    refusals: [
      [
        '`INVALID_PATH`',
        'the path or upstream could lead elsewhere: `.` and `..` segments (also as `%2e`), `\\`, `#`, white space, control characters',
      ],
      ['`NETWORK`', '`fetch` got no answer at all'],
      [
        'a problem’s type, `http-<status>`',
        'every status outside 200–299, with `status`, `hop`, `reference` and the whole document as `problem`',
      ],
    ],
    places: IN_THE_APP,
    notes:
      'The token is fetched over the bridge when needed, shared by calls at the same time, renewed when less than 30 s are left. After a 401 ' +
      '`token-expired` or `token-invalid` the call is made once more with a new one (not when the body is a stream). An `Authorization` header of yours is replaced.\n\n' +
      '`retry` of an error says that the same call may succeed later; it does not say that nothing happened. Give every write a key and repeat it with the same one. ' +
      'GET and HEAD are repeated like keyed calls; a body that is a stream is sent once.',
    more: {
      retry: { 'zh-CN': '失败两次的接口，带同一个 key 自动重试', en: 'A call that fails twice, repeated with its key' },
      deadline: { 'zh-CN': '太慢就不等了', en: 'A call that is too slow' },
      stream: { 'zh-CN': '边到边读', en: 'Reading an answer as it comes' },
      download: { 'zh-CN': '下载进度', en: 'How much has come' },
      upload: { 'zh-CN': '上传进度', en: 'How much has gone' },
    },
    outcome: 'works',
  },
  'queue.add': {
    group: 'calls',
    call: 'city.call(upstream, path, { json, key?, queue: { title } })',
    gives: 'Promise<Response>, or the error QUEUED',
    does: {
      'zh-CN': '没有网络时把写操作交给 App 排队，联网后自动发送，只生效一次。',
      en: 'Without a network, hands a keyed write over to the app, which sends it once the network is back, and once only. The promise then rejects with `QUEUED`.',
    },
    takes: [
      ['`key`', 'the `Idempotency-Key` it is sent with, each time; a new one unless given'],
      ['`queue.title`', 'what the resident reads in the app, such as 提交申请'],
    ],
    result: [['`Response`', 'when there was a network; as of `call`']],
    refusals: [
      ['`NETWORK`', 'it does not wait: the body is no text (a file cannot wait), or the app can keep no more'],
      ['`QUEUED`', 'it waits; `reference` is its id. The event `queue` tells when it was sent or refused'],
    ],
    places: IN_THE_APP,
    notes:
      'Only for what may as well be done an hour later. A held appointment has minutes: say that the network is gone instead. ' +
      'Kept encrypted on the device, per account; signing out destroys what waits, after a warning.',
    outcome: 'works',
  },
  'queue.list': {
    group: 'calls',
    call: 'city.queue.list(bounds?)',
    gives: 'Promise<QueuedState[]>',
    does: {
      'zh-CN': '本服务排队中的写操作，以及最近的结果。',
      en: 'The writes of this service that wait for the network, and what became of the latest.',
    },
    result: [['each', '`{ id, key, title, state, status?, at }`; `state` is `queued`, `sent` or `refused`']],
    places: IN_THE_APP,
    outcome: 'works',
  },
} as const satisfies Partial<Record<CallName, Page>>;
