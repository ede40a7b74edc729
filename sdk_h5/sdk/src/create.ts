import { backButton } from './back.js';
import type { Bounds } from './bounds.js';
import { createCall } from './call.js';
import type { Availability, City } from './city.js';
import { createCore } from './core.js';
import { badReply } from './errors.js';
import { knows } from './events.js';
import { type CallName, METHODS, OPEN_TO_ALL, type ResultOf, type Row, rowOf } from './methods.js';
import { pick } from './pick.js';
import type { Place } from './place.js';
import { fits } from './shape.js';
import { createTokens } from './token.js';

export type { City } from './city.js';

/** Asks the app for a call of the table. */
export type Ask = <N extends CallName>(name: N, params?: unknown, bounds?: Bounds) => Promise<ResultOf<N>>;

const TOKEN = { token: '', expires_in: 0 };

/** Examples of answers without which a page would go astray: what is not like them is a BAD_REPLY. */
const ANSWERS: { readonly [N in CallName]?: unknown } = {
  user: { sub: '', loa: 0 },
  call: TOKEN,
  token: TOKEN,
  'notify.subscribe': { push: '' },
};

export function createCity(place: Place): City {
  const core = createCore(place, knows);
  const { canUse, on, request } = core;

  const ask: Ask = async (name, params, { signal, deadline } = {}) => {
    const { wire, deadline: usual } = rowOf(name) as Row;
    const reply = await request(wire as never, params as never, { signal, deadline: deadline ?? usual });
    if (name in ANSWERS && !fits(reply, ANSWERS[name])) throw badReply();
    return reply;
  };

  const city = Object.assign(core as City, fromTable(ask));
  const { ui, storage } = city;
  const { confirm } = ui;
  const tokens = createTokens(() => ask('call'));
  on('revoked', () => tokens.drop());

  ui.confirm = async (question, bounds) => (await confirm(question, bounds)) === true;
  ui.back = backButton(on, ask);
  storage.remove = (key, bounds) => storage.set(key, null, bounds);
  city.call = createCall(place, tokens, (call) => ask('queue.add', call));
  city.pickFile = pick;
  city.takePhoto = async (bounds) => (await pick({ accept: 'image/*', capture: 'environment' }, bounds))[0] ?? null;
  city.appearance = (root = document.documentElement) => {
    const following = import('./onecity-appearance.js').then(({ follow }) => follow(core, root));
    return () => following.then((stop) => stop()).catch(() => {});
  };
  city.canUse = (name) => {
    const row = rowOf(name);
    if (!row) return { ok: false, reason: 'unknown' };
    const { wire, since } = row;
    let reason = wire && canUse(wire).reason;
    // An adapter needs no `ready` first.
    if (reason === 'not-ready' && !place.parent && OPEN_TO_ALL.test(wire)) reason = '';
    return { ok: !reason, reason: reason || undefined, since } as Availability;
  };
  return city;
}

/** A method for every row, in its group. */
function fromTable(ask: Ask): Partial<City> {
  const made: Record<string, object> = {};
  for (const name in METHODS) {
    const [group = '', member] = name.split('.');
    const method = fromRow(name as CallName, member, ask);
    made[group] = member ? Object.assign(made[group] ?? {}, { [member]: method }) : method;
  }
  return made;
}

function fromRow(call: CallName, name: string | undefined, ask: Ask): (...given: unknown[]) => Promise<unknown> {
  const { wire, takes } = rowOf(call) as Row;
  return (...given) => {
    const params: Record<string, unknown> = wire === 'intent' ? { name } : {};
    takes.forEach((key, n) => {
      Object.assign(params, key === '*' ? given[n] : { [key]: given[n] });
    });
    return ask(call, takes.length ? params : undefined, given[takes.length] as Bounds);
  };
}
