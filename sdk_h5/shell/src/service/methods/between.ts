import { BridgeError, type Handlers, type IntentResult, readFinish, readIntent, readOpen } from '@onecity/host';
import { ApiProblem, isProblem } from '@/api/client';
import { answerIntent, cancelIntent, type OpenIntent, openIntent } from '@/api/intents';
import { readService } from '@/api/services';
import type { ServiceName } from '@/api/types';
import { translated } from '../failures';
import type { Finished, IntentDesk, Lent } from '../lent';

/** From one mini-service to another: going there, or asking it for something and getting that back. */
export function betweenMethods(lent: Lent): Handlers {
  const { asked, intents, mandate, service } = lent;
  const uses = service().intents?.uses ?? [];
  return {
    // A page that is being asked answers or leaves: it leads nowhere else.
    ...(!asked && { open: (params, { signal }) => translated(open(lent, params, signal)) }),
    // The city signs what was answered for the resident themselves: of whoever they act for it would say it of the wrong one.
    ...(intents && !mandate && uses.length > 0 && { intent: intentOf(lent, intents) }),
    ...(asked && { 'intent.finish': (params) => translated(finish(lent, asked.id, params)) }),
  };
}

async function open({ page }: Lent, params: unknown, signal: AbortSignal): Promise<undefined> {
  const { service: id, path } = readOpen(params);
  const place = await readService(id).catch((error: unknown) => {
    throw isGone(error) ? new BridgeError('service-unknown', `There is no service ${id}.`) : error;
  });
  // Whoever left while that was asked is not fetched from where they are now.
  if (!signal.aborted) page.open(place.id, path);
}

const isGone = (error: unknown): boolean => error instanceof ApiProblem && error.status === 404;

function intentOf(lent: Lent, desk: IntentDesk): Handlers[string] {
  return async (params, { signal }): Promise<IntentResult | null> => {
    const wish = readIntent(params);
    return lent.patience(() => translated(ask(lent, desk, wish, signal)), signal);
  };
}

type Wish = ReturnType<typeof readIntent>;

async function ask(lent: Lent, desk: IntentDesk, wish: Wish, signal: AbortSignal): Promise<IntentResult | null> {
  const { id, name } = lent.service();
  const opened = await start(lent, wish, signal);
  if (!opened) return null;
  const asked = {
    ...wish,
    id: opened.id,
    from: { id, name },
    provider: opened.provider.id,
    path: opened.provider.path,
  };
  const given = signal.aborted ? null : await desk.ask(asked, signal);
  // Left while the answer was on its way to the city: what that signed is told, for it happened.
  const answer = given ?? (await underWay.get(opened.id)) ?? null;
  if (answer) return { intent: opened.id, provider: opened.provider.id, ...answer };
  // It expires by itself where this does not get through.
  cancelIntent(opened.id).catch(() => undefined);
  return null;
}

/** Null where several could do it and the resident chose none. */
async function start(lent: Lent, wish: Wish, signal: AbortSignal): Promise<OpenIntent | null> {
  const from = lent.service().id;
  try {
    return await openIntent({ from, ...wish });
  } catch (error) {
    if (!isProblem(error, 'provider-unclear')) throw error;
    const providers = (error.members.providers ?? []) as ServiceName[];
    const provider = await lent.prompts.ask('provider', { providers }, signal);
    return provider === null ? null : openIntent({ from, ...wish, provider });
  }
}

/** Answers that the city is about to sign, by their intent. */
const underWay = new Map<string, Promise<Finished | null>>();

async function finish({ finished }: Lent, id: string, params: unknown): Promise<undefined> {
  const answering = answerIntent(id, readFinish(params));
  underWay.set(
    id,
    answering.catch(() => null),
  );
  try {
    const { token, result } = await answering;
    finished({ token, result });
  } finally {
    underWay.delete(id);
  }
}
