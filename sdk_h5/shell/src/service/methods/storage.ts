import { type Handlers, readKey, readStored } from '@onecity/host';
import { readKeys, readValue, removeValue, writeValue } from '@/api/storage';
import { translated } from '../failures';
import type { Lent } from '../lent';

/** What the service keeps for this resident, on every device of theirs; for each mandate apart. */
export function storageMethods({ service, mandate }: Lent): Handlers {
  const { id } = service();
  return {
    'storage.get': async (params) => translated(readValue(id, readKey(params), mandate)),
    'storage.keys': () => translated(readKeys(id, mandate).then(({ keys }) => keys)),
    'storage.set': async (params) => {
      const { key, value } = readStored(params);
      const done = value === null ? removeValue(id, key, mandate) : writeValue(id, key, value, mandate);
      await translated(done);
    },
  };
}
