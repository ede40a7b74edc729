import { openShelf } from './database';
import { createVault } from './vault';

export type { Kept, Seat } from './seat';
export { VaultFull } from './shelf';
export type { Ended, Owner } from './vault';

const channel = typeof BroadcastChannel === 'undefined' ? null : new BroadcastChannel('onecity-vault');

/** The vault of this device. */
export const vault = createVault(openShelf(), channel);

// Before anything is read: whoever was here is here until the server says otherwise.
void vault.resume();
