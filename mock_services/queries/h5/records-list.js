import { announce } from './announce.js';
import { el } from './dom.js';
import { busy, empty, failure, skeleton } from './parts.js';
import { word } from './words.js';

/**
 * A list that grows by "more": `fetchPage(cursor)` gives { items, next }, `row(item)` one line of it.
 * Returns the element and `refill`, which starts again from the first page.
 */
export function growingList(fetchPage, row, signal) {
  const place = el('div', { class: 'section' });
  let turn = 0;

  async function refill() {
    turn += 1;
    const mine = turn;
    const stale = () => mine !== turn || signal.aborted;
    place.replaceChildren(skeleton());
    try {
      const page = await fetchPage(undefined);
      if (!stale()) place.replaceChildren(...filled(page));
    } catch (error) {
      if (!stale()) place.replaceChildren(failure(error, refill));
    }
  }

  function filled(page) {
    if (page.items.length === 0) return [empty('list', word('noRecords'))];
    const list = el('ul', { class: 'rows card' }, page.items.map(row));
    return [list, foot(list, page.next)];
  }

  function foot(list, next) {
    if (!next) return el('p', { class: 'foot muted' }, word('noMore'));
    const button = el('button', { class: 'button wide foot', type: 'button', 'data-testid': 'more' }, word('more'));
    button.addEventListener('click', () => busy(button, () => grow(list, button, next)));
    return button;
  }

  async function grow(list, button, cursor) {
    try {
      const page = await fetchPage(cursor);
      list.append(...page.items.map(row));
      button.replaceWith(foot(list, page.next));
      announce(word('shown', { n: list.children.length }));
    } catch (error) {
      button.replaceWith(failure(error, () => place.replaceChildren(list, foot(list, cursor))));
    }
  }

  return { place, refill };
}
