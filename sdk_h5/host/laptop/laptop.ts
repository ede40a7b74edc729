/** A page that frames a mini-service with the mock host: `?service=http://localhost:5173/index.html`. */
import { connectFrame } from '../src/index.js';
import { type MockOverrides, mockHost, RESIDENTS, type ResidentName } from '../src/mock.js';
import { readFailing } from './failing.js';
import { onScreen } from './screen.js';

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

const box = (id: string): HTMLInputElement => element(id, HTMLInputElement);
const [dark, elder, english, hidden, fail] = [box('dark'), box('elder'), box('english'), box('hidden'), box('fail')];
const [resident, delay] = [element('resident', HTMLSelectElement), element('delay', HTMLSelectElement)];
const frame = element('frame', HTMLIFrameElement);
const address = serviceAddress();

const theme = () => (dark.checked ? 'dark' : 'light');
const locale = () => (english.checked ? 'en' : 'zh-CN');

const wishes: MockOverrides = {
  context: { launch: { path: address.pathname + address.search + address.hash } },
  handlers: onScreen({ title: element('title', HTMLElement), toast: element('toast', HTMLElement), frame }),
  onQueue: (state) => connection.emit('queue', state),
};
const mock = mockHost(wishes);
const connection = connectFrame(frame, {
  origin: address.origin,
  handlers: mock.handlers,
  context: () => ({ ...mock.context(), theme: theme(), elder: elder.checked, locale: locale() }),
});

function wish(): void {
  wishes.resident = resident.value as ResidentName;
  wishes.delay = Number(delay.value);
  wishes.fail = readFailing(fail.value);
}

const seen = (): void => connection.emit(document.hidden || hidden.checked ? 'hidden' : 'shown');
resident.replaceChildren(...Object.keys(RESIDENTS).map((name) => new Option(name)));
for (const control of [resident, delay, fail]) control.addEventListener('change', wish);
dark.addEventListener('change', () => connection.emit('theme', { mode: theme() }));
elder.addEventListener('change', () => connection.emit('elder', { on: elder.checked }));
english.addEventListener('change', () => connection.emit('locale', { locale: locale() }));
hidden.addEventListener('change', seen);
document.addEventListener('visibilitychange', seen);
element('back', HTMLButtonElement).addEventListener('click', () => connection.emit('back'));
frame.src = address.href;
