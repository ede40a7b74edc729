import type { Handlers } from '@onecity/host';
import type { Lent } from '../lent';

/** Writes that wait for the network. Left out where there is no queue. */
export function queueMethods({ queue, service, mandate, tokens }: Lent): Handlers {
  if (!queue) return {};
  const asker = { service: service().id, mandate };
  return {
    'queue.add': async (params) => queue.add({ ...asker, sub: (await tokens.ready()).sub }, params),
    'queue.list': () => queue.list(asker),
  };
}
