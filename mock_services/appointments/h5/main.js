import { city } from '/sdk/v1/onecity.js';
import { failure, skeleton } from './parts.js';
import { createRouter } from './router.js';
import { booking } from './screens/booking.js';
import { bookings } from './screens/bookings.js';
import { services } from './screens/services.js';
import { sites } from './screens/sites.js';
import { times } from './screens/times.js';
import { drawTabs } from './tabs.js';

const SCREENS = [services, sites, times, bookings, booking];
const place = document.getElementById('screen');
const tabs = document.getElementById('tabs');

async function start() {
  place.replaceChildren(skeleton());
  try {
    const context = await city.ready();
    openLaunchPath(context.launch?.path);
    let current = services;
    const router = createRouter(place, SCREENS, (screen) => {
      current = screen;
      drawTabs(tabs, current.tab);
    });
    city.appearance();
    city.on('locale', () => {
      drawTabs(tabs, current.tab);
      router.redraw();
    });
    // What waited for the network is done or refused by now: show what became of it.
    city.on('queue', ({ state }) => state !== 'queued' && router.start());
    router.start();
  } catch (error) {
    place.replaceChildren(failure(error, start));
  }
}

/** A notice opens `/index.html#/bookings/1`; the page may have been loaded without the part after `#`. */
function openLaunchPath(path) {
  const hash = path?.includes('#') ? path.slice(path.indexOf('#')) : '';
  if (hash && !location.hash) history.replaceState(null, '', hash);
}

start();
