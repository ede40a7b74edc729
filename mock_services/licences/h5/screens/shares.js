import { city } from '/sdk/v1/onecity.js';
import { announce } from '../announce.js';
import { minute } from '../dates.js';
import { el } from '../dom.js';
import { endShare, listShares } from '../licences-api.js';
import { backLink, busy, empty, heading } from '../parts.js';
import { explain, local, word } from '../words.js';

/** Whom licences were shared with; what still goes on can be ended. */
export const shares = {
  pattern: /^\/shares$/,
  title: () => word('shares'),
  load: (_, signal) => listShares(undefined, signal),
  view: (page, tools) =>
    [
      backLink('#/', word('home')),
      heading(word('shares')),
      page.items.length === 0 && el('div', { class: 'section' }, empty('list', word('noShares'))),
      el('ul', { class: 'stack section' }, page.items.map((item) => card(item, page, tools))),
      page.next && moreButton(page, tools),
    ].filter(Boolean),
};

const goesOn = ({ ended_at: ended, expires_at: expires }) => !ended && new Date(expires) > Date.now();

function card(item, page, tools) {
  return el(
    'li',
    { class: 'card stack', 'data-testid': `share-${item.id}` },
    el('span', { class: 'split' }, el('b', {}, local(item.name)), badge(item)),
    el('span', {}, `${item.recipient_name ?? item.recipient} · ${item.purpose}`),
    el('span', { class: 'muted' }, `${word(item.whole_number ? 'gaveWhole' : 'gaveMasked')} · ${word('until', { time: minute(item.expires_at) })}`),
    goesOn(item) && endButton(item, page, tools),
  );
}

function badge(item) {
  const state = item.ended_at ? 'ended' : goesOn(item) ? 'going' : 'over';
  return el('span', { class: `badge ${state === 'going' ? 'good' : ''}`, 'data-testid': 'share-state', 'data-state': state }, word(`share_${state}`));
}

function endButton(item, page, { redraw, signal }) {
  const note = el('div', { class: 'note', role: 'alert' });
  const end = async () => {
    const question = { title: word('endQuestion'), message: word('endMessage'), ok: word('end'), cancel: word('keep') };
    if (!(await city.ui.confirm(question))) return;
    try {
      const ended = await endShare(item.id);
      announce(word('share_ended'));
      const items = page.items.map((each) => (each.id === ended.id ? ended : each));
      if (!signal.aborted) redraw({ ...page, items });
    } catch (error) {
      note.replaceChildren(el('p', {}, explain(error)));
    }
  };
  const button = el('button', { class: 'button danger', type: 'button', 'data-testid': 'end' }, word('end'));
  button.addEventListener('click', () => busy(button, () => end().catch((error) => announce(explain(error)))));
  return el('div', {}, note, button);
}

function moreButton(page, { redraw, signal }) {
  const more = async () => {
    const next = await listShares(page.next, signal);
    redraw({ items: [...page.items, ...next.items], next: next.next });
  };
  const button = el('button', { class: 'button wide spaced', type: 'button', 'data-testid': 'more' }, word('more'));
  button.addEventListener('click', () => busy(button, () => more().catch((error) => announce(explain(error)))));
  return button;
}
