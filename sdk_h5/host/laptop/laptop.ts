/** A page that frames a mini-service with the mock host: `?service=http://localhost:5173/index.html`. */
import { connectFrame } from '../src/index.js';
import { mockHost } from '../src/mock.js';
import { readQuestion, readText } from '../src/params.js';

function element<E extends HTMLElement>(id: string, kind: new () => E): E {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`The page lacks #${id}.`);
  return found;
}

/** The address of the mini-service; only http and https, for it comes from the query. */
function serviceAddress(): URL {
  const address = new URL(new URLSearchParams(location.search).get('service') ?? '', location.href);
  if (!/^https?:$/.test(address.protocol)) throw new Error('Give ?service= an http or https address.');
  return address;
}

const frame = element('frame', HTMLIFrameElement);
const title = element('title', HTMLHeadingElement);
const toast = element('toast', HTMLParagraphElement);
const [dark, elder, english] = ['dark', 'elder', 'english'].map((id) => element(id, HTMLInputElement));
const address = serviceAddress();

const { context, handlers } = mockHost({
  context: { launch: { path: address.pathname + address.search + address.hash } },
  handlers: {
    'ui.title': async (params) => {
      title.textContent = readText(params);
    },
    'ui.toast': async (params) => {
      toast.textContent = readText(params);
    },
    'ui.confirm': async (params) => {
      const question = readQuestion(params);
      return confirm([question.title, question.message].filter(Boolean).join('\n'));
    },
    'ui.close': async () => {
      frame.src = 'about:blank';
    },
  },
});

const connection = connectFrame(frame, {
  origin: address.origin,
  handlers,
  context: () => ({
    ...context(),
    theme: dark?.checked ? 'dark' : 'light',
    elder: elder?.checked === true,
    locale: english?.checked ? 'en' : 'zh-CN',
  }),
});

dark?.addEventListener('change', () => connection.emit('theme', { mode: dark.checked ? 'dark' : 'light' }));
elder?.addEventListener('change', () => connection.emit('elder', { on: elder.checked }));
english?.addEventListener('change', () => connection.emit('locale', { locale: english.checked ? 'en' : 'zh-CN' }));
document.addEventListener('visibilitychange', () => connection.emit(document.hidden ? 'hidden' : 'shown'));
frame.src = address.href;
