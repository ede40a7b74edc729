import type { Handlers } from '@onecity/host';
import type { Lent } from '../lent';

/** Writes that wait for the network. Left out where there is no queue. */
export function queueMethods({ queue, service, mandate }: Lent): Handlers {
  if (!queue) return {};
  const asker = { service: service().id, mandate };
  return {
    'queue.add': (params) => queue.add(asker, params),
    'queue.list': () => queue.list(asker),
  };
}
