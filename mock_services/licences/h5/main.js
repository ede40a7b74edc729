import { city } from '/sdk/v1/onecity.js';
import { failure, skeleton } from './parts.js';
import { createRouter } from './router.js';
import { asked } from './screens/asked.js';
import { licence } from './screens/licence.js';
import { share } from './screens/share.js';
import { shares } from './screens/shares.js';
import { verify } from './screens/verify.js';
import { wallet } from './screens/wallet.js';

const SCREENS = [wallet, licence, share, shares, verify, asked];
const place = document.getElementById('screen');

async function start() {
  place.replaceChildren(skeleton());
  try {
    const context = await city.ready();
    openLaunch(context.launch);
    const router = createRouter(place, SCREENS, () => {});
    city.appearance();
    city.on('locale', router.redraw);
    router.start();
  } catch (error) {
    place.replaceChildren(failure(error, start));
  }
}

/** Another service asked for something, or the part of the launch path after `#`, which the frame may have lost. */
function openLaunch(launch) {
  const path = launch?.path ?? '';
  const after = path.includes('#') ? path.slice(path.indexOf('#')) : '';
  const hash = launch?.intent ? '#/asked' : after;
  if (hash && (launch?.intent || !location.hash)) history.replaceState(null, '', hash);
}

start();
