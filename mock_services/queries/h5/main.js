import { city } from '/sdk/v1/onecity.js';
import { failure, skeleton } from './parts.js';
import { createRouter } from './router.js';
import { fundRecords } from './screens/fund-records.js';
import { overview } from './screens/overview.js';
import { socialRecords } from './screens/social-records.js';

const place = document.getElementById('screen');

async function start() {
  place.replaceChildren(skeleton());
  try {
    const context = await city.ready();
    openLaunchPath(context.launch?.path);
    const router = createRouter(place, [overview, socialRecords, fundRecords], () => {});
    city.appearance();
    city.on('locale', router.redraw);
    router.start();
  } catch (error) {
    place.replaceChildren(failure(error, start));
  }
}

/** A notice opens `/index.html#/fund`; the page may have been loaded without the part after `#`. */
function openLaunchPath(path) {
  const hash = path?.includes('#') ? path.slice(path.indexOf('#')) : '';
  if (hash && !location.hash) history.replaceState(null, '', hash);
}

start();
