import { city } from '/sdk/v1/onecity.js';
import { announce } from '../announce.js';
import { listDistricts, listServices, listSites } from '../bookings-api.js';
import { weekdayName } from '../dates.js';
import { el, icon } from '../dom.js';
import { backLink, empty, heading } from '../parts.js';
import { local, word } from '../words.js';

/** The district somebody chose holds for the next service too, and for the next visit. */
let chosenDistrict;
const DISTRICT = 'district';

async function recallDistrict() {
  chosenDistrict ??= await city.storage.get(DISTRICT).catch(() => ''); // A convenience: without it all districts are shown.
}

/** Where would you like to go? */
export const sites = {
  tab: 'book',
  pattern: /^\/services\/(?<service>[\w-]+)$/,
  title: ({ service }) => local(service.name),
  async load({ service }, signal) {
    const [all, districts, places] = await Promise.all([
      listServices(signal),
      listDistricts(signal),
      listSites(service, signal),
      recallDistrict(),
    ]);
    return { service: all.find(({ id }) => id === service), districts, places };
  },
  view({ service, districts, places }) {
    const list = el('div', { class: 'stack section' });
    const fill = () => list.replaceChildren(...results(service, places));
    fill();
    return [
      backLink('#/', word('back')),
      heading(local(service.name)),
      el('p', { class: 'muted' }, word('chooseSite')),
      el('label', { class: 'field' }, el('span', {}, word('district')), picker(districts, fill)),
      list,
    ];
  },
};

function picker(districts, fill) {
  const option = (id, name) => el('option', { value: id, selected: id === chosenDistrict }, name);
  const choose = (event) => {
    chosenDistrict = event.target.value;
    city.storage.set(DISTRICT, chosenDistrict).catch(() => {}); // The choice holds for this visit all the same.
    fill();
    announce(event.target.selectedOptions[0].textContent);
  };
  return el(
    'select',
    { onchange: choose, 'data-testid': 'district' },
    option('', word('allDistricts')),
    districts.map(({ id, name }) => option(id, local(name))),
  );
}

function results(service, places) {
  const found = places.filter(({ district }) => !chosenDistrict || district === chosenDistrict);
  return found.length ? found.map((site) => card(service, site)) : [empty('calendar', word('noSites'))];
}

const card = (service, site) =>
  el(
    'a',
    { class: 'card row', href: `#/services/${service.id}/sites/${site.id}`, 'data-testid': `site-${site.id}` },
    el(
      'span',
      { class: 'grow' },
      el('b', {}, local(site.name)),
      el('span', { class: 'muted' }, local(site.address)),
      el('span', { class: 'muted' }, openingHours(site.opening)),
    ),
    icon('next'),
  );

function openingHours({ weekdays, opens, closes, lunch }) {
  const days = weekdays.length === 7 ? word('everyDay') : `${weekdayName(weekdays[0])}–${weekdayName(weekdays.at(-1))}`;
  const pause = lunch ? ` · ${word('lunch')} ${lunch.opens}–${lunch.closes}` : '';
  return `${days} ${opens}–${closes}${pause}`;
}
