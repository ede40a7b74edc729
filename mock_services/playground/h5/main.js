import { city } from '/sdk/v1/onecity.js';
import { follow } from './heard.js';
import { failure, skeleton } from './parts.js';
import { createRouter } from './router.js';
import { events } from './screens/events.js';
import { method } from './screens/method.js';
import { methods } from './screens/methods.js';

const place = document.getElementById('screen');

async function start() {
  place.replaceChildren(skeleton());
  try {
    const context = await city.ready();
    openLaunchPath(context.launch?.path);
    const router = createRouter(place, [methods, method, events], () => {});
    city.appearance();
    city.on('locale', router.redraw);
    follow();
    router.start();
  } catch (error) {
    place.replaceChildren(failure(error, start));
  }
}

/** The documentation leads to `/index.html#/methods/ui.toast`; the page may have been loaded without what follows `#`. */
function openLaunchPath(path) {
  const hash = path?.includes('#') ? path.slice(path.indexOf('#')) : '';
  if (hash && !location.hash) history.replaceState(null, '', hash);
}

start();
